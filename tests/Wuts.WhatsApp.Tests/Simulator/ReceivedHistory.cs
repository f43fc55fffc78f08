using System.IO.Compression;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>A piece of history as a device gets it: the message, its announcement, and the packed blob.</summary>
internal sealed record ReceivedHistory(Received Message, HistorySyncNotification Announcement, byte[] Packed)
{
    public HistorySync Content
    {
        get
        {
            using var inflated = new ZLibStream(new MemoryStream(Packed), CompressionMode.Decompress);
            return HistorySync.Parser.ParseFrom(inflated);
        }
    }

    /// <summary>The next announcement with its blob; nothing is answered unless the receipts are wanted.</summary>
    public static async Task<ReceivedHistory> TakeAsync(SimulatorHost simulator, Companion companion, bool withReceipts = true)
    {
        while (true)
        {
            var message = await companion.TakeMessageAsync();
            if (message.Protocol.Type != ProtocolMessage.Types.Type.HistorySyncNotification)
            {
                await companion.ReceiptAsync(message);
                continue;
            }

            if (withReceipts)
            {
                await companion.ReceiptAsync(message);
            }

            var announcement = message.Protocol.HistorySyncNotification;
            var packed = announcement.HasInitialHistBootstrapInlinePayload
                ? announcement.InitialHistBootstrapInlinePayload.ToByteArray()
                : await MirroredCollection.DownloadAsync(simulator, Reference(announcement), MediaKind.History);
            return new ReceivedHistory(message, announcement, packed);
        }
    }

    /// <summary>Where the file of an announcement is.</summary>
    public static ExternalBlobReference Reference(HistorySyncNotification announcement) => new()
    {
        MediaKey = announcement.MediaKey,
        DirectPath = announcement.DirectPath,
        FileSha256 = announcement.FileSha256,
        FileEncSha256 = announcement.FileEncSha256,
    };
}
