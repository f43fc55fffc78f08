using System.Text;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Simulator.People;

/// <summary>
/// Tells the linked devices of those who have to do with a person what has changed about them. Nobody is told what they may
/// not see. Sync sections 6.4, 7.2 and 10.3 to 10.7. The caller holds the gate of the person.
/// </summary>
internal sealed class PersonNotices(World world)
{
    public void Picture(Person person)
    {
        foreach (var to in Audience(person, PrivacySettings.Picture))
        {
            var id = person.Picture?.Id;
            var tag = id is null ? "delete" : "set";
            to.Send("picture", to.IsByHash
                ? new Node(tag, [("hash", to.Hash), ("id", id)])
                : new Node(tag, [("jid", to.Address), ("id", id), ("author", to.Address), ("hash", id is null ? null : to.Hash)]));
        }
    }

    public void About(Person person)
    {
        foreach (var to in Audience(person, PrivacySettings.About))
        {
            // An empty text is said like a text that is not told: the client asks.
            to.Send(
                "status",
                to.IsByHash ? new Node("set", [("hash", to.Hash)])
                : person.About.Text.Length == 0 ? new Node("set")
                : new Node("set", [], Encoding.UTF8.GetBytes(person.About.Text)),
                ("notify", person.PushName));
        }
    }

    /// <summary>Something about the profile has changed, and the server does not say what.</summary>
    public void Update(Person person)
    {
        foreach (var to in Audience(person))
        {
            to.SendFromServer("contacts", to.IsByHash ? new Node("update", [("hash", to.Hash)]) : new Node("update", [("jid", to.Address)]));
        }
    }

    /// <summary>The number came to WhatsApp, or left it.</summary>
    public void Registration(Person person)
    {
        foreach (var to in Audience(person))
        {
            to.SendFromServer("contacts", new Node(person.IsRegistered ? "add" : "remove", [("jid", to.Address)]));
        }
    }

    /// <summary>The person has other addresses than before. Those who never had the number learn of a new LID only.</summary>
    public void Addresses(Person person, PersonAddresses old)
    {
        foreach (var to in Audience(person))
        {
            if (!to.KnowsNumber && old.Lid == person.Lid)
            {
                continue;
            }

            to.SendFromServer("contacts", to.KnowsNumber
                ? new Node("modify", [("old", old.Jid), ("new", person.Jid), ("old_lid", old.Lid), ("new_lid", person.Lid)])
                : new Node("modify", [("old", old.Lid), ("new", person.Lid)]));
        }
    }

    public void Business(Person person, BusinessCard? old)
    {
        foreach (var to in Audience(person))
        {
            (string, AttributeValue) who = to.IsByHash ? ("hash", to.Hash) : ("jid", to.Address);
            if (person.Business is not { } now)
            {
                to.Send("business", new Node("remove", [who]));
                continue;
            }

            if (old?.Name != now.Name || old?.VerifiedLevel != now.VerifiedLevel || old?.Issuer != now.Issuer)
            {
                to.Send("business", to.IsByHash || now.Name is null
                    ? new Node("verified_name", [who])
                    : BusinessNodes.VerifiedName(now, who, ("serial", 1), ("issuer", now.Issuer)));
            }

            if (old?.Profile != now.Profile)
            {
                to.Send("business", new Node("profile", [who]));
            }
        }
    }

    public void DisappearingMode(Person person, DisappearingMode mode)
    {
        foreach (var to in Audience(person))
        {
            if (!to.IsByHash)
            {
                to.Send("disappearing_mode", new Node(
                    "disappearing_mode", [("duration", (long)mode.Duration.TotalSeconds), ("t", mode.SetAt.ToUnixTimeSeconds())]));
            }
        }
    }

    /// <summary>A device was linked or unlinked.</summary>
    public void Device(Person person, CompanionDevice device, bool isAdded)
    {
        foreach (var to in Audience(person))
        {
            var devices = person.Companions;
            var hash = Person.HashOf(devices);
            if (to.IsByHash)
            {
                to.SendFromServer("devices", new Node("update", [("hash", to.Hash)]));
                continue;
            }

            var index = DeviceLists.KeyIndexes(person, Math.Max(devices.Count, 1), withBytes: isAdded);
            to.Send("devices", new Node(
                isAdded ? "add" : "remove",
                [("device_hash", hash), ("device_lid_hash", to.KnowsNumber ? hash : null)],
                [
                    new Node("device",
                    [
                        ("jid", to.Address.WithDevice((ushort)device.Id)),
                        ("lid", to.KnowsNumber ? (AttributeValue)person.Lid.WithDevice((ushort)device.Id) : default),
                        ("key-index", isAdded ? (AttributeValue)(long)device.KeyIndex : default),
                    ]),
                    .. index,
                ]), ("lid", to.LidBeside));
        }
    }

    /// <summary>The phone was set up anew, with another identity key. Sync section 1.12.</summary>
    public void Identity(Person person)
    {
        foreach (var to in Audience(person))
        {
            to.Send("encrypt", new Node("identity"), ("lid", to.LidBeside));
        }
    }

    /// <summary>The person trusts somebody. Sync section 6.5.</summary>
    public void Token(Person person, Person holder, TrustToken token)
    {
        if (holder.Account is { HasDevices: true } account)
        {
            new Recipient(world, account, holder, person).Send(
                "privacy_token",
                new Node("tokens", [], [new Node("token", [("type", "trusted_contact"), ("t", token.IssuedAt.ToUnixTimeSeconds())], token.Bytes)]),
                ("sender_lid", person.Lid));
        }
    }

    private IEnumerable<Recipient> Audience(Person person, string? setting = null)
    {
        foreach (var account in world.Server.Accounts.WithDevices())
        {
            if (account != person.Account && world.People.Find(account.Jid) is { } viewer && viewer.RelatesTo(person)
                && !person.HasBlocked(viewer) && (setting is null || person.IsVisibleTo(viewer, setting) || HoldsToken(person, viewer, setting)))
            {
                yield return new Recipient(world, account, viewer, person);
            }
        }
    }

    private bool HoldsToken(Person person, Person viewer, string setting) =>
        world.Tokens.Find(person, viewer) is { } token && person.IsVisibleTo(viewer, setting, token.Bytes);

    /// <summary>An account that is told, and how the person is named to it.</summary>
    private readonly struct Recipient(World world, Account account, Person viewer, Person person)
    {
        public bool KnowsNumber { get; } = viewer.KnowsNumberOf(person);

        public Jid Address => KnowsNumber ? person.Jid : person.Lid;

        public string Hash => ContactHash.Of(Address);

        /// <summary>The LID for a stanza that comes from the number.</summary>
        public AttributeValue LidBeside => KnowsNumber ? person.Lid : default(AttributeValue);

        public bool IsByHash => world.NoticeAnswers.Names switch
        {
            NoticeAddress.Jid => false,
            NoticeAddress.Hash => true,
            _ => viewer.Knows(person) && !person.Knows(viewer) && !viewer.ChatsWith(person) && !viewer.GroupsWith(person).Any(),
        };

        /// <summary>Sends a notification that comes from the person, or from nobody when the person is not named.</summary>
        public void Send(string type, Node child, params ReadOnlySpan<(string, AttributeValue)> more)
        {
            var isNamed = type is "privacy_token" or "encrypt" or "disappearing_mode" || !IsByHash;
            world.Post.Deliver(account, isNamed ? Address : Jid.WhatsApp, type, child, except: null, isNamed ? more : default);
        }

        public void SendFromServer(string type, Node child) => world.Post.Deliver(account, Jid.WhatsApp, type, child);
    }
}
