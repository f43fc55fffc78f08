using System.Data.Common;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
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
        catch (Exception failure) when (IsUnavailable(failure))
        {
            return new Failure.Unavailable(Retry);
        }
    }

    /// <summary>
    /// Whether an exception says that the silo of a grain is gone, unreachable or overloaded, or that the directory of devices cannot
    /// be read, so that the same call can succeed a moment later.
    /// </summary>
    public static bool IsUnavailable(Exception failure) => failure
        is DbException or OrleansMessageRejectionException or GatewayTooBusyException or ClientNotAvailableException or ConnectionFailedException;
}
