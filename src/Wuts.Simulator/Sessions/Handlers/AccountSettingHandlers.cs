using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions.Handlers;

/// <summary>Requests for settings of server and account that clients make when they come up. Protocol section 6.7.</summary>
internal static class AccountSettingHandlers
{
    private const string PropsHash = "1";
    private const int PropsRefresh = 86400;

    private static readonly string[] PrivacyCategories =
        ["last", "online", "profile", "status", "readreceipts", "groupadd", "calladd", "messages", "defense", "stickers"];

    public static void MapAccountSettings(this IqRoutes routes)
    {
        routes.Map("abt", "get", "props", IqStage.Linked, Experiments);
        routes.Map("w", "get", "props", IqStage.Linked, _ => IqAnswer.Result(new Node("props")));
        routes.Map("blocklist", "get", null, IqStage.Linked, _ => IqAnswer.Result(new Node("list")));
        routes.Map("privacy", "get", "privacy", IqStage.Linked, Privacy);
        routes.Map("w:m", "set", "media_conn", IqStage.Linked, MediaConnection);
        routes.Map("w:profile:picture", "get", "picture", IqStage.Linked, _ => IqAnswer.Error(404));
    }

    private static IqAnswer Experiments(IqRequest request) =>
        IqAnswer.Result(new Node("props", [("protocol", "1"), ("hash", PropsHash), ("refresh", PropsRefresh)]));

    private static IqAnswer Privacy(IqRequest request)
    {
        Node[] categories = [.. PrivacyCategories.Select(name => new Node("category", [("name", name), ("value", "all")]))];
        return IqAnswer.Result(new Node("privacy", [], categories));
    }

    // The host is only a name; clients of the simulator are told a base URL for media instead.
    private static IqAnswer MediaConnection(IqRequest request)
    {
        var auth = Convert.ToBase64String(request.Server.Random.Bytes(24));
        return IqAnswer.Result(new Node(
            "media_conn",
            [("auth", auth), ("ttl", 3600), ("auth_ttl", 21600), ("max_buckets", 12)],
            [new Node("host", [("hostname", "mmg.whatsapp.net")], [new Node("download"), new Node("upload")])]));
    }
}
