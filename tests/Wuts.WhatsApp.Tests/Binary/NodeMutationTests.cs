using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Xunit.Abstractions;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>
/// Damages frames in two million ways. Whatever arrives, the reader gives a node or a <see cref="NodeFormatException"/>, soon, and
/// takes memory in proportion to the frame; and what it reads, it writes in a form that it reads again.
/// </summary>
/// <remarks>
/// <c>WUTS_FUZZ_SEED</c> and <c>WUTS_FUZZ_COUNT</c> change the run. A failure names the frame in hex, which is all it
/// takes to repeat it.
/// </remarks>
public class NodeMutationTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 1;
    private const int DefaultCount = 2_000_000;
    private const int Workers = 2;

    // What one inflated byte can cost at most: a node of five bytes with one attribute takes 104 of memory, that is 21 for
    // one, and an attribute that turns out to be null some more. A refusal costs an exception with its trace of up to 256 calls on top,
    // and a compressed frame what the decompressor consists of.
    private const int MemoryPerByte = 32;
    private const int MemoryPerRefusal = 64 << 10;
    private const int MemoryPerInflater = 4 << 10;
    private const long WorkingSetGrowth = 512L << 20;

    private static readonly NodeLimits Limits = new() { MaxInflatedLength = 1 << 16 };

    [Fact]
    public async Task No_damaged_frame_escapes()
    {
        var seed = Setting("WUTS_FUZZ_SEED", DefaultSeed);
        var count = Setting("WUTS_FUZZ_COUNT", DefaultCount);
        var seeds = Seeds(seed);
        output.WriteLine($"seed {seed}, {count} mutations of {seeds.Length} frames (WUTS_FUZZ_SEED, WUTS_FUZZ_COUNT)");

        var workingSet = Environment.WorkingSet;
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Workers).Select(i => new Worker(seeds, unchecked((seed * Workers) + i))).ToArray();
        var runs = Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(
            () => worker.Run(count / Workers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        try
        {
            // Far longer than it takes: only a reader that hangs gets here.
            await runs.WaitAsync(TimeSpan.FromMinutes(10));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No end after ten minutes; reading {string.Join(" or ", workers.Select(worker => Hex.Text(worker.Current)))}");
        }

        var accepted = workers.Sum(worker => worker.Accepted);
        var refused = workers.Sum(worker => worker.Refused);
        var growth = Environment.WorkingSet - workingSet;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{accepted} read, {refused} refused in {watch.Elapsed.TotalSeconds:F1} s; working set grew by {growth >> 20} MiB"));

        Assert.Equal(count / Workers * Workers, accepted + refused);
        Assert.InRange(accepted, count / 100, count);
        Assert.InRange(refused, count / 100, count);
        Assert.InRange(growth, long.MinValue, WorkingSetGrowth);
    }

    private static int Setting(string name, int standard)
    {
        var text = Environment.GetEnvironmentVariable(name);
        return text is null ? standard : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>All frames of the vectors that are not huge, and as many generated ones.</summary>
    private static byte[][] Seeds(int seed)
    {
        var nodes = new RandomNodes(new Random(seed));
        var frames = new List<byte[]>();
        foreach (var (file, lists) in new[]
        {
            ("binary-nodes.json", new[] { "vectors" }),
            ("binary-decode.json", ["vectors", "errors"]),
            ("binary-nodes-external.json", ["decode", "encode", "reject"]),
            ("stanzas.json", ["stanzas"]),
        })
        {
            frames.AddRange(lists.SelectMany(list => VectorFile.Open(file).GetProperty(list).EnumerateArray())
                .Where(vector => vector.TryGetProperty("hex", out _)).Select(vector => vector.HexOf("hex")));
        }

        frames.AddRange(Enumerable.Range(0, frames.Count).Select(_ => NodeWriter.Encode(nodes.Next(depth: 3))));
        frames.Add(NodeDecodeVectorTests.Nested(lists: 127));
        return [.. frames.Where(frame => frame.Length <= 2000)];
    }

    private sealed class Worker(byte[][] seeds, int seed)
    {
        private readonly FrameMutator _mutator = new(seeds, new Random(seed));
        private readonly ArrayBufferWriter<byte> _first = new();
        private readonly ArrayBufferWriter<byte> _second = new();

        public int Accepted { get; private set; }

        public int Refused { get; private set; }

        /// <summary>The frame that is being read.</summary>
        public byte[] Current { get; private set; } = [];

        public void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Current = _mutator.Next();
                try
                {
                    Try(Current);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Frame {Hex.Text(Current)} (seed {seed}, mutation {i})", e);
                }
            }
        }

        private void Try(byte[] frame)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Node node;
            try
            {
                node = NodeReader.Read(frame, Limits);
            }
            catch (NodeFormatException e)
            {
                Refused++;
                Assert.InRange(e.Offset, 0, Math.Max(frame.Length, Limits.MaxInflatedLength + 1));
                AssertAllocation(frame, before, MemoryPerRefusal);
                return;
            }

            Accepted++;
            AssertAllocation(frame, before, 0);
            _first.ResetWrittenCount();
            _second.ResetWrittenCount();
            NodeWriter.Write(node, _first);
            NodeWriter.Write(NodeReader.Read(_first.WrittenSpan), _second);
            Assert.True(_first.WrittenSpan.SequenceEqual(_second.WrittenSpan), "What was written is not read as it was written.");
        }

        private static void AssertAllocation(byte[] frame, long before, int allowance)
        {
            var isCompressed = frame.Length > 0 && (frame[0] & 2) != 0;
            var bytes = isCompressed ? Limits.MaxInflatedLength : frame.Length;
            allowance += isCompressed ? MemoryPerInflater : 0;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ((long)bytes * MemoryPerByte) + allowance);
        }
    }
}
