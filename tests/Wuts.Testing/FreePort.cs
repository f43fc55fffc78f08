using System.Net;
using System.Net.Sockets;

namespace Wuts.Testing;

/// <summary>
/// Ports for processes that bind them later, or give them up and take them again. They lie below those that systems choose for outgoing
/// connections: otherwise one of the many connections of a test could take the port meanwhile.
/// </summary>
public static class FreePort
{
    private const int First = 16000, Count = 14000;

    // Test processes that run side by side begin at different places.
    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port of the loopback that nobody uses, and that this process has not had before.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody uses it.
            }
        }
    }
}
