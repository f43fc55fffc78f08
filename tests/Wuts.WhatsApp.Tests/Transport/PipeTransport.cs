using System.IO.Pipelines;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

/// <summary>Two transports that are connected in memory, for tests that decide byte by byte what arrives when.</summary>
internal sealed class PipeTransport : ITransport
{
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    private PipeTransport(Pipe incoming, Pipe outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    public PipeReader Input => _incoming.Reader;

    public PipeWriter Output => _outgoing.Writer;

    public bool Disposed { get; private set; }

    public static (PipeTransport Client, PipeTransport Server) CreatePair()
    {
        Pipe toServer = new(), toClient = new();
        return (new PipeTransport(toClient, toServer), new PipeTransport(toServer, toClient));
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken) => _outgoing.Writer.CompleteAsync();

    public void Abort()
    {
        var broken = new TransportException("The connection broke.", null);
        _incoming.Writer.Complete(broken);
        _outgoing.Reader.CancelPendingRead();
        _outgoing.Writer.CancelPendingFlush();
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        _outgoing.Writer.Complete();
        return ValueTask.CompletedTask;
    }
}
