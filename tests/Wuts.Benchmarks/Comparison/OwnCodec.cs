using System.Buffers;
using System.Diagnostics;
using Wuts.WhatsApp.Binary;

namespace Wuts.Benchmarks.Comparison;

/// <summary>
/// Times <see cref="NodeWriter"/> and <see cref="NodeReader"/> the way <c>nodes.mjs</c> times its codec: by the processor time
/// of the whole process, garbage collection included, which other load on the machine disturbs least.
/// </summary>
internal sealed class OwnCodec
{
    private const int Batches = 3;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1.5);

    private readonly List<(string Name, string Op, Action<int> Run)> _cases = [];

    public OwnCodec(IEnumerable<(string Name, Node Node)> nodes)
    {
        foreach (var (name, node) in nodes)
        {
            _cases.Add((name, "encode", EncodeMany(node)));
            _cases.Add((name, "decode", DecodeMany(NodeWriter.Encode(node))));
        }
    }

    /// <summary>Runs everything until the JIT has nothing left to do. Needed once.</summary>
    public void WarmUp()
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUpTime;)
        {
            _cases.ForEach(static one => one.Run(50));
        }
    }

    /// <summary>One round over all nodes.</summary>
    public IEnumerable<Measurement> Round() => _cases.Select(static one => new Measurement(one.Name, one.Op, Median(one.Run)));

    private static Action<int> EncodeMany(Node node)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        return count =>
        {
            for (var i = 0; i < count; i++)
            {
                buffer.ResetWrittenCount();
                NodeWriter.Write(node, buffer);
            }
        };
    }

    private static Action<int> DecodeMany(byte[] frame) => count =>
    {
        for (var i = 0; i < count; i++)
        {
            GC.KeepAlive(NodeReader.Read(frame));
        }
    };

    private static double Median(Action<int> run)
    {
        var count = Calibrate(run);
        var samples = new double[Batches];
        for (var i = 0; i < Batches; i++)
        {
            samples[i] = Used(run, count).TotalNanoseconds / count;
        }

        Array.Sort(samples);
        return samples[Batches / 2];
    }

    /// <summary>How many calls fill one batch.</summary>
    private static int Calibrate(Action<int> run)
    {
        for (var count = 64; ; count *= 4)
        {
            var used = Used(run, count);
            if (used >= BatchTime / 2)
            {
                return (int)(count * (BatchTime / used)) + 1;
            }
        }
    }

    private static TimeSpan Used(Action<int> run, int count)
    {
        var start = Environment.CpuUsage.TotalTime;
        run(count);
        return Environment.CpuUsage.TotalTime - start;
    }
}
