using System.Globalization;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>Requests about privacy settings and trusted-contact tokens. Sync sections 6.5 and 11.</summary>
internal static class PrivacyHandlers
{
    public static void MapPrivacy(this IqRoutes routes)
    {
        routes.Map("privacy", "get", "privacy", IqStage.Linked, Get);
        routes.Map("privacy", "set", "privacy", IqStage.Linked, Set);
        routes.Map("privacy", "set", "tokens", IqStage.Linked, IssueTokens);
    }

    private static IqAnswer Get(IqRequest request) =>
        IqAnswer.Result(List(request.Server.World.People.Of(request.Device.Account)));

    private static Node List(Person person) => new(
        "privacy",
        [],
        [.. PrivacySettings.Names.Select(name => new Node("category", [("name", name), ("value", person.Privacy[name])]))]);

    private static IqAnswer Set(IqRequest request)
    {
        var person = request.Server.World.People.Of(request.Device.Account);
        var categories = request.Child!.Children;
        foreach (var category in categories)
        {
            if (!PrivacySettings.IsValid(category["name"], category["value"]))
            {
                return request.Refuse("There is no privacy setting with this name and value.", 400);
            }
        }

        foreach (var category in categories)
        {
            person.SetPrivacy(category["name"]!, category["value"]!, by: request.Device);
        }

        return IqAnswer.Result(List(person));
    }

    private static IqAnswer IssueTokens(IqRequest request)
    {
        var world = request.Server.World;
        var owner = world.People.Of(request.Device.Account);
        var holders = new List<Person>();
        foreach (var token in request.Child!.Children)
        {
            if (token["type"] != "trusted_contact" || !token.TryGetJid("jid", out var jid) || !jid.IsLid
                || !long.TryParse(token["t"], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return request.Refuse("A token is issued as trusted_contact to a LID, with a time.", 400);
            }

            if (world.People.Find(jid) is not { } holder)
            {
                return IqAnswer.Error(404);
            }

            holders.Add(holder);
        }

        foreach (var holder in holders)
        {
            owner.Trust(holder);
        }

        return IqAnswer.Empty;
    }
}
