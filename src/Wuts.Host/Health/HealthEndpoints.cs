using Wuts.Storage;

namespace Wuts.Host.Health;

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

    // Ready means that the database takes writes: without it nothing of WhatsApp may be acknowledged.
    private static async Task ReadyAsync(HttpContext context)
    {
        var storage = context.RequestServices.GetRequiredService<WutsStorage>();
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
        var health = await storage.ProbeAsync(context.RequestAborted);
        var ready = health.IsHealthy && !stopping;
        var body = ready ? """{"status":"ok","storage":"ok"}"""u8.ToArray()
            : health.IsHealthy ? """{"status":"stopping","storage":"ok"}"""u8.ToArray()
            : """{"status":"unavailable","storage":"unavailable"}"""u8.ToArray();
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
