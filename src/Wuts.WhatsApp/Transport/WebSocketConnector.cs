using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.Transport;

/// <summary>Opens WebSocket connections to one endpoint. Protocol section 1.1.</summary>
/// <remarks>
/// All clients of a process share one HTTP handler per proxy: a handler of its own would cost every connection a pool,
/// timers and caches that only serve the upgrade request.
/// </remarks>
internal sealed class WebSocketConnector(Uri endpoint, string? origin, IWebProxy? proxy) : ITransportConnector
{
    private static readonly HttpMessageInvoker Direct = CreateInvoker(null);
    private static readonly ConditionalWeakTable<IWebProxy, HttpMessageInvoker> Proxied = [];

    /// <inheritdoc/>
    public async Task<ITransport> ConnectAsync(ReadOnlyMemory<byte> routingInfo, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            if (origin is not null)
            {
                socket.Options.SetRequestHeader("Origin", origin);
            }

            // Liveness is the business of the protocol's own pings; a timer per socket would be a second, weaker one.
            socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            var invoker = proxy is null ? Direct : Proxied.GetValue(proxy, CreateInvoker);
            await socket.ConnectAsync(FrameFormat.WithRoutingInfo(endpoint, routingInfo.Span), invoker, cancellationToken).ConfigureAwait(false);
            return new WebSocketTransport(socket);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is WebSocketException or HttpRequestException or IOException)
            {
                throw new TransportException("The server could not be reached.", failure);
            }

            throw;
        }
    }

    private static HttpMessageInvoker CreateInvoker(IWebProxy? proxy) => new(
        new SocketsHttpHandler { UseCookies = false, UseProxy = proxy is not null, Proxy = proxy, AllowAutoRedirect = false });
}
