using System.Net;
using System.Net.Sockets;

namespace Wuts.Cluster.Scene;

/// <summary>Where the rest of the cluster reaches a process.</summary>
/// <param name="Silo">For silos.</param>
/// <param name="Gateway">For API processes.</param>
internal sealed record SiloPorts(int Silo, int Gateway)
{
    /// <summary>Two ports that nobody uses.</summary>
    public static SiloPorts Free() => new(FreePort(), FreePort());

    /// <summary>A port that nobody uses.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
