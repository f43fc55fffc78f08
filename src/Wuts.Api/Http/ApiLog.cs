using Microsoft.Extensions.Logging;

namespace Wuts.Api.Http;

/// <summary>
/// What the API logs. A request is named by the pattern of its path, never by the path or the query string: these hold numbers
/// and, in the Wawp dialect, tokens.
/// </summary>
internal static partial class ApiLog
{
    [LoggerMessage(4000, LogLevel.Debug, "{Dialect} {Method} {Pattern} answered {Status} in {Milliseconds:F1} ms (request {RequestId})")]
    public static partial void Answered(
        ILogger log, string dialect, string method, string pattern, int status, double milliseconds, string requestId);

    [LoggerMessage(4001, LogLevel.Error, "{Dialect} {Method} {Pattern} failed (request {RequestId})")]
    public static partial void Failed(
        ILogger log, Exception exception, string dialect, string method, string pattern, string requestId);

    [LoggerMessage(4002, LogLevel.Warning, "{Kind} in {Dialect} {Pattern}; the caller is asked to come back (request {RequestId})")]
    public static partial void Transient(ILogger log, string kind, string dialect, string pattern, string requestId);

    [LoggerMessage(4003, LogLevel.Critical, "Tenant {TenantId} was deleted with everything in it")]
    public static partial void TenantDeleted(ILogger log, string tenantId);
}
