using System.IO.Compression;
using Google.Protobuf;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Faults;
using Wuts.Simulator.History;
using Wuts.Simulator.Media;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

// The history that a phone tells, and lost files of it. Sync sections 2 and 13.4.
public sealed partial class Handset
{
    private const int GarbageSize = 4096;

    private readonly Dictionary<string, MediaBlob> _historyFiles = new(StringComparer.Ordinal);
    private HistoryBallast? _ballast;

    /// <summary>What new devices are told about earlier times.</summary>
    public PhoneHistory History { get; } = new();

    /// <summary>Tells a device, or all of them, the whole history, whether or not they know it already.</summary>
    public void SendHistory(int? device = null)
    {
        lock (_gate)
        {
            foreach (var target in _account.Devices.Where(target => device is null || target.Id == device))
            {
                SendHistoryLocked(target);
            }
        }
    }

    /// <summary>
    /// Sends one piece of history that is filled, up to a size, with chats of people who do not exist. How large each chat is
    /// follows from the settings of <see cref="History"/>.
    /// </summary>
    /// <param name="kind">Which part of the history it says it is.</param>
    /// <param name="unpackedBytes">How large the blob is at least, before it is compressed.</param>
    /// <param name="device">Only this device; by default all.</param>
    public void SendFilledHistory(HistoryKind kind, long unpackedBytes, int? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unpackedBytes);
        lock (_gate)
        {
            foreach (var target in _account.Devices.Where(target => device is null || target.Id == device))
            {
                SendPieceLocked(target, PlanLocked().Filled(kind, unpackedBytes), inline: false);
            }
        }
    }

    /// <summary>A device has handled a piece of history.</summary>
    internal void OnHistoryHandled(LinkedDevice device, string messageId)
    {
        lock (_gate)
        {
            History.Change(messageId, delivery => delivery with { HandledAt = _server.Time.GetUtcNow() });
            _historyFiles.Remove(messageId);
        }

        _server.Events.Add(SimulatorEventKind.HistoryHandled, Who(device), messageId);
    }

    /// <summary>A device asks for a lost file of the history again.</summary>
    internal void TakeServerError(LinkedDevice device, Node receipt)
    {
        lock (_gate)
        {
            if (_isOn)
            {
                AnswerServerErrorLocked(device, receipt);
            }
            else
            {
                _inbox.Enqueue((device, receipt));
            }
        }
    }

    private HistoryPlan PlanLocked()
    {
        _ballast ??= new HistoryBallast(_account.Primary.Random.Fork("history"));
        var maker = new ConversationMaker(History, _ballast, _server.Time.GetUtcNow());
        return new HistoryPlan(_account, this, new WorldChats(_account, _server, History, AddressBook), maker);
    }

    private void SendHistoryLocked(LinkedDevice device)
    {
        var properties = device.Registration.Properties;
        foreach (var piece in PlanLocked().Pieces(properties.RequireFullSync))
        {
            SendPieceLocked(
                device,
                piece,
                inline: History.InlineBootstrap && piece.Kind == HistoryKind.InitialBootstrap
                    && properties.HistorySyncConfig is { InlineInitialPayloadInE2EeMsg: true });
        }
    }

    private void SendPieceLocked(LinkedDevice device, HistoryPiece piece, bool inline, string? request = null)
    {
        var packed = HistoryBlobWriter.Write(piece, out var unpacked);
        var defect = _server.Faults.Take<Fault.History>(Who(device))?.Defect;
        packed = Spoil(packed, defect);

        var notification = new HistorySyncNotification
        {
            SyncType = piece.Header.SyncType,
            ChunkOrder = piece.Order,
            Progress = piece.Progress,
            OldestMsgInChunkTimestampSec = _account.CreatedAt.ToUnixTimeSeconds(),
        };
        MediaBlob? file = null;
        if (inline)
        {
            notification.InitialHistBootstrapInlinePayload = ByteString.CopyFrom(packed);
        }
        else
        {
            file = _server.Blobs.Upload(packed, MediaKind.History, _account.Phone);
            if (defect != HistoryDefect.NoKey)
            {
                notification.MediaKey = ByteString.CopyFrom(file.MediaKey);
            }

            notification.DirectPath = file.DirectPath;
            notification.FileLength = (ulong)packed.Length;
            notification.FileSha256 = ByteString.CopyFrom(file.Content.PlainHash);
            notification.FileEncSha256 = ByteString.CopyFrom(file.Content.EncryptedHash);
            notification.EncHandle = file.Name;
        }

        if (request is not null)
        {
            notification.PeerDataRequestSessionId = request;
        }

        var id = SendLocked(device, MessageKind.History, $"history-{KebabCase.Of(piece.Kind)}", new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.HistorySyncNotification,
            HistorySyncNotification = notification,
        });
        if (file is not null)
        {
            _historyFiles[id] = file;
        }

        History.Record(new HistoryDelivery(
            id, device.Id, piece.Kind, piece.Order, piece.Progress, inline, unpacked, file?.Content.File.Length ?? 0, _server.Time.GetUtcNow()));
    }

    private byte[] Spoil(byte[] packed, HistoryDefect? defect)
    {
        switch (defect)
        {
            case null or HistoryDefect.NoKey:
                return packed;
            case HistoryDefect.NotCompressed:
                return _random.Bytes(GarbageSize);
            case HistoryDefect.Truncated:
                return packed[..(packed.Length / 2)];
            default:
                using (var output = new MemoryStream())
                {
                    using (var deflater = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        // No field has the number 0, so the first byte cannot begin one.
                        deflater.WriteByte(0);
                        deflater.Write(_random.Bytes(GarbageSize));
                    }

                    return output.ToArray();
                }
        }
    }

    private void AnswerServerErrorLocked(LinkedDevice device, Node receipt)
    {
        var id = receipt["id"]!;
        History.Change(id, delivery => delivery with { Reuploads = delivery.Reuploads + 1 });
        var answer = _historyFiles.TryGetValue(id, out var file) ? History.OnReupload : ReuploadAnswer.NotFound;
        _server.Events.Add(SimulatorEventKind.ReuploadRequested, Who(device), $"{KebabCase.Of(answer)} {id}");
        if (answer == ReuploadAnswer.Silent)
        {
            return;
        }

        var result = new MediaRetryNotification { StanzaId = id };
        if (file is not null && !RetryEnvelope.IsAuthentic(receipt, id, file.MediaKey))
        {
            _server.Refuse(RefusalKind.BadReceipt, "A server-error receipt cannot be decrypted with the media key.", Who(device));
            result.Result = MediaRetryNotification.Types.ResultType.DecryptionError;
        }
        else if (file is not null && answer == ReuploadAnswer.Upload)
        {
            _historyFiles[id] = _server.Blobs.UploadAgain(file);
            result.DirectPath = _historyFiles[id].DirectPath;
            result.Result = MediaRetryNotification.Types.ResultType.Success;
        }
        else
        {
            result.Result = MediaRetryNotification.Types.ResultType.GeneralError;
        }

        // That a file is gone stands outside of the encryption.
        var content = file is null || answer == ReuploadAnswer.NotFound
            ? new Node("error", [("code", 2)])
            : RetryEnvelope.Seal(result, file.MediaKey, RetryEnvelope.NextNonce(_random));
        device.Queue.Enqueue(new Node(
            "notification",
            [("from", _account.Jid), ("id", id), ("type", "mediaretry"), ("t", _server.Time.GetUtcNow().ToUnixTimeSeconds())],
            [content, new Node("rmr", [("jid", _account.Jid), ("from_me", "true")])]));
    }

    private void AnswerOnDemandLocked(LinkedDevice device, string id, HistorySyncOnDemandRequest? request)
    {
        if (request is not { HasChatJid: true })
        {
            _server.Refuse(RefusalKind.BadMessage, "A request for history names no chat.", Who(device));
            return;
        }

        SendPieceLocked(device, PlanLocked().OnDemand(request.ChatJid), inline: false, request: id);
    }
}
