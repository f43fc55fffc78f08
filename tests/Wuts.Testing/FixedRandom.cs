using Wuts.WhatsApp;

namespace Wuts.Testing;

/// <summary>A random source that always says the same.</summary>
public sealed class FixedRandom(double value) : IRandomSource
{
    public double NextDouble() => value;
}
