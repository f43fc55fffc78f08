namespace Wuts.Core.Engine;

/// <summary>
/// The turns of one actor, as whoever created the actor runs them. What happens outside of a turn (an event of a socket, a lost
/// lease) enters the actor through here.
/// </summary>
public sealed class Turns
{
    private readonly TaskScheduler _scheduler;

    private Turns(TaskScheduler scheduler) => _scheduler = scheduler;

    /// <summary>The turns that the caller runs in now.</summary>
    public static Turns Current => new(TaskScheduler.Current);

    /// <summary>Runs work as turns of the actor.</summary>
    public Task RunAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
    }

    /// <summary>Runs work as turns of the actor, for a result.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
    }

    /// <summary>Turns of a new actor, one at a time.</summary>
    internal static Turns Create() => new(new TurnScheduler());

    /// <summary>
    /// Runs work as turns of the actor, and its first turn on this thread when the actor rests: for calls whose answer is mostly
    /// at hand.
    /// </summary>
    internal Task<T> RunNowAsync<T>(Func<Task<T>> work)
    {
        var task = new Task<Task<T>>(work, TaskCreationOptions.DenyChildAttach);
        if (_scheduler is TurnScheduler turns)
        {
            turns.Begin(task);
        }
        else
        {
            task.Start(_scheduler);
        }

        return task.Unwrap();
    }
}
