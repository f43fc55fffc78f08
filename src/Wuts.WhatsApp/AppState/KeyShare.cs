using Google.Protobuf;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>What a device answered about app-state keys.</summary>
/// <param name="Keys">The keys it shared.</param>
/// <param name="Missing">The keys it says that it does not have.</param>
internal sealed record KeyShare(IReadOnlyList<AppStateSyncKey> Keys, IReadOnlyList<AppStateKeyId> Missing)
{
    /// <summary>Takes over a share. Entries without a usable id or with damaged data are left out: they are as good as not sent.</summary>
    public static KeyShare From(AppStateSyncKeyShare share)
    {
        var keys = new List<AppStateSyncKey>();
        var missing = new List<AppStateKeyId>();
        foreach (var key in share.Keys)
        {
            var id = (key.KeyId?.KeyId ?? ByteString.Empty).Span;
            if (!AppStateKeyId.IsValid(id))
            {
                continue;
            }

            if (key.KeyData is null)
            {
                missing.Add(new AppStateKeyId(id));
            }
            else if (key.KeyData.KeyData.Length == AppStateSyncKey.DataSize)
            {
                keys.Add(new AppStateSyncKey(new AppStateKeyId(id), key.KeyData.KeyData.Span, key.KeyData.Timestamp));
            }
        }

        return new KeyShare(keys, missing);
    }

    /// <summary>Builds the peer message that asks for keys. Sync section 3.10.</summary>
    public static Message BuildRequest(IEnumerable<AppStateKeyId> ids)
    {
        var request = new AppStateSyncKeyRequest();
        foreach (var id in ids)
        {
            request.KeyIds.Add(new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(id.Bytes) });
        }

        return new Message
        {
            ProtocolMessage = new ProtocolMessage
            {
                Type = ProtocolMessage.Types.Type.AppStateSyncKeyRequest,
                AppStateSyncKeyRequest = request,
            },
        };
    }
}
