using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.History;

/// <summary>
/// The phone's announcement of one history blob. It is sent once and the blob expires within days, so it must be stored
/// before it is acknowledged, and blobs are to be read in the order of their announcements. Sync section 2.1.
/// </summary>
public sealed class HistoryNotification
{
    private HistoryNotification(HistorySyncNotification notification, MediaReference? reference)
    {
        SyncType = (HistorySyncType)notification.SyncType;
        ChunkOrder = notification.ChunkOrder;
        Progress = notification.Progress;
        Reference = reference;
        if (notification.HasInitialHistBootstrapInlinePayload)
        {
            InlinePayload = notification.InitialHistBootstrapInlinePayload.Memory;
        }

        EncryptedHandle = notification.HasEncHandle ? notification.EncHandle : null;
        RequestId = notification.HasPeerDataRequestSessionId ? notification.PeerDataRequestSessionId : null;
    }

    /// <summary>Which part of the history it is.</summary>
    public HistorySyncType SyncType { get; }

    /// <summary>Number of the blob among those of its type.</summary>
    public uint ChunkOrder { get; }

    /// <summary>How much of its type has arrived with this blob, 0 to 100.</summary>
    public uint Progress { get; }

    /// <summary>Where the blob is; absent when it is in <see cref="InlinePayload"/>, or when there is none.</summary>
    public MediaReference? Reference { get; }

    /// <summary>The compressed blob itself, when it is small.</summary>
    public ReadOnlyMemory<byte>? InlinePayload { get; }

    /// <summary>The handle under which the media server may be told to delete the blob.</summary>
    public string? EncryptedHandle { get; }

    /// <summary>For history on demand: which request this answers.</summary>
    public string? RequestId { get; }

    /// <summary>Whether there is anything to read.</summary>
    public bool HasBlob => Reference is not null || InlinePayload is not null;

    /// <summary>
    /// Whether a message may carry such a notification: only one from the own account. Anybody can write the bytes, so one
    /// from somebody else is to be ignored.
    /// </summary>
    public static bool IsAcceptable(Jid sender, Jid ownPhone, Jid ownLid)
    {
        var account = sender.ToBase();
        return !account.IsEmpty && (account == ownPhone.ToBase() || account == ownLid.ToBase());
    }

    /// <summary>Reads an encoded notification, as it was stored.</summary>
    /// <exception cref="WireFormatException">It is none, or names a blob that cannot be fetched.</exception>
    public static HistoryNotification Parse(ReadOnlySpan<byte> encoded)
    {
        try
        {
            return From(HistorySyncNotification.Parser.ParseFrom(encoded));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WireFormatException("The history notification is unreadable.", 0, e);
        }
    }

    /// <summary>Takes over a notification from a message.</summary>
    /// <exception cref="WireFormatException">It names a blob that cannot be fetched.</exception>
    internal static HistoryNotification From(HistorySyncNotification notification)
    {
        MediaReference? reference = null;
        if (!notification.HasInitialHistBootstrapInlinePayload && notification.HasDirectPath
            && !MediaReference.TryCreate(notification, out reference))
        {
            throw new WireFormatException("The history notification refers to no file.", 0);
        }

        return new HistoryNotification(notification, reference);
    }
}
