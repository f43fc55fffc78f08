using System.Data.Common;
using Orleans.Runtime;
using Wuts.Core;

namespace Wuts.Grains.Calls;

/// <summary>
/// Calls of grains with a limit of time, and what comes of a cluster that is changing: a caller sees the failures of the core and
/// none of Orleans' exceptions. Used inside of grains too, so nothing here leaves the turn of the caller.
/// </summary>
internal static class GrainCalls
{
    /// <summary>For what the device answers by itself.</summary>
    public static readonly TimeSpan Read = TimeSpan.FromSeconds(10);

    /// <summary>For what it may have to ask WhatsApp; its own limits are shorter.</summary>
    public static readonly TimeSpan Query = TimeSpan.FromSeconds(45);

    /// <summary>For what consists of many steps.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMinutes(2);

    /// <summary>The limit of the transport, behind all of these.</summary>
    public static readonly TimeSpan Transport = TimeSpan.FromMinutes(3);

    /// <summary>After how long a caller may try again when the owner of a device is lost: finding that out takes some seconds.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>What became of a call that the cluster did not deliver: always this object.</summary>
    private static readonly Failure.Unavailable Refused = new(Retry);

    // Asking again must be rare in a cluster that is well, and early enough for the deadline of a read.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);
    private const int MaxAsked = 5;

    // A silo that died is found out within some 4 s, and its devices are taken over a moment later.
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for an answer.</summary>
    /// <param name="call">Begins the call. Its token is cancelled when nobody waits any more, and so is the grain's, wherever it is.</param>
    /// <param name="limit">How long to wait for it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<Answer<T>> AskAsync<T>(
        Func<CancellationToken, Task<Answer<T>>> call, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Orleans ends the wait when the token is cancelled, and tells the grain. Nothing else may end it before it has.
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Failure.TimedOut();
        }
        catch (TimeoutException)
        {
            return new Failure.TimedOut();
        }
        catch (DbException)
        {
            return new Failure.Unavailable(Retry);
        }
        catch (Exception failure) when (IsUnavailable(failure))
        {
            return Refused;
        }
    }

    /// <summary>
    /// Waits for the answer to a question that may be asked twice. A call that was on its way through a process that died has no
    /// answer, and nobody says so: after a while the question is asked again beside it. One that was refused because the cluster is
    /// changing is asked again too, for as long as it takes to find out who is gone.
    /// </summary>
    /// <inheritdoc cref="AskAsync" path="/param"/>
    public static async Task<Answer<T>> AskRepeatedlyAsync<T>(
        Func<CancellationToken, Task<Answer<T>>> call, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var begun = time.GetTimestamp();
        var open = new List<Task<Answer<T>>>(1);
        try
        {
            for (var asked = 0; ;)
            {
                if (open.Count == 0 || asked < MaxAsked)
                {
                    open.Add(AskAsync(call, Left(limit, time.GetElapsedTime(begun)), time, over.Token));
                    asked++;
                }

                var answered = await AnyAsync(open, asked < MaxAsked ? AskAgainAfter : limit, time);
                if (answered is null)
                {
                    continue;
                }

                open.Remove(answered);
                var answer = await answered;
                if (!IsRefusal(answer) || time.GetElapsedTime(begun) > RefusedFor)
                {
                    return answer;
                }

                // One that was refused is not on its way any more, and must not count for the one that got lost.
                asked--;
                await Task.Delay(RefusedPause, time, cancellationToken);
            }
        }
        finally
        {
            // What is still under way is for nobody.
            await over.CancelAsync();
        }
    }

    private static TimeSpan Left(TimeSpan limit, TimeSpan passed) => passed < limit ? limit - passed : TimeSpan.FromMilliseconds(1);

    private static bool IsRefusal<T>(Answer<T> answer) => ReferenceEquals(answer.Failure, Refused);

    private static async Task<Task<Answer<T>>?> AnyAsync<T>(List<Task<Answer<T>>> open, TimeSpan pause, TimeProvider time)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny([.. open, Task.Delay(pause, time, enough.Token)]);
        await enough.CancelAsync();
        return first as Task<Answer<T>>;
    }

    /// <summary>
    /// Whether an exception says that the silo of a grain is gone, unreachable, ending or overloaded, or that the directory of devices
    /// cannot be read, so that the same call can succeed a moment later. One that Orleans only wraps is the grain's own: a bug.
    /// </summary>
    public static bool IsUnavailable(Exception failure) => failure is DbException or (OrleansException and not WrappedException);
}
