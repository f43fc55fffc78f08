using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Wuts.Hosting.Composition;

namespace Wuts.Hosting.Pages;

/// <summary>
/// <c>/</c>: how the gateway is doing, on one page without secrets. What needs a token asks for it in the page and sends it in the
/// header of one request. Nothing is loaded from elsewhere, and the policy of the page forbids it.
/// </summary>
internal static class DashboardPage
{
    private const string Resource = "Wuts.Hosting.Pages.dashboard.html";

    /// <summary>Maps it.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var page = Read(routes.ServiceProvider.GetRequiredService<HostSettings>());
        var body = Encoding.UTF8.GetBytes(page);
        var policy = $"default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'sha256-{HashOfScript(page)}'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        routes.MapGet("/", async context =>
        {
            var response = context.Response;
            response.ContentType = "text/html; charset=utf-8";
            response.ContentLength = body.Length;
            response.Headers.ContentSecurityPolicy = policy;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.CacheControl = "no-cache";
            response.Headers["Referrer-Policy"] = "no-referrer";
            await response.Body.WriteAsync(body, context.RequestAborted);
        });
    }

    private static string Read(HostSettings settings)
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream(Resource) ?? throw new InvalidDataException("The dashboard is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Replace("{version}", assembly.GetName().Version?.ToString(3), StringComparison.Ordinal)
            .Replace("{client}", settings.WhatsApp.ClientVersion.ToString(), StringComparison.Ordinal)
            .Replace("{runtime}", Environment.Version.ToString(), StringComparison.Ordinal);
    }

    private static string HashOfScript(string page)
    {
        const string begin = "<script>", end = "</script>";
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var script = page[from..page.IndexOf(end, from, StringComparison.Ordinal)];
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
    }
}
