using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Protos;
using ProtocolType = Wuts.WhatsApp.Protos.ProtocolMessage.Types.Type;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// A decrypted message, unwrapped and judged by who sent it. Sync section 1.9.
/// </summary>
/// <param name="Content">What it means.</param>
/// <param name="SenderKey">A sender key that came along, whatever else the message is.</param>
/// <param name="Destination">The chat that an own device sent it to; otherwise <c>default</c>.</param>
internal sealed record MessageContent(PeerContent Content, SenderKeyDistributionMessage? SenderKey, Jid Destination)
{
    /// <summary>Reads a plaintext without padding. <see langword="false"/>: it is not a message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> plaintext, MessageSource source, [NotNullWhen(true)] out MessageContent? content)
    {
        try
        {
            content = Read(Message.Parser.ParseFrom(plaintext), source);
            return true;
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or WhatsAppException)
        {
            content = null;
            return false;
        }
    }

    /// <summary>Unwraps and judges a message.</summary>
    /// <exception cref="WhatsAppException">A message inside the message is broken.</exception>
    public static MessageContent Read(Message message, MessageSource source)
    {
        var inner = message;
        Jid destination = default;
        if (message.DeviceSentMessage is { } copy)
        {
            if (!source.IsFromMe)
            {
                return new MessageContent(new PeerContent.Forged(null), message.SenderKeyDistributionMessage, default);
            }

            destination = Jid.TryParse(copy.DestinationJid, out var jid) ? jid.ToBase() : default;
            inner = copy.Message ?? new Message();
        }

        var content = inner.ProtocolMessage is { HasType: true } protocol ? Judge(protocol, source) : new PeerContent.Ordinary();
        return new MessageContent(
            content, message.SenderKeyDistributionMessage ?? inner.SenderKeyDistributionMessage, destination);
    }

    /// <summary>
    /// The security rule: what changes keys, history or identities is believed from the own account only. Anybody could send
    /// it, and the sender is the one thing about a message that the decryption has proven.
    /// </summary>
    private static PeerContent Judge(ProtocolMessage protocol, MessageSource source) => protocol.Type switch
    {
        ProtocolType.SharePhoneNumber => new PeerContent.PhoneNumberShared(),
        ProtocolType.HistorySyncNotification
            or ProtocolType.AppStateSyncKeyShare
            or ProtocolType.AppStateSyncKeyRequest
            or ProtocolType.InitialSecurityNotificationSettingSync
            or ProtocolType.AppStateFatalExceptionNotification
            or ProtocolType.PeerDataOperationRequestMessage
            or ProtocolType.PeerDataOperationRequestResponseMessage
            or ProtocolType.LidMigrationMappingSync =>
            source.IsFromMe ? FromOwnDevice(protocol, source) : new PeerContent.Forged(protocol.Type),
        _ => new PeerContent.Ordinary(),
    };

    private static PeerContent FromOwnDevice(ProtocolMessage protocol, MessageSource source) => protocol switch
    {
        { Type: ProtocolType.HistorySyncNotification, HistorySyncNotification: { } notification } =>
            new PeerContent.History(notification),
        { Type: ProtocolType.AppStateSyncKeyShare, AppStateSyncKeyShare: { } share } =>
            new PeerContent.AppStateKeys(KeyShare.From(share)),
        { Type: ProtocolType.AppStateSyncKeyRequest, AppStateSyncKeyRequest: { } request } => ReadWanted(request),
        { Type: ProtocolType.AppStateFatalExceptionNotification } =>
            new PeerContent.AppStateFailure([.. protocol.AppStateFatalExceptionNotification?.CollectionNames ?? []]),
        { Type: ProtocolType.PeerDataOperationRequestResponseMessage, PeerDataOperationRequestResponseMessage: { } response } =>
            source.Sender.Device == 0 ? new PeerContent.DataResponse(response) : new PeerContent.Forged(protocol.Type),
        { Type: ProtocolType.LidMigrationMappingSync, LidMigrationMappingSyncMessage: { } migration } =>
            new PeerContent.LidPairs(LidMigration.Parse(migration.EncodedMappingPayload.Span)),
        _ => new PeerContent.Ordinary(),
    };

    private static PeerContent.AppStateKeysWanted ReadWanted(AppStateSyncKeyRequest request) => new(
        [
            .. request.KeyIds
                .Where(id => AppStateKeyId.IsValid(id.KeyId.Span))
                .Select(id => new AppStateKeyId(id.KeyId.Span)),
        ]);
}
