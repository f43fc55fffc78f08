using System.IO.Compression;
using Google.Protobuf;
using Wuts.Simulator.AppState;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

// What devices ask of the phone's data: its own copy of a collection, and old chats. Sync sections 1.9 and 3.11.
public sealed partial class Handset
{
    private void AnswerDataRequestLocked(LinkedDevice device, string id, PeerDataOperationRequestMessage? request)
    {
        switch (request?.PeerDataOperationRequestType)
        {
            case PeerDataOperationRequestType.HistorySyncOnDemand:
                AnswerOnDemandLocked(device, id, request.HistorySyncOnDemandRequest);
                break;
            case PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery:
                AnswerRecoveryLocked(device, id, request.SyncdCollectionFatalRecoveryRequest);
                break;
            case null:
                _server.Refuse(RefusalKind.BadMessage, "A request for data does not say for which.", Who(device));
                break;
            default:
                break;
        }
    }

    private void AnswerRecoveryLocked(LinkedDevice device, string id, SyncDCollectionFatalRecoveryRequest? request)
    {
        if (request is not { HasTimestamp: true } || !AppStateCollections.TryParse(request.CollectionName, out var name))
        {
            _server.Refuse(RefusalKind.BadMessage, "A request for a copy names no collection, or no time.", Who(device));
            return;
        }

        var defect = _server.Faults.Take<Fault.Recovery>(
            Who(device), fault => fault.Collection is null || fault.Collection == request.CollectionName)?.Defect;
        if (defect == RecoveryDefect.Silent)
        {
            return;
        }

        var answer = new PeerDataOperationRequestResponseMessage
        {
            PeerDataOperationRequestType = PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery,
            StanzaId = id,
        };
        if (defect != RecoveryDefect.Empty)
        {
            answer.PeerDataOperationResult.Add(new PeerDataOperationRequestResponseMessage.Types.PeerDataOperationResult
            {
                SyncdSnapshotFatalRecoveryResponse = new SyncDSnapshotFatalRecoveryResponse
                {
                    CollectionSnapshot = ByteString.CopyFrom(Pack(name, defect)),
                    IsCompressed = true,
                },
            });
        }

        SendLocked(device, MessageKind.Peer, "recovery", new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.PeerDataOperationRequestResponseMessage,
            PeerDataOperationRequestResponseMessage = answer,
        });
    }

    private byte[] Pack(AppStateCollection name, RecoveryDefect? defect)
    {
        var copy = AppState.LockedPublished(name, CopyOf);
        if (defect == RecoveryDefect.WrongCollection)
        {
            copy.CollectionName = AppStateCollections.All.First(other => other != name).WireName();
        }

        if (defect == RecoveryDefect.WrongHash)
        {
            copy.CollectionLthash = ByteString.CopyFrom(copy.CollectionLthash.Span[1..]);
        }

        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            // No field has the number 0, so a first byte of 0 cannot begin one.
            gzip.Write(defect == RecoveryDefect.Garbage ? [0, .. _random.Bytes(GarbageSize)] : copy.ToByteArray());
        }

        var packed = output.ToArray();
        return defect == RecoveryDefect.Truncated ? packed[..(packed.Length / 2)] : packed;
    }

    private static SyncdSnapshotRecovery CopyOf(PhoneCollection phone)
    {
        var copy = new SyncdSnapshotRecovery
        {
            Version = new SyncdVersion { Version = phone.Version },
            CollectionName = phone.Name.WireName(),
            CollectionLthash = ByteString.CopyFrom(phone.Hash),
        };
        copy.MutationRecords.AddRange(phone.Stored.Select(record => new SyncdPlainTextRecord
        {
            Value = new SyncActionData
            {
                Index = ByteString.CopyFrom(record.IndexBytes),
                Value = record.Value,
                Padding = ByteString.Empty,
                Version = record.ActionVersion,
            },
            KeyId = ByteString.CopyFrom(record.KeyId.Bytes),
            Mac = ByteString.CopyFrom(record.ValueMac.ToArray()),
        }));
        return copy;
    }
}
