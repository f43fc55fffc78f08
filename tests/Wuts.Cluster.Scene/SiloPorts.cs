using Wuts.Testing;

namespace Wuts.Cluster.Scene;

/// <summary>Where the rest of the cluster reaches a process.</summary>
/// <param name="Silo">For silos.</param>
/// <param name="Gateway">For API processes.</param>
internal sealed record SiloPorts(int Silo, int Gateway)
{
    /// <summary>Two ports that nobody uses.</summary>
    public static SiloPorts Free() => new(FreePort.Take(), FreePort.Take());
}
