using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>Reads notification stanzas of every type into facts; it never throws on what a server sends. Sync section 10.2.</summary>
public static class NotificationParser
{
    /// <summary>Reads a <c>&lt;notification&gt;</c>.</summary>
    public static Notification Parse(Node stanza)
    {
        var reading = new Reading(stanza);
        switch (reading.Type)
        {
            case "picture":
                Picture(reading);
                break;
            case "status":
                About(reading);
                break;
            case "contacts":
                ContactNotifications.Read(reading);
                break;
            case "devices":
                ContactNotifications.ReadDevices(reading);
                break;
            case "account_sync":
                AccountNotifications.Read(reading);
                break;
            case "server_sync":
                Collections(reading);
                break;
            case "encrypt":
                Encrypt(reading);
                break;
            case "business":
                Business(reading);
                break;
            case "privacy_token":
                PrivacyTokens(reading);
                break;
            case "disappearing_mode":
                DisappearingMode(reading);
                break;
            case "w:gp2":
                GroupNotifications.Read(reading);
                break;
        }

        if (reading.Items.Count == 0)
        {
            reading.Items.Add(new NotificationItem.Other(reading.Type));
        }

        return reading.Finish();
    }

    private static void Picture(Reading reading)
    {
        // No child at all is how some servers write "removed".
        if (reading.Stanza.Children.IsEmpty)
        {
            reading.Items.Add(new NotificationItem.PictureRemoved(new ContactRef(reading.Sender, null), null));
        }

        foreach (var child in reading.Stanza.Children)
        {
            var who = ContactRef.Read(child, reading.Sender);
            var author = Iq.BaseJid(child, "author");
            if (child.Tag is "set" or "add" && child["id"] is { Length: > 0 } id)
            {
                reading.Items.Add(new NotificationItem.PictureSet(who, id, author));
            }
            else if (child.Tag == "delete")
            {
                reading.Items.Add(new NotificationItem.PictureRemoved(who, author));
            }
        }
    }

    private static void About(Reading reading)
    {
        foreach (var child in reading.Stanza.Children)
        {
            if (child.Tag == "set")
            {
                reading.Items.Add(new NotificationItem.AboutChanged(ContactRef.Read(child, reading.Sender), child.ContentText));
            }
        }
    }

    private static void Collections(Reading reading)
    {
        var versions = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var child in reading.Stanza.Children)
        {
            if (child.Tag == "collection" && child["name"] is { Length: > 0 } name)
            {
                // A collection without a version is still news: zero makes nobody skip it.
                _ = ulong.TryParse(child["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version);
                versions[name] = version;
            }
        }

        if (versions.Count > 0)
        {
            reading.Items.Add(new NotificationItem.CollectionsChanged(versions));
        }
    }

    private static void Encrypt(Reading reading)
    {
        foreach (var child in reading.Stanza.Children)
        {
            switch (child.Tag)
            {
                case "count" when Iq.Number(child, "value") is { } count:
                    reading.Items.Add(new NotificationItem.PreKeysLeft(count));
                    break;
                case "digest":
                    reading.Items.Add(new NotificationItem.KeyBundleCheckDue());
                    break;
                // A companion with a new key says nothing about the person.
                case "identity" when reading is { Sender: { } user, IsFromCompanion: false }:
                    reading.Items.Add(new NotificationItem.IdentityChanged(user));
                    reading.Pair(user, Iq.BaseJid(reading.Stanza, "lid"));
                    break;
            }
        }
    }

    private static void Business(Reading reading)
    {
        foreach (var child in reading.Stanza.Children)
        {
            var who = ContactRef.Read(child, reading.Sender);
            switch (child.Tag)
            {
                case "verified_name":
                    reading.Items.Add(new NotificationItem.BusinessNameChanged(who, VerifiedName.Read(child)));
                    break;
                case "remove":
                    reading.Items.Add(new NotificationItem.BusinessRemoved(who));
                    break;
                case "profile":
                    reading.Items.Add(new NotificationItem.BusinessProfileChanged(who));
                    break;
            }
        }
    }

    private static void PrivacyTokens(Reading reading)
    {
        // A token may name our own device in its jid: its owner is the sender of the notification.
        var lid = Iq.BaseJid(reading.Stanza, "sender_lid");
        reading.Pair(reading.Sender, lid);
        if ((lid ?? reading.Sender) is not { } owner)
        {
            return;
        }

        foreach (var token in reading.Stanza.Child("tokens") is { } tokens ? tokens.Children : default)
        {
            if (token.Tag == "token" && token["type"] == "trusted_contact" && Iq.Time(token, "t") is { } time && !token.ContentBytes.IsEmpty)
            {
                reading.Items.Add(new NotificationItem.PrivacyTokenReceived(owner, new PrivacyToken(token.ContentBytes, time)));
            }
        }
    }

    private static void DisappearingMode(Reading reading)
    {
        if (reading.Stanza.Child("disappearing_mode") is { } mode && Iq.Number(mode, "duration") is { } seconds && reading.Sender is { } user)
        {
            reading.Items.Add(new NotificationItem.DisappearingModeChanged(user, TimeSpan.FromSeconds(seconds)));
        }
    }

    /// <summary>A stanza while it is being read.</summary>
    internal sealed class Reading
    {
        private readonly List<AddressPair> _pairs = [];
        private readonly Jid _from;

        public Reading(Node stanza)
        {
            Stanza = stanza;
            Type = stanza["type"] ?? "";
            _ = stanza.TryGetJid("from", out _from);
            Sender = _from.IsEmpty || _from.IsServer ? null : _from.ToBase();
        }

        public Node Stanza { get; }

        public string Type { get; }

        /// <summary>The person or group it is from; <see langword="null"/> for the server.</summary>
        public Jid? Sender { get; }

        /// <summary>Whether it names a linked device and not the phone.</summary>
        public bool IsFromCompanion => _from.Device != 0;

        public List<NotificationItem> Items { get; } = [];

        public void Pair(Jid? one, Jid? other)
        {
            if (AddressPair.TryCreate(one, other, out var pair) && !_pairs.Contains(pair))
            {
                _pairs.Add(pair);
            }
        }

        public Notification Finish() => new(
            Stanza["id"] ?? "", Type, _from, Iq.Time(Stanza, "t"), Stanza["offline"] is not null, Items, _pairs);
    }
}
