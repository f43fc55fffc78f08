namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Work whose result must not be older than the wish for it: who asks while it is done gets the next run, shared with all who
/// ask meanwhile.
/// </summary>
internal sealed class FreshWork<T>
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private Task<T>? _next;

    /// <summary>Does the work, or joins a run that has not begun.</summary>
    /// <param name="work">The work; a caller that gives up waiting does not end it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<T> RunAsync(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false } running)
            {
                _next = null;
                return (_running = Task.Run(work, CancellationToken.None)).WaitAsync(cancellationToken);
            }

            _next ??= RunAfterAsync(running, work);
            return _next.WaitAsync(cancellationToken);
        }
    }

    private async Task<T> RunAfterAsync(Task<T> running, Func<Task<T>> work)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> mine;
        lock (_gate)
        {
            _next = null;
            mine = _running = Task.Run(work, CancellationToken.None);
        }

        return await mine.ConfigureAwait(false);
    }
}
