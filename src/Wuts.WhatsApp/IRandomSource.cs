namespace Wuts.WhatsApp;

/// <summary>
/// Where jitter comes from, so that tests can predict it. Keys, nonces and codes never come from here: they are drawn from
/// the operating system's generator.
/// </summary>
public interface IRandomSource
{
    /// <summary>A number from 0 up to but not including 1. May be called from several threads.</summary>
    double NextDouble();
}

/// <summary>The random source of the runtime; the default.</summary>
public sealed class SharedRandomSource : IRandomSource
{
    private SharedRandomSource()
    {
    }

    /// <summary>The only instance.</summary>
    public static SharedRandomSource Instance { get; } = new();

    /// <inheritdoc/>
    public double NextDouble() => Random.Shared.NextDouble();
}
