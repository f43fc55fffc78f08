using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>Requests about the own profile and the media hosts. Sync sections 11 and 13.1.</summary>
internal static class OwnProfileHandlers
{
    public static void MapOwnProfile(this IqRoutes routes)
    {
        routes.Map("status", "set", "status", IqStage.Linked, SetAbout);
        routes.Map("w:m", "set", "media_conn", IqStage.Linked, MediaConnection);
    }

    private static IqAnswer SetAbout(IqRequest request)
    {
        request.Server.World.People.Of(request.Device.Account).SetAbout(request.Child!.ContentText ?? "", by: request.Device);
        return IqAnswer.Empty;
    }

    // A host is a name without a port; a client that is told a base URL for media puts that in its place.
    private static IqAnswer MediaConnection(IqRequest request)
    {
        var auth = Convert.ToBase64String(request.Server.Random.Bytes(24));
        return IqAnswer.Result(new Node(
            "media_conn",
            [("auth", auth), ("ttl", 3600), ("auth_ttl", 21600), ("max_buckets", 12), ("is_new", 1), ("id", 0)],
            [
                new Node(
                    "host", [("hostname", request.Server.PublicAddress.Host), ("type", "primary")], [new Node("download"), new Node("upload")]),
                new Node("host", [("hostname", "mmg.whatsapp.net"), ("type", "fallback")]),
            ]));
    }
}
