using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Wuts.Simulator.AppState;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator;

// What linked devices send to the phone. Sync sections 1.11, 1.13 and 3.10.
public sealed partial class Handset
{
    private const int MaxRetries = 5;

    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>Takes a message whose form has been checked.</summary>
    internal void Take(LinkedDevice device, Node message)
    {
        lock (_gate)
        {
            if (_isOn)
            {
                OpenLocked(device, message);
            }
            else
            {
                _inbox.Enqueue((device, message));
            }
        }
    }

    private static SessionIdentity Who(LinkedDevice device) => new(device.Connection, device.Account.Phone, device.Id);

    private void OpenLocked(LinkedDevice device, Node stanza)
    {
        if (stanza.Tag == "message")
        {
            ReadLocked(device, stanza);
        }
        else
        {
            AnswerServerErrorLocked(device, stanza);
        }
    }

    private void ReadLocked(LinkedDevice device, Node message)
    {
        var id = message["id"]!;
        var encrypted = message.Child("enc")!;
        byte[] plaintext;
        try
        {
            plaintext = _sender.Value.Open(device, encrypted["type"]!, encrypted.ContentBytes.Span);
        }
        catch (SignalException e)
        {
            _server.Events.Add(SimulatorEventKind.MessageUnreadable, Who(device), $"{e.Failure} {id}");
            AskAgainLocked(device, id);
            return;
        }

        if (_asked.Remove(id, out var asked) && encrypted["count"] != asked.ToString(CultureInfo.InvariantCulture))
        {
            _server.Refuse(RefusalKind.BadMessage, $"A message that was asked for {asked} times says so in its count.", Who(device));
        }

        try
        {
            HandleLocked(device, id, Message.Parser.ParseFrom(plaintext).ProtocolMessage);
        }
        catch (InvalidProtocolBufferException)
        {
            _server.Refuse(RefusalKind.BadMessage, "A message to the phone is not valid protobuf.", Who(device));
        }
    }

    private void HandleLocked(LinkedDevice device, string id, ProtocolMessage? content)
    {
        if (content is not { HasType: true })
        {
            _server.Refuse(RefusalKind.BadMessage, "A peer message holds no protocol message.", Who(device));
            return;
        }

        _server.Events.Add(SimulatorEventKind.MessageOpened, Who(device), $"{KebabCase.Of(content.Type)} {id}");
        switch (content.Type)
        {
            case ProtocolMessage.Types.Type.AppStateSyncKeyRequest:
                AnswerKeyRequestLocked(device, content.AppStateSyncKeyRequest);
                break;
            case ProtocolMessage.Types.Type.PeerDataOperationRequestMessage:
                AnswerDataRequestLocked(device, id, content.PeerDataOperationRequestMessage);
                break;
            default:
                break;
        }
    }

    private void AnswerKeyRequestLocked(LinkedDevice device, AppStateSyncKeyRequest? request)
    {
        if (request is not { KeyIds.Count: > 0 } || request.KeyIds.Any(key => key.KeyId.IsEmpty))
        {
            _server.Refuse(RefusalKind.BadMessage, "A key request names no key.", Who(device));
            return;
        }

        var defect = _server.Faults.Take<Fault.KeyShare>(Who(device))?.Defect;
        if (defect == KeyShareDefect.Silent)
        {
            return;
        }

        var devices = ADVKeyIndexList.Parser.ParseFrom(_account.Primary.KeyIndexList.Details);
        var share = new AppStateSyncKeyShare();
        foreach (var wanted in request.KeyIds)
        {
            // A key without data says that the phone does not have it.
            share.Keys.Add(defect != KeyShareDefect.Orphan && AppState.Keys.Find(wanted.KeyId.Span) is { } key
                ? SyncKeyRing.ToWire(key, devices)
                : new AppStateSyncKey { KeyId = wanted });
        }

        SendLocked(device, MessageKind.Peer, "key-share", new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.AppStateSyncKeyShare,
            AppStateSyncKeyShare = share,
        });
    }

    private void AskAgainLocked(LinkedDevice device, string id)
    {
        var count = _asked.GetValueOrDefault(id) + 1;
        if (count > MaxRetries)
        {
            _asked.Remove(id);
            return;
        }

        _asked[id] = count;
        var now = _server.Time.GetUtcNow().ToUnixTimeSeconds();
        var keys = _sender.Value.Signal.Keys;
        var (oneTimeId, oneTime) = keys.TakeOneTime();
        var registration = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(registration, keys.RegistrationId);
        device.Queue.Enqueue(new Node(
            "receipt",
            [("from", _account.Jid), ("id", id), ("type", "retry"), ("category", "peer"), ("t", now)],
            [
                new Node("retry", [("count", count), ("id", id), ("t", now), ("v", "1")]),
                new Node("registration", [], registration),
                new Node("keys", [],
                [
                    new Node("type", [], [Phones.PhoneKeys.Curve25519KeyType]),
                    new Node("identity", [], _account.Primary.Identity.PublicKey.ToArray()),
                    new Node("key", [], [new Node("id", [], oneTimeId), new Node("value", [], oneTime)]),
                    new Node("skey", [],
                    [
                        new Node("id", [], keys.SignedRecord.Id),
                        new Node("value", [], keys.SignedRecord.PublicKey),
                        new Node("signature", [], keys.SignedRecord.Signature),
                    ]),
                ]),
            ]));
    }
}
