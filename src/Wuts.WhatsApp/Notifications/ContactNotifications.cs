using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>Notifications about other people: <c>contacts</c> and <c>devices</c>. Sync sections 10.5 and 10.7.</summary>
internal static class ContactNotifications
{
    public static void Read(NotificationParser.Reading reading)
    {
        foreach (var child in reading.Stanza.Children)
        {
            switch (child.Tag)
            {
                case "update":
                    reading.Items.Add(new NotificationItem.ContactChanged(ContactRef.Read(child, reading.Sender)));
                    break;
                case "modify" when Iq.BaseJid(child, "old") is { } old && Iq.BaseJid(child, "new") is { } changed:
                    var oldLid = Iq.BaseJid(child, "old_lid");
                    var newLid = Iq.BaseJid(child, "new_lid");
                    reading.Items.Add(new NotificationItem.NumberChanged(old, changed, oldLid, newLid));
                    reading.Pair(old, oldLid);
                    reading.Pair(changed, newLid);
                    break;
                case "sync":
                    reading.Items.Add(new NotificationItem.ContactRefreshDue(Iq.Time(child, "after")));
                    break;
            }
        }
    }

    public static void ReadDevices(NotificationParser.Reading reading)
    {
        reading.Pair(reading.Sender, Iq.BaseJid(reading.Stanza, "lid"));
        foreach (var child in reading.Stanza.Children)
        {
            switch (child.Tag)
            {
                case "add":
                    reading.Items.Add(new NotificationItem.DevicesChanged(new ContactRef(reading.Sender, null), Devices(reading, child), []));
                    break;
                case "remove":
                    reading.Items.Add(new NotificationItem.DevicesChanged(new ContactRef(reading.Sender, null), [], Devices(reading, child)));
                    break;
                case "update":
                    reading.Items.Add(new NotificationItem.DevicesChanged(ContactRef.Read(child, reading.Sender), [], []));
                    break;
            }
        }
    }

    private static List<Jid> Devices(NotificationParser.Reading reading, Node list)
    {
        var devices = new List<Jid>();
        foreach (var device in list.Children)
        {
            if (device.Tag != "device" || !device.TryGetJid("jid", out var jid))
            {
                continue;
            }

            devices.Add(jid);
            reading.Pair(jid, Iq.BaseJid(device, "lid"));
        }

        return devices;
    }
}
