using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;
using Wuts.Core;

namespace Wuts.Api.WutsRest;

/// <summary>The WUTS dialect: its token and its errors. Contract wuts 1.2, 1.4 and 1.5.</summary>
internal sealed class WutsDialect(TimeProvider time) : Dialect
{
    /// <inheritdoc/>
    public override string Name => "wuts";

    /// <inheritdoc/>
    public override BooleanWords Booleans => BooleanWords.WithYesAndNo;

    /// <inheritdoc/>
    public override ValueTask<TokenFound> FindTokenAsync(Call call) =>
        ValueTask.FromResult(new TokenFound(BearerToken.Read(call.Http.Request.Headers.Authorization, allowBare: true)));

    /// <inheritdoc/>
    public override ProblemBody Describe(Problem problem, Call call)
    {
        var (status, code, message) = Explain(problem);
        IReadOnlyList<FieldProblem> fields = problem switch
        {
            Problem.Invalid invalid => invalid.Fields,
            Problem.Failed { Failure: Failure.Invalid invalid } => [new FieldProblem(invalid.Field, invalid.Reason, FieldFault.Malformed)],
            _ => [],
        };
        return new ProblemBody(status, json =>
        {
            json.WriteStartObject();
            WriteEnvelope(json, code, message, time.GetUtcNow());
            WriteFields(json, fields);
            json.WriteEndObject();
        });
    }

