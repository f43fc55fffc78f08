using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Http;

/// <summary>What an endpoint answers. Bodies are complete before the first byte leaves, so that a fault is never half an answer.</summary>
internal abstract class Reply
{
    /// <summary>Sends it.</summary>
    public abstract ValueTask SendAsync(Call call);

    /// <summary>JSON with status 200.</summary>
    public static Reply Json(Action<Utf8JsonWriter> write) => new JsonReply(StatusCodes.Status200OK, write);

    /// <summary>JSON with another status.</summary>
    public static Reply Json(int status, Action<Utf8JsonWriter> write) => new JsonReply(status, write);

    /// <summary>Bytes that are encoded already.</summary>
    /// <param name="body">They must not change any more.</param>
    /// <param name="contentType">What they are.</param>
    /// <param name="etag">Version for <c>ETag</c>, quoted; <see langword="null"/> for none. A caller that knows it gets 304.</param>
    public static Reply Bytes(ReadOnlyMemory<byte> body, string contentType = MediaTypes.Json, string? etag = null) =>
        new BytesReply(body, contentType, etag);

    /// <summary>A problem, in the form of the dialect.</summary>
    public static implicit operator Reply(Problem problem) => new ProblemReply(problem);

    /// <summary>A failure of the core, in the form of the dialect.</summary>
    public static implicit operator Reply(Failure failure) => new ProblemReply(new Problem.Failed(failure));

    private sealed class JsonReply(int status, Action<Utf8JsonWriter> write) : Reply
    {
        public override async ValueTask SendAsync(Call call)
        {
            using var buffer = JsonBuffer.Rent();
            write(buffer.Writer);
            await SendAsync(call.Http.Response, status, MediaTypes.Json, buffer.Finish());
        }
    }

    private sealed class BytesReply(ReadOnlyMemory<byte> body, string contentType, string? etag) : Reply
    {
        public override ValueTask SendAsync(Call call)
        {
            var response = call.Http.Response;
            if (etag is null)
            {
                return SendAsync(response, StatusCodes.Status200OK, contentType, body);
            }

            response.Headers.ETag = etag;
            response.Headers.CacheControl = "private, no-cache";
            if (call.Knows(etag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return ValueTask.CompletedTask;
            }

            return SendAsync(response, StatusCodes.Status200OK, contentType, body);
        }
    }

    private sealed class ProblemReply(Problem problem) : Reply
    {
        private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

        public override async ValueTask SendAsync(Call call)
        {
            var response = call.Http.Response;
            var (status, write) = call.Dialect.Describe(problem, call);
            if (problem is Problem.WrongMethod wrong)
            {
                response.Headers.Allow = wrong.Allow;
            }

            if (RetryAfter(problem, status) is { } wait)
            {
                response.Headers.RetryAfter = wait;
            }

            using var buffer = JsonBuffer.Rent();
            write(buffer.Writer);
            await SendAsync(response, status, MediaTypes.Json, buffer.Finish());
        }

        // What comes back by itself, or may just have been slow, is worth another try at once. Whole seconds, rounded up: who comes back a moment too early is refused again.
        private static string? RetryAfter(Problem problem, int status) => problem switch
        {
            Problem.Failed { Failure: Failure.RateLimited { RetryAfter: { } wait } } => Seconds(wait),
            Problem.Failed { Failure: Failure.Unavailable { RetryAfter: var wait } } => Seconds(wait),
            Problem.Failed { Failure: Failure.TimedOut } => Seconds(Soon),
            Problem.Failed { Failure: Failure.NotReady { State: DeviceState.Connecting or DeviceState.Reconnecting } }
                when status == StatusCodes.Status503ServiceUnavailable => Seconds(Soon),
            _ => null,
        };

        private static string Seconds(TimeSpan wait) =>
            Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    private static async ValueTask SendAsync(HttpResponse response, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }
}

/// <summary>Content types.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Jpeg = "image/jpeg";
    public const string Text = "text/plain; charset=utf-8";
}
