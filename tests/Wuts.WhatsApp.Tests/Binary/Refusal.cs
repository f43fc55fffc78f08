using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Asserts that a frame is refused, where and why, and what that cost.</summary>
internal static class Refusal
{
    /// <summary>Reads a frame that must be refused. Without an offset any will do.</summary>
    public static void AssertRefused(
        string problem, int? offset, byte[] frame, NodeLimits? limits = null, long maxAllocation = long.MaxValue)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame, limits));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(offset ?? error.Offset, error.Offset);
        Assert.InRange(allocated, 0, maxAllocation);
    }
}
