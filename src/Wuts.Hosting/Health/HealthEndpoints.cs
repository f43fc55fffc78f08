using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.Core.Engine;
using Wuts.Storage;

namespace Wuts.Hosting.Health;

/// <summary>Whether the process lives, and whether it can do its work. Without a token.</summary>
internal static class HealthEndpoints
{
    private static readonly byte[] Alive = """{"status":"ok"}"""u8.ToArray();

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, StatusCodes.Status200OK, Alive));
        routes.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    // Ready means that the database takes writes, without which nothing of WhatsApp may be acknowledged, and that somebody looks
    // after the devices. The answer says which of the two it is, and nothing else.
    private static async Task ReadyAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
        var storage = (await services.GetRequiredService<WutsStorage>().ProbeAsync(context.RequestAborted)).IsHealthy;

        // A process of a cluster that serves the API only has no devices to look after.
        var engine = services.GetService<ISupervision>()?.State ?? SupervisorState.Working;
        var ready = storage && engine == SupervisorState.Working && !stopping;
        var status = ready ? "ok" : stopping ? "stopping" : "unavailable";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Readiness(status, storage ? "ok" : "unavailable", engine switch
            {
                SupervisorState.Working => "ok",
                SupervisorState.Failing => "failing",
                _ => "stopped",
            }),
            HealthJson.Default.Readiness);
        await WriteAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}

/// <summary>What <c>/health/ready</c> answers.</summary>
/// <param name="Status"><c>ok</c>, <c>unavailable</c> or <c>stopping</c>.</param>
/// <param name="Storage">Whether the database takes writes: <c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Engine">Whether devices are looked after: <c>ok</c>, <c>failing</c> or <c>stopped</c>.</param>
internal sealed record Readiness(string Status, string Storage, string Engine);

/// <summary>Encoding that is made when the project is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
