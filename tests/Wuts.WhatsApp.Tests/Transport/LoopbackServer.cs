using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wuts.WhatsApp.Tests.Transport;

/// <summary>A WebSocket server on a free loopback port; what it does with a socket is the test's business.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application) => _application = application;

    public Uri Endpoint { get; private set; } = null!;

    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(context => handle(context));
        await application.StartAsync();
        return new LoopbackServer(application) { Endpoint = new UriBuilder(application.Urls.First()) { Scheme = "ws", Path = "/ws/chat" }.Uri };
    }

    public static Task<LoopbackServer> StartAsync(Func<WebSocket, Task> handle) => StartAsync(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await handle(socket);
    });

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
