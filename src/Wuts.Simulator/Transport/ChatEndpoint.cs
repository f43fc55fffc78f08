namespace Wuts.Simulator.Transport;

/// <summary>Where clients open their WebSocket. Any query string is accepted and ignored. Protocol section 1.1.</summary>
internal static class ChatEndpoint
{
    public const string Path = "/ws/chat";

    public static void MapChat(this IEndpointRouteBuilder routes, SimulatorServer server) =>
        routes.Map(Path, async (HttpContext context) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await server.ServeAsync(socket, context.Abort, context.RequestAborted);
        });
}
