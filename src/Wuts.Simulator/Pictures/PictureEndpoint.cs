using Wuts.Simulator.Media;

namespace Wuts.Simulator.Pictures;

/// <summary>Hands out pictures over plain HTTP, to anybody who has an address. Sync sections 6.3 and 13.5.</summary>
internal static class PictureEndpoint
{
    public static void MapPictures(this IEndpointRouteBuilder routes, SimulatorServer server) =>
        routes.MapGet($"{MediaEndpoint.Path}{PictureHost.Folder}{{name}}", (string name, HttpRequest request) =>
        {
            var (status, file) = server.World.Pictures.Fetch(name, request.Query["oh"], request.Query["oe"]);
            server.Events.Add(SimulatorEventKind.PictureServed, default, $"{status}");
            return status switch
            {
                StatusCodes.Status200OK => Results.Bytes(file!, "image/jpeg"),
                StatusCodes.Status403Forbidden => Results.Text("URL signature expired", statusCode: status),
                _ => Results.StatusCode(status),
            };
        });
}
