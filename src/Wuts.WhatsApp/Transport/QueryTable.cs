using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Transport;

/// <summary>Who waits for the answer to which stanza, by its id. When the connection ends, everybody gets the reason.</summary>
internal sealed class QueryTable
{
    private readonly Lock _gate = new();
    private Dictionary<string, TaskCompletionSource<Node>>? _waiters = [];
    private DisconnectReason? _ended;

    /// <summary>Number of answers that are awaited.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiters?.Count ?? 0;
            }
        }
    }

    /// <summary>Starts to wait for an answer. Call it before the stanza is sent.</summary>
    /// <exception cref="WhatsAppDisconnectedException">The connection has ended.</exception>
    /// <exception cref="InvalidOperationException">Somebody waits for this id already.</exception>
    public Task<Node> Register(string id)
    {
        var waiter = new TaskCompletionSource<Node>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiters is null)
            {
                throw new WhatsAppDisconnectedException(_ended!);
            }

            if (!_waiters.TryAdd(id, waiter))
            {
                throw new InvalidOperationException("A stanza with this id already waits for its answer.");
            }
        }

        return waiter.Task;
    }

    /// <summary>Stops waiting, because the caller gave up. The answer may still come; it is ignored then.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            _waiters?.Remove(id);
        }
    }

    /// <summary>Hands an answer to whoever waits for it.</summary>
    /// <returns>Whether anybody did.</returns>
    public bool TryComplete(string? id, Node answer)
    {
        TaskCompletionSource<Node>? waiter = null;
        lock (_gate)
        {
            if (id is null || _waiters is null || !_waiters.Remove(id, out waiter))
            {
                return false;
            }
        }

        return waiter.TrySetResult(answer);
    }

    /// <summary>Ends every wait with the reason; later ones fail at once. Only the first reason counts.</summary>
    public void End(DisconnectReason reason)
    {
        Dictionary<string, TaskCompletionSource<Node>>? waiters;
        lock (_gate)
        {
            waiters = _waiters;
            _waiters = null;
            _ended ??= reason;
        }

        foreach (var waiter in waiters?.Values ?? Enumerable.Empty<TaskCompletionSource<Node>>())
        {
            waiter.TrySetException(new WhatsAppDisconnectedException(reason));
        }
    }
}
