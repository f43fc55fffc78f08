using System.IO.Pipelines;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// A byte stream to the server and back, whatever carries it. <see cref="IDuplexPipe.Output"/> sends on every flush;
/// <see cref="IDuplexPipe.Input"/> completes when the peer closed, and faults when the carrier broke.
/// </summary>
internal interface ITransport : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Tells the peer that nothing more follows. Never throws for a carrier that is already gone.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);

    /// <summary>Breaks the carrier at once: pending reads and writes fail. May be called at any time, more than once.</summary>
    void Abort();
}

/// <summary>Opens transports to one server.</summary>
internal interface ITransportConnector
{
    /// <summary>Opens a transport.</summary>
    /// <param name="routingInfo">What the server said last about where to connect; empty when it said nothing.</param>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    /// <exception cref="TransportException">The server could not be reached, or refused the connection.</exception>
    Task<ITransport> ConnectAsync(ReadOnlyMemory<byte> routingInfo, CancellationToken cancellationToken);
}
