using System.Text;

namespace Wuts.Hosting.Metrics;

/// <summary><c>/metrics</c>, without a token: there is nothing personal in it.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Maps it, and begins to listen.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var registry = routes.ServiceProvider.GetRequiredService<MetricsRegistry>();
        routes.MapGet("/metrics", async context =>
        {
            var body = Encoding.UTF8.GetBytes(PrometheusText.Write(registry.Collect(), registry.Dropped));
            context.Response.ContentType = PrometheusText.ContentType;
            context.Response.ContentLength = body.Length;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        });
    }
}
