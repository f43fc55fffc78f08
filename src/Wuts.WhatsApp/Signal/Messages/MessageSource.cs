using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>What kind of chat a message belongs to.</summary>
internal enum ChatKind
{
    /// <summary>A chat with one person, the own account included.</summary>
    Person,

    /// <summary>A group or community.</summary>
    Group,

    /// <summary>A broadcast list or the status feed.</summary>
    Broadcast,

    /// <summary>A channel; its messages are not encrypted.</summary>
    Newsletter,

    /// <summary>A bot.</summary>
    Bot,
}

/// <summary>
/// Who sent a message, into which chat, and under which other names both are known: everything that the attributes of a message
/// stanza tell, before anything is decrypted. Absent addresses are <c>default</c>. Sync section 1.2.
/// </summary>
internal sealed record MessageSource
{
    /// <summary>Message id.</summary>
    public required string Id { get; init; }

    /// <summary>The stanza's <c>from</c> as it stands; receipts go there.</summary>
    public required Jid From { get; init; }

    /// <summary>The stanza's <c>participant</c> as it stands, for receipts.</summary>
    public Jid Participant { get; init; }

    /// <summary>The stanza's <c>recipient</c> as it stands, for receipts.</summary>
    public Jid Recipient { get; init; }

    /// <summary>Kind of the chat.</summary>
    public required ChatKind Kind { get; init; }

    /// <summary>The chat, without device.</summary>
    public required Jid Chat { get; init; }

    /// <summary>The chat's other name, for messages that an own device sent.</summary>
    public Jid ChatAlternative { get; init; }

    /// <summary>The device that sent the message; hosted servers are normalised.</summary>
    public required Jid Sender { get; init; }

    /// <summary>The sender's other name, with the same device.</summary>
    public Jid SenderAlternative { get; init; }

    /// <summary>Whether a device of the own account sent it.</summary>
    public required bool IsFromMe { get; init; }

    /// <summary>Whether it is a message between own devices that is no part of any chat.</summary>
    public required bool IsPeer { get; init; }

    /// <summary>Whether it waited on the server until this device connected.</summary>
    public required bool IsQueued { get; init; }

    /// <summary>The sender's push name; <see langword="null"/> when there is none worth keeping.</summary>
    public string? PushName { get; init; }

    /// <summary>The sender's user name, where the server tells it.</summary>
    public string? UserName { get; init; }

    /// <summary>Server time; <see langword="null"/> when the stanza has none.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The pairs of phone number and LID that the stanza teaches: of the sender and of the chat.</summary>
    public required IReadOnlyList<AddressPair> Pairs { get; init; }

    /// <summary>Reads the attributes of a message stanza.</summary>
    /// <returns><see langword="false"/> when the stanza does not say who sent it or which message it is.</returns>
    public static bool TryParse(Node stanza, OwnAccount own, [NotNullWhen(true)] out MessageSource? source)
    {
        source = null;
        if (stanza["id"] is not { Length: > 0 } id || !stanza.TryGetJid("from", out var from) || from.IsServer)
        {
            return false;
        }

        stanza.TryGetJid("participant", out var participant);
        stanza.TryGetJid("recipient", out var recipient);
        var isMany = from.IsGroup || from.Server == JidServers.Broadcast;
        var sender = Normalise(isMany ? participant : from);
        if (sender.IsEmpty)
        {
            return false;
        }

        var kind = KindOf(from);
        var isFromMe = own.Includes(sender);
        var (chat, chatAlternative) = (kind, isFromMe) switch
        {
            (ChatKind.Bot, _) => (BotChat(stanza, from), default),
            (ChatKind.Person, true) when !recipient.IsEmpty =>
                (recipient.ToBase(), OtherName(stanza, recipient, "peer_recipient", "recipient")),
            _ => (from.ToBase(), default(Jid)),
        };
        var alternative = kind switch
        {
            ChatKind.Person when !isFromMe => OtherName(stanza, sender, "sender"),
            ChatKind.Group or ChatKind.Broadcast => OtherName(stanza, sender, "participant"),
            _ => default,
        };

        // One of the own names beside a foreign one would mix the own account up with somebody else's.
        alternative = own.Includes(alternative) != isFromMe ? default
            : alternative is { IsEmpty: false, Device: 0 } ? alternative.WithDevice(sender.Device)
            : alternative;
        source = new MessageSource
        {
            Id = id,
            From = from,
            Participant = participant,
            Recipient = recipient,
            Kind = kind,
            Chat = chat,
            ChatAlternative = chatAlternative,
            Sender = sender,
            SenderAlternative = alternative,
            IsFromMe = isFromMe,
            IsPeer = stanza["category"] == "peer",
            IsQueued = stanza["offline"] is not null,
            PushName = stanza["notify"] is { } name && name.AsSpan().Trim() is not ("" or "-") ? name : null,
            UserName = stanza[isMany ? "participant_username" : "sender_username"],
            Time = Iq.Time(stanza, "t"),
            Pairs = PairsOf((sender, alternative), (chat, chatAlternative)),
        };
        return true;
    }

    private static ChatKind KindOf(Jid from) => from switch
    {
        { IsGroup: true } => ChatKind.Group,
        { Server: JidServers.Broadcast } => ChatKind.Broadcast,
        { Server: JidServers.Newsletter } => ChatKind.Newsletter,
        { IsBot: true } => ChatKind.Bot,
        _ => ChatKind.Person,
    };

    private static Jid BotChat(Node stanza, Jid from) =>
        stanza.TryGetChild("meta", out var meta) && meta.TryGetJid("target_chat_jid", out var chat) ? chat.ToBase() : from.ToBase();

    /// <summary>
    /// The attribute with the other name of an address: the phone number of a LID, the LID of a phone number. The kind of the
    /// address itself decides, which is also what <c>addressing_mode</c> says where that is present.
    /// </summary>
    private static Jid OtherName(Node stanza, Jid address, params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (stanza.TryGetJid(role + (address.IsLid ? "_pn" : "_lid"), out var other)
                && Normalise(other) is var name
                && (address.IsLid ? name.IsPhone : name.IsLid))
            {
                return name;
            }
        }

        return default;
    }

    private static Jid Normalise(Jid jid) => jid.Server switch
    {
        JidServers.Hosted => new Jid(jid.User, JidServers.User, jid.Device),
        JidServers.HostedLid => new Jid(jid.User, JidServers.Lid, jid.Device),
        _ => jid,
    };

    private static List<AddressPair> PairsOf(params ReadOnlySpan<(Jid Name, Jid Other)> names)
    {
        List<AddressPair> pairs = [];
        foreach (var (name, other) in names)
        {
            if (AddressPair.TryCreate(name, other, out var pair) && !pairs.Contains(pair))
            {
                pairs.Add(pair);
            }
        }

        return pairs;
    }
}
