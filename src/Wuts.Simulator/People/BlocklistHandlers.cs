using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>Requests about the block list. Sync sections 8.1 and 8.2.</summary>
internal static class BlocklistHandlers
{
    public static void MapBlocklist(this IqRoutes routes)
    {
        routes.Map("blocklist", "get", null, IqStage.Linked, Get);
        routes.Map("blocklist", "set", "item", IqStage.Linked, Set);
        routes.Map("blocklist", "set", null, IqStage.Linked, request => request.Refuse("A change of the block list names a person.", 400));
    }

    private static IqAnswer Get(IqRequest request)
    {
        var owner = request.Server.World.People.Of(request.Device.Account);
        return IqAnswer.Result(request.Stanza.Child("item")?["dhash"] is { } known && known == ((AttributeValue)owner.BlockList.Hash).ToString()
            ? new Node("list", [("dhash", known), ("matched", "true")])
            : List(owner));
    }

    private static IqAnswer Set(IqRequest request)
    {
        var world = request.Server.World;
        var owner = world.People.Of(request.Device.Account);
        var item = request.Child!;
        if (request.Stanza.Children.Length != 1 || item["action"] is not ("block" or "unblock")
            || !item.TryGetJid("jid", out var jid) || !jid.IsPerson || jid != jid.ToBase())
        {
            return request.Refuse("A change of the block list is one item with action and the address of a person.", 400);
        }

        // Accounts that have moved to LIDs are refused a number.
        if (owner.IsLidMigrated && !jid.IsLid)
        {
            return request.Refuse("A block by phone number from an account that has moved to LIDs.", 406);
        }

        if (world.People.Find(jid) is not { } other)
        {
            return IqAnswer.Error(404);
        }

        if (item.TryGetJid("pn_jid", out var phone) && phone != other.Jid)
        {
            return request.Refuse("The number beside the LID is not that of the person.", 406);
        }

        owner.SetBlocked(other, item["action"] == "block", by: request.Device);
        return IqAnswer.Result(world.OtherAnswers.ShortBlocklistAnswers
            ? new Node("list", [("dhash", owner.BlockList.Hash), ("matched", "true")])
            : List(owner));
    }

    private static Node List(Person owner)
    {
        var (hash, items) = owner.BlockList.Snapshot();
        return new Node(
            "list",
            [("dhash", hash), ("addressing_mode", owner.IsLidMigrated ? "lid" : null)],
            [.. items.Select(item => Item(owner, item.Person, item.At))]);
    }

    // The number is only told when the owner has it anyway.
    private static Node Item(Person owner, Person blocked, DateTimeOffset at) => owner.IsLidMigrated
        ? new Node("item",
        [
            ("jid", blocked.Lid),
            ("pn_jid", blocked.LidIsKnown ? (AttributeValue)blocked.Jid : default),
            ("t", at.ToUnixTimeSeconds()),
        ])
        : new Node("item", [("jid", blocked.Jid), ("t", at.ToUnixTimeSeconds())]);
}
