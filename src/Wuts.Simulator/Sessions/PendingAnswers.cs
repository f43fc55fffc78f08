using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>The requests of the server that a client has not answered yet, by id. Safe for concurrent use.</summary>
internal sealed class PendingAnswers
{
    private readonly Lock _gate = new();
    private Dictionary<string, TaskCompletionSource<Node?>>? _waiting;
    private bool _closed;

    /// <summary>Waits for the answer to an id; <see langword="null"/> when the connection ends first.</summary>
    public Task<Node?> Expect(string id)
    {
        var answer = new TaskCompletionSource<Node?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed)
            {
                return Task.FromResult<Node?>(null);
            }

            (_waiting ??= new(StringComparer.Ordinal)).Add(id, answer);
        }

        return answer.Task;
    }

    /// <summary>Hands an answer to whoever waits for it; <see langword="false"/> when nobody does.</summary>
    public bool Complete(string id, Node answer)
    {
        TaskCompletionSource<Node?>? waiting;
        lock (_gate)
        {
            if (_waiting is null || !_waiting.Remove(id, out waiting))
            {
                return false;
            }
        }

        return waiting.TrySetResult(answer);
    }

    /// <summary>Nothing will be answered any more.</summary>
    public void Close()
    {
        TaskCompletionSource<Node?>[] waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = _waiting is null ? [] : [.. _waiting.Values];
            _waiting = null;
        }

        foreach (var answer in waiting)
        {
            answer.TrySetResult(null);
        }
    }
}
