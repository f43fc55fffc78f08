using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Wuts.Testing;

/// <summary>Waiting with a limit that is only ever reached when a test has failed.</summary>
public static class Guard
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Within(this Task task, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Nothing happened within {Limit}: {awaited}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string awaited = "")
    {
        await ((Task)task).Within(awaited);
        return await task;
    }

    public static Task<T> Within<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string awaited = "") =>
        task.AsTask().Within(awaited);

    /// <summary>Waits, without moving any clock, for what nothing tells of when it happens.</summary>
    public static async Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string awaited = "")
    {
        var begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > Limit)
            {
                throw new TimeoutException($"Nothing happened within {Limit}: {awaited}");
            }

            await Task.Delay(1);
        }
    }
}
