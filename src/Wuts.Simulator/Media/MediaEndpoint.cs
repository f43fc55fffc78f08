namespace Wuts.Simulator.Media;

/// <summary>Serves the media store over HTTP: 404 for what was never there, 410 for what has expired.</summary>
internal static class MediaEndpoint
{
    public const string Path = "/media";

    public static void MapMedia(this IEndpointRouteBuilder routes, SimulatorServer server) =>
        routes.MapGet(Path + "/{**path}", (string path) => server.Media.Find(path) switch
        {
            null => Results.NotFound(),
            { ExpiresAt: { } end } when end <= server.Time.GetUtcNow() => Results.StatusCode(StatusCodes.Status410Gone),
            var file => Results.Bytes(file.Bytes, file.ContentType),
        });
}
