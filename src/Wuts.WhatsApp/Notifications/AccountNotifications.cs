using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>Notifications about the own account: <c>account_sync</c>. Sync sections 8.3 and 10.6.</summary>
internal static class AccountNotifications
{
    public static void Read(NotificationParser.Reading reading)
    {
        if (reading.Stanza["pushname"] is { Length: > 0 } name)
        {
            reading.Items.Add(new NotificationItem.OwnPushNameChanged(name));
        }

        foreach (var child in reading.Stanza.Children)
        {
            switch (child.Tag)
            {
                case "devices":
                    reading.Items.Add(new NotificationItem.OwnDevicesChanged(Devices(child)));
                    break;
                case "picture":
                    reading.Items.Add(new NotificationItem.OwnPictureChanged());
                    break;
                case "status":
                    reading.Items.Add(new NotificationItem.OwnAboutChanged());
                    break;
                case "privacy":
                    reading.Items.Add(new NotificationItem.PrivacySettingsChanged());
                    break;
                case "blocklist":
                    Blocklist(reading, child);
                    break;
            }
        }
    }

    private static List<Jid> Devices(Node list)
    {
        var devices = new List<Jid>();
        foreach (var device in list.Children)
        {
            if (device.Tag == "device" && device.TryGetJid("jid", out var jid))
            {
                devices.Add(jid);
            }
        }

        return devices;
    }

    private static void Blocklist(NotificationParser.Reading reading, Node list)
    {
        var blocked = new List<BlockedPerson>();
        var unblocked = new List<BlockedPerson>();
        foreach (var item in list.Children)
        {
            if (item.Tag != "item" || BlockedPerson.Read(item) is not { } person)
            {
                continue;
            }

            reading.Pair(person.PhoneJid, person.LidJid);
            (item["action"] == "unblock" ? unblocked : blocked).Add(person);
        }

        if (blocked.Count + unblocked.Count == 0)
        {
            reading.Items.Add(new NotificationItem.BlocklistStale());
            return;
        }

        reading.Items.Add(new NotificationItem.BlocklistModified(blocked, unblocked, list["dhash"] ?? "", list["prev_dhash"]));
    }
}
