namespace Wuts.Core.Queries;

/// <summary>
/// Makes equal questions in flight one. A caller that gives up waiting does not end the question for the others. Safe for
/// concurrent use.
/// </summary>
internal sealed class SingleFlight<TKey, T> where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Task<T>> _flying = [];

    /// <summary>Joins the question that is in flight, or asks it.</summary>
    public Task<T> RunAsync(TKey key, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        Task<T> flight;
        lock (_gate)
        {
            if (_flying.TryGetValue(key, out var present))
            {
                return present.WaitAsync(cancellationToken);
            }

            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            flight = FlyAsync(key, ask, start.Task);
            _flying[key] = flight;
            start.SetResult();
        }

        return flight.WaitAsync(cancellationToken);
    }

    private async Task<T> FlyAsync(TKey key, Func<Task<T>> ask, Task start)
    {
        // It must stand in the table before it can end.
        await start;
        try
        {
            return await ask();
        }
        finally
        {
            lock (_gate)
            {
                _flying.Remove(key);
            }
        }
    }
}
