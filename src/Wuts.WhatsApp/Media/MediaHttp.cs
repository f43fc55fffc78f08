using System.Net;

namespace Wuts.WhatsApp.Media;

/// <summary>The HTTP clients for media: one for the process, and one per proxy where one is set.</summary>
internal static class MediaHttp
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);
    private static readonly HttpClient Direct = Create(null);

    /// <summary>The client to use.</summary>
    public static HttpClient For(IWebProxy? proxy) => proxy is null ? Direct : Create(proxy);

    // A media host has no reason to redirect, and one that does could lead anywhere.
    private static HttpClient Create(IWebProxy? proxy) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = ConnectionLifetime,
        Proxy = proxy,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
