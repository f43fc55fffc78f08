using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.People;

/// <summary>
/// Tells the linked devices of an account what has changed about the account itself; the device that has changed it is not
/// told. Sync sections 8.3 and 10.6. The caller holds the gate of the person.
/// </summary>
internal sealed class OwnNotices(World world)
{
    public void Picture(Person person, LinkedDevice? by) => Send(person, new Node("picture"), by);

    public void About(Person person, LinkedDevice? by) => Send(person, new Node("status"), by);

    public void Privacy(Person person, LinkedDevice? by) => Send(person, new Node("privacy"), by);

    public void PushName(Person person, string name) => Send(person, null, by: null, ("pushname", name));

    public void DisappearingMode(Person person, DisappearingMode mode) => Send(
        person,
        new Node("disappearing_mode", [("duration", (long)mode.Duration.TotalSeconds), ("t", mode.SetAt.ToUnixTimeSeconds())]),
        by: null);

    /// <summary>Somebody was blocked or unblocked.</summary>
    public void Block(Person person, Person other, bool block, (long Before, long After) hash, LinkedDevice? by)
    {
        var item = person.IsLidMigrated
            ? new Node("item",
            [
                ("action", block ? "block" : "unblock"),
                ("jid", other.Lid),
                ("pn_jid", block && other.LidIsKnown ? (AttributeValue)other.Jid : default),
            ])
            : new Node("item", [("action", block ? "block" : "unblock"), ("jid", other.Jid)]);
        Send(
            person,
            world.NoticeAnswers.OmitBlocklistItems
                ? new Node("blocklist")
                : new Node("blocklist", [("action", "modify"), ("dhash", hash.After), ("prev_dhash", hash.Before)], [item]),
            by);
    }

    /// <summary>The list of linked devices has changed. A new device has the list from its login.</summary>
    public void Devices(Person person, LinkedDevice? by)
    {
        if (person.Account is null || person.Account.Devices.All(device => device == by))
        {
            // The list is signed, which nobody needs who is not there.
            return;
        }

        var devices = person.Companions;
        Node[] list =
        [
            new Node("device", [("jid", person.Jid)]),
            .. devices.Select(device => new Node(
                "device", [("jid", person.Jid.WithDevice((ushort)device.Id)), ("key-index", (AttributeValue)(long)device.KeyIndex)])),
            .. DeviceLists.KeyIndexes(person, Math.Max(devices.Count, 1), withBytes: true),
        ];
        Send(person, new Node("devices", [("dhash", Person.HashOf(devices))], list), by);
    }

    private void Send(Person person, Node? child, LinkedDevice? by, params ReadOnlySpan<(string, AttributeValue)> more)
    {
        if (person.Account is { HasDevices: true } account)
        {
            world.Post.Deliver(account, person.Jid, "account_sync", child, by, more);
        }
    }
}
