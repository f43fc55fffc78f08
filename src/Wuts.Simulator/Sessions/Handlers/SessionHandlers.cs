using System.Globalization;

namespace Wuts.Simulator.Sessions.Handlers;

/// <summary>Requests about the session itself: pings, active and passive, dirty marks, logout. Protocol sections 6.2, 6.5, 6.7, 6.11.</summary>
internal static class SessionHandlers
{
    public static void MapSession(this IqRoutes routes)
    {
        routes.Map("w:p", "get", null, IqStage.Any, Ping);
        routes.Map("passive", "set", "active", IqStage.Linked, Active);
        routes.Map("passive", "set", "passive", IqStage.Linked, Passive);
        routes.Map("urn:xmpp:whatsapp:dirty", "set", "clean", IqStage.Linked, Clean);
        routes.Map("md", "set", "remove-companion-device", IqStage.Linked, Logout);
    }

    private static IqAnswer Ping(IqRequest request) =>
        IqAnswer.ResultAt(request.Server.Time.GetUtcNow());

    private static IqAnswer Active(IqRequest request)
    {
        var session = (LinkedSession)request.Session;
        if (request.Server.Options.RequirePreKeys && !request.Device.PreKeys.EverUploaded)
        {
            request.Server.Refuse(
                RefusalKind.PreKeysMissing, "A device goes active without having uploaded pre-keys.", session.Identity);
            return IqAnswer.Error(406);
        }

        return IqAnswer.ResultThen(_ => session.GoActiveAsync());
    }

    private static IqAnswer Passive(IqRequest request)
    {
        ((LinkedSession)request.Session).GoPassive();
        return IqAnswer.Empty;
    }

    private static IqAnswer Clean(IqRequest request)
    {
        foreach (var clean in request.Stanza.Children)
        {
            if (clean["type"] is not { } type
                || !long.TryParse(clean["timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
                || !request.Device.Clean(type, timestamp))
            {
                request.Server.Refuse(RefusalKind.NotAllowed, "A dirty mark is cleaned that was not there.", request.Session.Identity);
            }
        }

        return IqAnswer.Empty;
    }

    private static IqAnswer Logout(IqRequest request)
    {
        var device = request.Device;
        var isOwn = request.Child!.TryGetJid("jid", out var jid) && (jid == device.Jid || jid == device.Lid);
        if (!isOwn)
        {
            request.Server.Refuse(RefusalKind.NotAllowed, "A companion may only unlink itself.", request.Session.Identity);
            return IqAnswer.Error(403);
        }

        return IqAnswer.ResultThen(_ =>
        {
            request.Server.Unlink(device.Account, device.Id, "logout");
            return ValueTask.CompletedTask;
        });
    }
}
