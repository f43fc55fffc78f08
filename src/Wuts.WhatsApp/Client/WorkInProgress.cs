namespace Wuts.WhatsApp.Client;

/// <summary>
/// Counts work that nobody waits for, so that a client that is disposed can: what it still writes must not reach the store after
/// somebody else has taken over the device. Safe for concurrent use.
/// </summary>
internal sealed class WorkInProgress
{
    private readonly Lock _gate = new();
    private int _running;
    private TaskCompletionSource? _done;

    /// <summary>Work begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _running++;
        }
    }

    /// <summary>Work has ended.</summary>
    public void End()
    {
        TaskCompletionSource? done = null;
        lock (_gate)
        {
            if (--_running == 0)
            {
                (done, _done) = (_done, null);
            }
        }

        done?.SetResult();
    }

    /// <summary>Completes when no work is going on.</summary>
    public Task WhenDoneAsync()
    {
        lock (_gate)
        {
            return _running == 0
                ? Task.CompletedTask
                : (_done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
