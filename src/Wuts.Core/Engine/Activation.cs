using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Engine;

/// <summary>
/// One life of an actor in this process: its turns, how many calls are under way, and when it was last called. A call enters
/// before it runs; an activation that was ended takes no call any more.
/// </summary>
internal sealed class Activation<T>(T actor, Func<T, Task> start, TimeProvider time) where T : class
{
    private readonly Turns _turns = Turns.Create();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _started;
    private volatile bool _hasStarted;
    private int _calls;
    private long _lastUse = time.GetTimestamp();
    private bool _ended;

    /// <summary>The actor. To be touched in its turns only.</summary>
    public T Actor => actor;

    /// <summary>When it was last called, as a timestamp of the clock.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    /// <summary>Completes when it is gone, so that the next life may begin.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Runs a call in the turns of the actor.</summary>
    /// <returns>False when the activation has ended: wait for <see cref="Gone"/> and take a new one.</returns>
    public bool TryCall<TResult>(Func<T, Task<TResult>> call, [NotNullWhen(true)] out Task<TResult>? result)
    {
        lock (_gate)
        {
            if (_ended)
            {
                result = null;
                return false;
            }

            _calls++;
        }

        result = RunAsync(call);
        return true;
    }

    /// <summary>Ends the activation unless a call is under way or <paramref name="mayGo"/> says no.</summary>
    /// <returns>Whether it takes no calls any more; then <see cref="FinishAsync"/> must follow.</returns>
    public bool TryEnd(Func<T, bool> mayGo)
    {
        lock (_gate)
        {
            if (_ended || _calls > 0 || !mayGo(actor))
            {
                return false;
            }

            return _ended = true;
        }
    }

    /// <summary>Ends the activation whatever goes on in it.</summary>
    /// <returns>Whether this call did it.</returns>
    public bool End()
    {
        lock (_gate)
        {
            var first = !_ended;
            _ended = true;
            return first;
        }
    }

    /// <summary>Runs the last turns of an activation that has ended, then lets the next life begin.</summary>
    public async Task FinishAsync(Func<T, Task> stop)
    {
        try
        {
            await _turns.RunAsync(() => stop(actor));
        }
        finally
        {
            _gone.TrySetResult();
        }
    }

    private async Task<TResult> RunAsync<TResult>(Func<T, Task<TResult>> call)
    {
        try
        {
            // Starting reads the database, which is nothing for the thread of a caller who may have more to call.
            return await (_hasStarted
                ? _turns.RunNowAsync(() => call(actor))
                : _turns.RunAsync(async () =>
                {
                    await (_started ??= start(actor));
                    _hasStarted = true;
                    return await call(actor);
                }));
        }
        finally
        {
            Volatile.Write(ref _lastUse, time.GetTimestamp());
            lock (_gate)
            {
                _calls--;
            }
        }
    }
}
