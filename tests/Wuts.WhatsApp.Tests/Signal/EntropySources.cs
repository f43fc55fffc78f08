using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Hands out prepared values, and fails when one of another size is asked for.</summary>
internal sealed class ScriptedEntropySource(IEnumerable<byte[]> values) : IEntropySource
{
    private readonly Queue<byte[]> _values = new(values);

    public int Left => _values.Count;

    public void Fill(Span<byte> bytes)
    {
        var value = _values.Dequeue();
        Assert.Equal(value.Length, bytes.Length);
        value.CopyTo(bytes);
    }
}

/// <summary>Reproducible values.</summary>
internal sealed class SeededEntropySource(int seed) : IEntropySource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
}
