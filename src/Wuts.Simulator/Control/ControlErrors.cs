namespace Wuts.Simulator.Control;

/// <summary>An error of the control API.</summary>
/// <param name="Code">A fixed word for programs.</param>
/// <param name="Message">What is wrong, for people.</param>
internal sealed record ControlError(string Code, string Message);

/// <summary>The body of every error answer.</summary>
internal sealed record ControlErrorBody(ControlError Error);

/// <summary>The error answers of the control API.</summary>
internal static class ControlErrors
{
    public static IResult BadRequest(string code, string message) => Of(StatusCodes.Status400BadRequest, code, message);

    public static IResult NotFound(string code, string message) => Of(StatusCodes.Status404NotFound, code, message);

    public static IResult Conflict(string code, string message) => Of(StatusCodes.Status409Conflict, code, message);

    public static IResult NoAccount() => NotFound("unknown-account", "There is no account with this phone number.");

    public static IResult NoDevice() => NotFound("unknown-device", "The account has no linked device with this number.");

    public static IResult NoConnection() => NotFound("unknown-connection", "There is no connection with this number.");

    /// <summary>Turns what goes wrong before or inside an endpoint because of its input into an error answer.</summary>
    public static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Of(e.StatusCode, "bad-request", e.Message).ExecuteAsync(context);
        }
        catch (ArgumentException e) when (!context.Response.HasStarted)
        {
            // The name of the parameter that the runtime appends means nothing to a caller over HTTP.
            var end = e.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
            await BadRequest("bad-value", end < 0 ? e.Message : e.Message[..end]).ExecuteAsync(context);
        }
    }

    private static IResult Of(int status, string code, string message) =>
        Results.Json(new ControlErrorBody(new ControlError(code, message)), ControlJson.Options, statusCode: status);
}
