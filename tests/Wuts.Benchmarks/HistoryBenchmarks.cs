using BenchmarkDotNet.Attributes;
using Wuts.Benchmarks.Sync;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Wire;

namespace Wuts.Benchmarks;

/// <summary>What a history blob costs: unpacking and everything about people in it, message bodies passed over.</summary>
[MemoryDiagnoser]
public class HistoryBenchmarks
{
    private const long Size = 50 * 1024 * 1024;

    private byte[] _packed = null!;
    private int _chats;

    /// <summary>Writes a blob that unpacks to 50 MiB.</summary>
    [GlobalSetup]
    public void Setup() => _packed = HistoryWorkload.Write(Size, out _chats);

    /// <summary>Reads the blob to its end.</summary>
    [Benchmark]
    public int FiftyMegabytesRead()
    {
        using var inflated = InflateStream.Zlib(new MemoryStream(_packed), HistoryLimits.Default.MaxInflatedSize);
        using var reader = new HistoryReader(inflated, HistoryLimits.Default);
        var items = reader.ReadItems().Count();
        return reader.Conversations == _chats ? items : throw new InvalidOperationException("Chats were lost.");
    }
}
