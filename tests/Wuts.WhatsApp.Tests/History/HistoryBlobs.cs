using System.IO.Compression;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.History;

/// <summary>History blobs as phones write them, and what is read from them.</summary>
internal static class HistoryBlobs
{
    public const string Pn = "491700000001@s.whatsapp.net";
    public const string Lid = "100000000000001@lid";

    public static HistorySync NewBlob(params Conversation[] conversations) =>
        new() { SyncType = HistorySyncNotification.Types.HistorySyncType.Recent, Conversations = { conversations } };

    public static HistoryReader Reader(HistorySync blob, HistoryLimits? limits = null, Jid ownPhone = default) =>
        new(new MemoryStream(blob.ToByteArray()), limits ?? HistoryLimits.Default, ownPhone);

    public static List<HistoryItem> Read(Conversation chat, Jid ownPhone = default)
    {
        using var reader = Reader(NewBlob(chat), ownPhone: ownPhone);
        return [.. reader.ReadItems()];
    }

    public static HistorySyncMsg Incoming(string pushName, ulong time) => new()
    {
        Message = new WebMessageInfo
        {
            Key = new WebMessageInfo.Types.Key { RemoteJid = Pn, FromMe = false, Id = "A" },
            Message = ByteString.CopyFrom(1, 2, 3),
            MessageTimestamp = time,
            PushName = pushName,
        },
    };

    public static HistorySyncMsg Outgoing(string receiver) => new()
    {
        Message = new WebMessageInfo
        {
            Key = new WebMessageInfo.Types.Key { RemoteJid = Lid, FromMe = true, Id = "B" },
            UserReceipt = { new UserReceipt { UserJid = receiver, ReceiptTimestamp = 1 } },
        },
    };

    public static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var deflater = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(plain);
        }

        return packed.ToArray();
    }
}
