using System.Text.Json;
using Wuts.Api.Http;
using Wuts.Core;

namespace Wuts.Api.Wawp;

/// <summary>An error of this dialect, and what each problem is in it: the one catalogue. Contract wawp 1.2.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">A fixed word for programs.</param>
/// <param name="Message">What is wrong, for people. Never repeats what the client sent.</param>
internal sealed record WawpError(int Status, string Code, string Message)
{
    private static readonly WawpError MissingToken = new(401, "missing_access_token", "Missing access_token");
    private static readonly WawpError InvalidToken = new(401, "invalid_access_token", "The access_token is unknown or was revoked.");
    private static readonly WawpError Forbidden = new(403, "forbidden", "The token does not permit this.");
    private static readonly WawpError InvalidInstance = new(404, "invalid_instance", "No such instance under this access_token.");
    private static readonly WawpError InvalidSession = new(404, "invalid_session", "Session is not working. Scan the QR code again.");
    private static readonly WawpError NotFound = new(404, "not_found", "What was asked for does not exist.");
    private static readonly WawpError NoContact = new(404, "not_found", "The number is not on WhatsApp.");
    private static readonly WawpError NoGroup = new(404, "not_found", "The group does not exist, or the account is not a member of it.");
    private static readonly WawpError NoInvite = new(404, "not_found", "The invite code does not lead to a group.");
    private static readonly WawpError WrongMethod = new(405, "method_not_allowed", "The method is not allowed for this path.");
    private static readonly WawpError Canceled = new(408, "request_canceled", "The request was cancelled.");
    private static readonly WawpError UriTooLong = new(414, "uri_too_long", "Path and query are longer than 8 KiB.");
    private static readonly WawpError RateLimited = new(429, "rate_limited", "Too many requests. Try again later.");
    private static readonly WawpError Internal = new(500, "internal_error", "Internal error.");
    private static readonly WawpError Refused = new(502, "wawp_upstream_error", "WhatsApp answered with an error.");
    private static readonly WawpError TimedOut = new(502, "wawp_upstream_error", "WhatsApp did not answer in time.");
    private static readonly WawpError Unavailable = new(503, "service_unavailable", "The session or the database is not available just now. Try again.");

    /// <summary>What a problem is in this dialect.</summary>
    public static WawpError Of(Problem problem) => problem switch
    {
        Problem.Failed failed => Of(failed.Failure),
        Problem.Invalid { Fields: [{ Fault: FieldFault.Missing } field, ..] } =>
            new(400, "missing_parameter", $"Missing required parameter: {field.Field}"),
        Problem.Invalid { Fields: [var field, ..] } => InvalidParameter(field.Message),
        Problem.Malformed malformed => InvalidParameter(malformed.Reason),
        Problem.TooLarge => InvalidParameter("The request body is too large."),
        Problem.TargetTooLong => UriTooLong,
        Problem.Unauthorized { TokenGiven: false } => MissingToken,
        Problem.Unauthorized or Problem.Forbidden { Why: Refusal.MasterNotAllowed } => InvalidToken,
        Problem.Forbidden => Forbidden,
        Problem.Own own => new(own.Status, own.Code, own.Message),
        Problem.NoRoute => NotFound,
        Problem.WrongMethod => WrongMethod,
        Problem.Canceled => Canceled,
        _ => Internal,
    };

    /// <summary>The body. <c>data.status</c> repeats the status, as the older form of the API had it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code", Code);
        json.WriteString("message", Message);
        json.WriteStartObject("data");
        json.WriteNumber("status", Status);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static WawpError Of(Failure failure) => failure switch
    {
        Failure.NotReady or Failure.Conflict { Kind: ConflictKind.NotLinked } => InvalidSession,
        Failure.NoDevice or Failure.DeviceDestroyed => InvalidInstance,
        Failure.NotFound { What: MissingThing.Contact } => NoContact,
        Failure.NotFound { What: MissingThing.Group } or Failure.NotPermitted => NoGroup,
        Failure.NotFound { What: MissingThing.Invite } => NoInvite,
        Failure.NotFound => NotFound,
        Failure.Invalid invalid => InvalidParameter(invalid.Reason),
        Failure.Conflict => InvalidParameter("The request does not fit the status of the session."),
        Failure.RateLimited => RateLimited,
        Failure.TimedOut => TimedOut,
        Failure.Refused => Refused,
        Failure.Unavailable => Unavailable,
        _ => Internal,
    };

    private static WawpError InvalidParameter(string message) => new(400, "invalid_parameter", message);
}
