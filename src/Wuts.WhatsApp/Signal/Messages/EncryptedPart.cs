using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>One <c>enc</c> node of a message, read but not decrypted. A closed set. Sync section 1.4.</summary>
/// <param name="Id">Names the payload.</param>
internal abstract record EncryptedPart(PayloadId Id)
{
    private const string PreKeyKind = "pkmsg";
    private const string SessionKind = "msg";
    private const string GroupKind = "skmsg";

    /// <summary>A message that may start a session.</summary>
    public sealed record Starting(PayloadId Id, PreKeySignalMessage Message) : EncryptedPart(Id);

    /// <summary>A message in a session.</summary>
    public sealed record InSession(PayloadId Id, SignalMessage Message) : EncryptedPart(Id);

    /// <summary>A message with a sender key.</summary>
    public sealed record ToGroup(PayloadId Id, SenderKeyMessage Message) : EncryptedPart(Id);

    /// <summary>Bytes that are not what the node says.</summary>
    public sealed record Broken(PayloadId Id, SignalFailure Failure) : EncryptedPart(Id);

    /// <summary>
    /// Reads the parts that are for this device, in order. Bot messages, Messenger's version 3 and unknown kinds are left out.
    /// </summary>
    public static IReadOnlyList<EncryptedPart> ReadAll(Node stanza, SignalAddress sender)
    {
        List<EncryptedPart> parts = [];
        foreach (var node in stanza.Children)
        {
            if (node.Tag == "enc" && node["v"] is null or "2" && node["type"] is PreKeyKind or SessionKind or GroupKind)
            {
                parts.Add(Read(node["type"]!, node.ContentBytes.Span, sender));
            }
        }

        return parts;
    }

    private static EncryptedPart Read(string kind, ReadOnlySpan<byte> payload, SignalAddress sender)
    {
        var id = PayloadId.Of(kind, sender, payload);
        try
        {
            return kind switch
            {
                PreKeyKind => new Starting(id, PreKeySignalMessage.Parse(payload)),
                SessionKind => new InSession(id, SignalMessage.Parse(payload)),
                _ => new ToGroup(id, SenderKeyMessage.Parse(payload)),
            };
        }
        catch (SignalException refused)
        {
            return new Broken(id, refused.Failure);
        }
    }
}
