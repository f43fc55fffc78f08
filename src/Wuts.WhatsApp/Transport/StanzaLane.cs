using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// Hands the stanzas of one class to their handler, one after the other and in the order of arrival. An idle lane has no
/// task and no buffer.
/// </summary>
internal sealed class StanzaLane(Func<Node, Task> handle, Action drained)
{
    private readonly Lock _gate = new();
    private readonly Queue<Node> _queue = new();
    private Task _pump = Task.CompletedTask;
    private bool _pumping;
    private bool _closed;

    /// <summary>Adds a stanza. After <see cref="CloseAsync"/> it is forgotten.</summary>
    public void Post(Node stanza)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _queue.Enqueue(stanza);
            if (!_pumping)
            {
                _pumping = true;
                _pump = Task.Run(PumpAsync);
            }
        }
    }

    /// <summary>Forgets what waits and completes when the handler at work, if any, is done.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _queue.Clear();
            return _pump;
        }
    }

    private async Task PumpAsync()
    {
        while (TryTake(out var stanza))
        {
            await handle(stanza).ConfigureAwait(false);
            drained();
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? stanza)
    {
        lock (_gate)
        {
            if (_queue.TryDequeue(out stanza))
            {
                return true;
            }

            _pumping = false;
            return false;
        }
    }
}
