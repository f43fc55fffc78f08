using System.Text.Json;
using System.Text.Json.Serialization;
using Wuts.Core.Engine;
using Wuts.Storage;

namespace Wuts.Hosting.Health;

/// <summary>Whether the process lives, and whether it can do its work. Without a token.</summary>
internal static class HealthEndpoints
{
    // Whoever asks has a limit of its own, of a few seconds as a rule.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly byte[] Alive = """{"status":"ok"}"""u8.ToArray();

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, StatusCodes.Status200OK, Alive));
        routes.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    // A process without its database still answers what it remembers and refuses the rest in an orderly way. All processes lose the
    // database together, and a balancer that took all of them out would leave nobody to do that: they stay in, and say what is wrong.
    // Who has somewhere else to go asks with ?storage=required.
    private static async Task ReadyAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var storage = services.GetRequiredService<WutsStorage>();
        var takesWrites = await TakesWritesAsync(storage, services.GetRequiredService<TimeProvider>(), context.RequestAborted);

        var engine = services.GetRequiredService<ISupervision>().State;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
        var ready = engine != SupervisorState.Stopped && !stopping
            && (takesWrites || !string.Equals(context.Request.Query["storage"], "required", StringComparison.OrdinalIgnoreCase));
        var status = stopping ? "stopping" : !ready ? "unavailable" : takesWrites && engine == SupervisorState.Working ? "ok" : "degraded";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Readiness(status, takesWrites ? "ok" : "unavailable", storage.AwaySince, engine switch
            {
                SupervisorState.Working => "ok",
                SupervisorState.Failing => "failing",
                _ => "stopped",
            }),
            HealthJson.Default.Readiness);
        await WriteAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, body);
    }

    private static async Task<bool> TakesWritesAsync(WutsStorage storage, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return (await storage.ProbeAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken)).IsHealthy;
        }
        catch (TimeoutException)
        {
            return false;
        }
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
/// <param name="Status"><c>ok</c>, <c>degraded</c>, <c>unavailable</c> or <c>stopping</c>.</param>
/// <param name="Storage">Whether the database takes writes: <c>ok</c> or <c>unavailable</c>.</param>
/// <param name="StorageAwaySince">Since when its server does not answer; absent while it does.</param>
/// <param name="Engine">Whether devices are looked after: <c>ok</c>, <c>failing</c> or <c>stopped</c>.</param>
internal sealed record Readiness(string Status, string Storage, DateTimeOffset? StorageAwaySince, string Engine);

/// <summary>Encoding that is made when the project is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
