using System.Diagnostics;

namespace Wuts.Cluster.Scene;

/// <summary>Waits for what another process does, where nothing tells when it has happened.</summary>
internal static class Eventually
{
    /// <summary>Machines may be slow, hanging must end.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is acceptable.</summary>
    /// <param name="ask">What is asked.</param>
    /// <param name="isAcceptable">Which answer ends the waiting.</param>
    /// <param name="more">What to say when none came.</param>
    /// <param name="limit">How long to ask; by default <see cref="Limit"/>.</param>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> isAcceptable, Func<string>? more = null, TimeSpan? limit = null)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isAcceptable(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(begun) > (limit ?? Limit))
            {
                throw new TimeoutException($"Still: {answer}. {more?.Invoke()}");
            }

            await Task.Delay(Pause);
        }
    }
}
