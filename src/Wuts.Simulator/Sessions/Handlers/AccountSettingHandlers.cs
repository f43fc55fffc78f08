using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions.Handlers;

/// <summary>Requests for settings of the server that clients make when they come up. Protocol section 6.7.</summary>
internal static class AccountSettingHandlers
{
    private const string PropsHash = "1";
    private const int PropsRefresh = 86400;

    public static void MapAccountSettings(this IqRoutes routes)
    {
        routes.Map("abt", "get", "props", IqStage.Linked, Experiments);
        routes.Map("w", "get", "props", IqStage.Linked, _ => IqAnswer.Result(new Node("props")));
    }

    private static IqAnswer Experiments(IqRequest request) =>
        IqAnswer.Result(new Node("props", [("protocol", "1"), ("hash", PropsHash), ("refresh", PropsRefresh)]));
}
