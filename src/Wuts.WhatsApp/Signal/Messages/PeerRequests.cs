using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>What this device asks its phone for. Sync section 1.13.</summary>
internal static class PeerRequests
{
    /// <summary>Asks for app-state keys.</summary>
    public static Message ForKeys(IEnumerable<AppStateKeyId> keyIds)
    {
        var request = new AppStateSyncKeyRequest();
        foreach (var id in keyIds)
        {
            request.KeyIds.Add(new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(id.Bytes) });
        }

        return Wrap(new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.AppStateSyncKeyRequest,
            AppStateSyncKeyRequest = request,
        });
    }

    /// <summary>Asks for a plain copy of a collection whose state is beyond repair. Sync section 3.11.</summary>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="now">The time of asking.</param>
    public static Message ForSnapshot(string collection, DateTimeOffset now) => Wrap(new ProtocolMessage
    {
        Type = ProtocolMessage.Types.Type.PeerDataOperationRequestMessage,
        PeerDataOperationRequestMessage = new PeerDataOperationRequestMessage
        {
            PeerDataOperationRequestType = PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery,
            SyncdCollectionFatalRecoveryRequest = new SyncDCollectionFatalRecoveryRequest
            {
                CollectionName = collection,
                Timestamp = now.ToUnixTimeSeconds(),
            },
        },
    });

    private static Message Wrap(ProtocolMessage protocol) => new() { ProtocolMessage = protocol };
}