    /// <summary>The members that every error has, inside of an object that the caller opens and closes.</summary>
    public static void WriteEnvelope(Utf8JsonWriter json, string code, string message, DateTimeOffset now)
    {
        json.WriteBoolean("success"u8, false);
        json.WriteString("error"u8, message);
        json.WriteString("error_code"u8, code);
        json.WriteTime("timestamp"u8, now);
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<FieldProblem> fields)
    {
        if (fields.Count > 0)
        {
            json.WriteStartArray("validation"u8);
            foreach (var field in fields)
            {
                json.WriteStartObject();
                json.WriteString("field"u8, field.Field);
                json.WriteString("message"u8, field.Message);
                json.WriteOptional("value"u8, field.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static (int Status, string Code, string Message) Explain(Problem problem) => problem switch
    {
        Problem.Failed failed => Explain(failed.Failure),
        Problem.Own own => (own.Status, own.Code, own.Message),
        Problem.Invalid => (StatusCodes.Status400BadRequest, WutsErrors.Validation, "validation failed"),
        Problem.Malformed malformed => (StatusCodes.Status400BadRequest, WutsErrors.Validation, malformed.Reason),
        Problem.Unauthorized { Wanted: Access.Master } => (StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "invalid master token"),
        Problem.Unauthorized => (StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "Invalid token"),
        Problem.Forbidden { Why: Refusal.MasterRequired } => (StatusCodes.Status403Forbidden, WutsErrors.Forbidden, "master token required"),
        Problem.Forbidden { Why: Refusal.MasterNotAllowed } =>
            (StatusCodes.Status403Forbidden, WutsErrors.Forbidden, "the master token cannot be used here"),
        Problem.Forbidden => (StatusCodes.Status403Forbidden, WutsErrors.Forbidden, "forbidden"),
        Problem.NoRoute => (StatusCodes.Status404NotFound, WutsErrors.NotFound, "not found"),
        Problem.WrongMethod => (StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", "method not allowed"),
        Problem.TooLarge => (StatusCodes.Status413PayloadTooLarge, "PAYLOAD_TOO_LARGE", "request body is larger than 1 MiB"),
        Problem.TargetTooLong => (StatusCodes.Status414UriTooLong, "URI_TOO_LONG", "path and query are longer than 8 KiB"),
        Problem.Canceled => (StatusCodes.Status408RequestTimeout, "REQUEST_CANCELED", "the request was canceled"),
        _ => (StatusCodes.Status500InternalServerError, WutsErrors.Internal, "internal error"),
    };

    private static (int Status, string Code, string Message) Explain(Failure failure) => failure switch
    {
        Failure.NotReady => (StatusCodes.Status503ServiceUnavailable, WutsErrors.NotReady, "WhatsApp session is not connected"),
        Failure.NoDevice or Failure.DeviceDestroyed => (StatusCodes.Status404NotFound, WutsErrors.NoDevice, "device not found"),
        Failure.NotFound missing => Explain(missing.What),
        Failure.NotPermitted => (StatusCodes.Status403Forbidden, WutsErrors.Forbidden, "WhatsApp does not allow this to the account"),
        Failure.Invalid => (StatusCodes.Status400BadRequest, WutsErrors.Validation, "validation failed"),
        Failure.Conflict conflict => Explain(conflict.Kind),
        Failure.RateLimited { IsOwnLimit: true } =>
            (StatusCodes.Status429TooManyRequests, WutsErrors.RateLimited, "the budget that protects the account is used up for now"),
        Failure.RateLimited => (StatusCodes.Status429TooManyRequests, WutsErrors.RateLimited, "WhatsApp limits how often this may be asked"),
        Failure.TimedOut => (StatusCodes.Status504GatewayTimeout, "WHATSAPP_TIMEOUT", "WhatsApp did not answer in time"),
        Failure.Refused refused => (
            StatusCodes.Status502BadGateway, "WHATSAPP_ERROR", string.Create(CultureInfo.InvariantCulture, $"WhatsApp answered with error {refused.Code}")),
        Failure.Unavailable => (StatusCodes.Status503ServiceUnavailable, WutsErrors.NotReady, "the device or the database is not available just now, try again"),
        _ => (StatusCodes.Status500InternalServerError, WutsErrors.Internal, "internal error"),
    };

    private static (int Status, string Code, string Message) Explain(MissingThing what) => what switch
    {
        MissingThing.Contact => (StatusCodes.Status404NotFound, WutsErrors.NotFound, "contact not found on WhatsApp"),
        MissingThing.Group => (StatusCodes.Status404NotFound, "GROUP_NOT_FOUND", "group not found"),
        MissingThing.Picture => (StatusCodes.Status404NotFound, WutsErrors.NoPicture, "profile picture not set"),
        MissingThing.HiddenPicture => (StatusCodes.Status404NotFound, WutsErrors.NoPicture, "profile picture not available"),
        MissingThing.Invite => (StatusCodes.Status404NotFound, WutsErrors.NotFound, "invite not found"),
        _ => (StatusCodes.Status404NotFound, WutsErrors.NotFound, "not found"),
    };

    private static (int Status, string Code, string Message) Explain(ConflictKind kind) => kind switch
    {
        ConflictKind.AlreadyLinked => (StatusCodes.Status400BadRequest, "ALREADY_CONNECTED", "already connected"),
        ConflictKind.NotLinked => (StatusCodes.Status503ServiceUnavailable, WutsErrors.NotReady, "WhatsApp session is not connected"),
        ConflictKind.PairingInProgress => (StatusCodes.Status409Conflict, WutsErrors.Conflict, "a pairing is in progress"),
        ConflictKind.TooManyDevices => (StatusCodes.Status409Conflict, WutsErrors.Conflict, "the account has too many linked devices"),
        ConflictKind.AliasLinkedElsewhere => (StatusCodes.Status409Conflict, WutsErrors.Conflict, "an address is linked to another person"),
        ConflictKind.VerificationOver => (StatusCodes.Status409Conflict, "VERIFICATION_OVER", "the verification was used or has expired"),
        _ => (StatusCodes.Status409Conflict, WutsErrors.Conflict, "conflict"),
    };
}

/// <summary>Codes that endpoints name themselves. Contract wuts 1.5.</summary>
internal static class WutsErrors
{
    public const string Validation = "VALIDATION_ERROR";
    public const string Forbidden = "FORBIDDEN";
    public const string NotFound = "NOT_FOUND";
    public const string NoDevice = "DEVICE_NOT_FOUND";
    public const string NoPicture = "PICTURE_NOT_FOUND";
    public const string Conflict = "CONFLICT";
    public const string Internal = "INTERNAL_ERROR";
    public const string NotReady = "DEVICE_NOT_READY";
    public const string RateLimited = "RATE_LIMITED";
}
