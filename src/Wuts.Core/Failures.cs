using System.Diagnostics.CodeAnalysis;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;

namespace Wuts.Core;

/// <summary>Turns what the protocol client and the stores throw on purpose into failures. Everything else is a bug and goes on.</summary>
internal static class Failures
{
    /// <summary>After how long a caller may try again when the database is not reachable.</summary>
    public static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(5);

    /// <summary>After how long a caller may try again when the owner of a device changes.</summary>
    public static readonly TimeSpan OwnerRetry = TimeSpan.FromSeconds(1);

    /// <summary>Whether an exception says that storage failed and that the same call may succeed later.</summary>
    public static bool IsStorage(Exception failure) => StoreFailure.Is(failure);

    /// <summary>The failure that an exception stands for.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="state">What the device is doing, for a question that needed a connection.</param>
    /// <param name="problem">Why it is not connected.</param>
    /// <param name="failure">The failure, when the result is true.</param>
    public static bool TryRead(Exception exception, DeviceState state, DeviceProblem? problem, [NotNullWhen(true)] out Failure? failure)
    {
        failure = exception switch
        {
            WhatsAppTimeoutException => new Failure.TimedOut(),
            WhatsAppDisconnectedException => new Failure.NotReady(state == DeviceState.Connected ? DeviceState.Reconnecting : state, problem),
            QueryRefusedException { IsRateLimit: true } refused => new Failure.RateLimited(refused.Error.Backoff, IsOwnLimit: false),
            QueryRefusedException refused => new Failure.Refused(refused.Error.Code),
            UnexpectedAnswerException => new Failure.Refused(0),
            LeaseLostException or AppStateConflictException => new Failure.Unavailable(OwnerRetry),
            ObjectDisposedException => new Failure.NotReady(state == DeviceState.Connected ? DeviceState.Disconnected : state, problem),
            _ when IsStorage(exception) => new Failure.Unavailable(StorageRetry),
            _ => null,
        };
        return failure is not null;
    }
}
