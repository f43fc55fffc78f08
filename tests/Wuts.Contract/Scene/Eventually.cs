namespace Wuts.Contract.Scene;

/// <summary>Waits over HTTP, where nothing tells when something has happened.</summary>
public static class Eventually
{
    /// <summary>Machines may be slow, hanging must end.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is acceptable.</summary>
    /// <exception cref="TimeoutException">It never was; the message has the last answer.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> isAcceptable)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isAcceptable(answer))
            {
                return answer;
            }

            if (System.Diagnostics.Stopwatch.GetElapsedTime(begun) > Limit)
            {
                throw new TimeoutException($"Still: {answer}");
            }

            await Task.Delay(Pause);
        }
    }
}
