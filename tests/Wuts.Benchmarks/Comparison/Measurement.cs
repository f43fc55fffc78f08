namespace Wuts.Benchmarks.Comparison;

/// <summary>How long one operation took on one node.</summary>
/// <param name="Name">Name of the node in <c>Nodes/typical-nodes.json</c>.</param>
/// <param name="Op"><c>encode</c> or <c>decode</c>.</param>
/// <param name="NsPerOp">Median of the batches of one round, in nanoseconds.</param>
internal sealed record Measurement(string Name, string Op, double NsPerOp);
