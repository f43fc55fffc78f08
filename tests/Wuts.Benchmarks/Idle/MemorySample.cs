using System.Diagnostics;

namespace Wuts.Benchmarks.Idle;

/// <summary>What the process holds at one moment, after everything that nobody needs any more was collected.</summary>
/// <param name="Managed">Bytes of live managed objects.</param>
/// <param name="WorkingSet">Bytes of physical memory, with what native code holds, such as ciphers and sockets.</param>
/// <param name="Threads">Threads of the process.</param>
internal sealed record MemorySample(long Managed, long WorkingSet, int Threads)
{
    /// <summary>Collects and looks.</summary>
    public static MemorySample Take()
    {
        // Objects with a finalizer die in the collection after the one that found them.
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new MemorySample(GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64, process.Threads.Count);
    }
}
