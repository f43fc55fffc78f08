namespace Wuts.WhatsApp.Transport;

/// <summary>
/// Stops the reader while too many stanzas wait for their handlers, so that the server's backlog stays with the server. A
/// handler that asks something needs the reader for the answer; therefore the lower limit only counts while nobody asks.
/// </summary>
internal sealed class Backpressure
{
    /// <summary>Stanzas that may wait while no query is in flight.</summary>
    public const int QuietLimit = 256;

    /// <summary>Stanzas that may wait in any case.</summary>
    public const int HardLimit = 4096;

    private readonly Lock _gate = new();
    private int _waiting;
    private int _queries;
    private bool _ended;
    private TaskCompletionSource? _room;

    /// <summary>A stanza now waits for its handler.</summary>
    public void StanzaPosted() => Change(stanzas: 1, queries: 0);

    /// <summary>A stanza was handled.</summary>
    public void StanzaHandled() => Change(stanzas: -1, queries: 0);

    /// <summary>An answer is awaited.</summary>
    public void QueryStarted() => Change(stanzas: 0, queries: 1);

    /// <summary>An answer is no longer awaited.</summary>
    public void QueryEnded() => Change(stanzas: 0, queries: -1);

    /// <summary>Lets the reader pass from now on: the connection has ended.</summary>
    public void End()
    {
        _ended = true;
        Change(stanzas: 0, queries: 0);
    }

    /// <summary>Completes when another stanza may be read.</summary>
    public Task WhenRoomAsync()
    {
        lock (_gate)
        {
            if (HasRoom)
            {
                return Task.CompletedTask;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private bool HasRoom => _ended || _waiting < (_queries > 0 ? HardLimit : QuietLimit);

    private void Change(int stanzas, int queries)
    {
        lock (_gate)
        {
            _waiting += stanzas;
            _queries += queries;
            if (_room is not null && HasRoom)
            {
                _room.TrySetResult();
                _room = null;
            }
        }
    }
}
