using Wuts.Api.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.DeviceProfile;

/// <summary>
/// An error of this dialect, and what each problem is in it: the one catalogue. Contract device-profile 1.3 and 1.4.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">A fixed word for programs.</param>
/// <param name="Message">What is wrong, for people. Never repeats what the client sent.</param>
/// <param name="Field">The parameter that is meant, if one is.</param>
internal sealed record ProfileError(int Status, string Code, string Message, string? Field = null)
{
    private static readonly ProfileError InvalidApiKey = new(401, "invalid_api_key", "Bearer token is missing or invalid");
    private static readonly ProfileError Forbidden = new(403, "forbidden", "Access to the resource is denied");
    private static readonly ProfileError NoRoute = new(404, "not_found", "Resource not found");
    private static readonly ProfileError NoDevice = new(404, "not_found", "Device not found");
    private static readonly ProfileError WrongMethod = new(405, "method_not_allowed", "Method is not allowed for this resource");
    private static readonly ProfileError RequestCanceled = new(408, "request_canceled", "Request was canceled before it completed");
    private static readonly ProfileError DeviceNotConnected = new(409, "device_not_connected", "Device is not connected");
    private static readonly ProfileError LoggedOut = new(409, "logged_out", "Device was unlinked from the phone; scan a new QR code");
    private static readonly ProfileError ClientOutdated = new(409, "client_outdated", "WhatsApp requires a newer client version");
    private static readonly ProfileError QrResetNotAllowed = new(409, "qr_reset_not_allowed", "A QR code or a connection is still live");
    private static readonly ProfileError TooManyDevices = new(409, "too_many_devices", "WhatsApp refused pairing: too many linked devices");
    private static readonly ProfileError Conflict = new(409, "conflict", "The request conflicts with the present state");
    private static readonly ProfileError DeviceDestroyed = new(410, "device_destroyed", "Device was destroyed; create another");
    private static readonly ProfileError UriTooLong = new(414, "uri_too_long", "Path and query are longer than 8 KiB");
    private static readonly ProfileError RateLimited = new(429, "provider_rate_limit", "WhatsApp rate limit reached; try again later");
    private static readonly ProfileError Internal = new(500, "internal_error", "Internal error");
    private static readonly ProfileError ProviderError = new(502, "provider_error", "WhatsApp answered with an error");
    private static readonly ProfileError ProviderTimeout = new(504, "provider_timeout", "WhatsApp did not answer in time");
    private static readonly ProfileError Unavailable = new(503, "service_unavailable", "Device or database is not available just now; try again");

    /// <summary>What a problem is in this dialect.</summary>
    public static ProfileError Of(Problem problem) => problem switch
    {
        Problem.Failed failed => Of(failed.Failure),
        Problem.Invalid invalid => Validation(invalid.Fields[0].Field, invalid.Fields[0].Message),
        Problem.Malformed malformed => new(400, "validation_error", malformed.Reason),
        Problem.TooLarge => new(400, "validation_error", "request body is too large"),
        Problem.TargetTooLong => UriTooLong,
        Problem.Unauthorized or Problem.Forbidden { Why: Refusal.MasterNotAllowed } => InvalidApiKey,
        Problem.Forbidden => Forbidden,
        Problem.Own own => new(own.Status, own.Code, own.Message),
        Problem.NoRoute => NoRoute,
        Problem.WrongMethod => WrongMethod,
        Problem.Canceled => RequestCanceled,
        _ => Internal,
    };

    private static ProfileError Of(Failure failure) => failure switch
    {
        Failure.NotReady notReady => OfState(notReady.State, notReady.Problem),
        Failure.NoDevice => NoDevice,
        Failure.DeviceDestroyed => DeviceDestroyed,
        Failure.NotFound { What: MissingThing.Contact } => new(404, "not_found", "Phone number is not on WhatsApp", "jid"),
        Failure.NotFound { What: MissingThing.Group } => new(404, "not_found", "Group does not exist", "jid"),
        Failure.NotFound => NoRoute,
        Failure.NotPermitted => Forbidden,
        Failure.Invalid { Field: "phone" or "group" } invalid => Validation("jid", invalid.Reason),
        Failure.Invalid invalid => Validation(invalid.Field, invalid.Reason),
        Failure.Conflict conflict => OfConflict(conflict.Kind),
        Failure.RateLimited => RateLimited,
        Failure.TimedOut => ProviderTimeout,
        Failure.Refused => ProviderError,
        Failure.Unavailable => Unavailable,
        _ => Internal,
    };

    private static ProfileError OfState(DeviceState state, DeviceProblem? problem) => (state, problem?.Kind) switch
    {
        (DeviceState.Destroyed, _) => DeviceDestroyed,
        (_, DeviceProblemKind.ClientOutdated) => ClientOutdated,
        (DeviceState.LoggedOut, _) or (_, DeviceProblemKind.LoggedOut) => LoggedOut,
        _ => DeviceNotConnected,
    };

    private static ProfileError OfConflict(ConflictKind kind) => kind switch
    {
        ConflictKind.AlreadyLinked or ConflictKind.PairingInProgress => QrResetNotAllowed,
        ConflictKind.NotLinked => DeviceNotConnected,
        ConflictKind.TooManyDevices => TooManyDevices,
        _ => Conflict,
    };

    private static ProfileError Validation(string field, string message) => new(400, "validation_error", message, field);
}
