using System.Buffers;
using BenchmarkDotNet.Attributes;
using Wuts.Benchmarks.Nodes;
using Wuts.WhatsApp.Binary;

namespace Wuts.Benchmarks;

/// <summary>
/// What one stanza costs. Encoding into a buffer that is used again allocates nothing; decoding allocates the tree.
/// </summary>
[MemoryDiagnoser]
public class NodeBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(1 << 16);
    private Node _node = null!;
    private byte[] _frame = null!;

    /// <summary>The names in <c>Nodes/typical-nodes.json</c>.</summary>
    public static IEnumerable<string> Names => TypicalNodes.Load().Select(vector => vector.Name);

    /// <summary>Which node is measured.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    /// <summary>Builds the node and its frame.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _node = TypicalNodes.Load().Single(vector => vector.Name == Name).Node;
        _frame = NodeWriter.Encode(_node);
    }

    /// <summary>Node to frame, into a buffer that is large enough.</summary>
    [Benchmark]
    public int Encode()
    {
        _output.ResetWrittenCount();
        NodeWriter.Write(_node, _output);
        return _output.WrittenCount;
    }

    /// <summary>Frame to node.</summary>
    [Benchmark]
    public Node Decode() => NodeReader.Read(_frame);
}
