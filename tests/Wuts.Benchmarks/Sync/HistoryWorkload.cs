using System.IO.Compression;
using Google.Protobuf;
using Wuts.WhatsApp.Protos;

namespace Wuts.Benchmarks.Sync;

/// <summary>A history blob of a given size: chats with messages, as compressible as real ones. The same seed gives the same bytes.</summary>
internal static class HistoryWorkload
{
    private const int MessagesPerChat = 50;

    /// <summary>Writes a compressed blob that unpacks to at least <paramref name="size"/> bytes.</summary>
    /// <param name="size">Unpacked size in bytes.</param>
    /// <param name="chats">Number of chats in it.</param>
    public static byte[] Write(long size, out int chats)
    {
        var random = new Random(20260101);
        using var packed = new MemoryStream();
        using (var deflater = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var output = new CodedOutputStream(deflater, leaveOpen: true);
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteEnum((int)HistorySyncNotification.Types.HistorySyncType.Full);
            chats = 0;
            for (var written = 0L; written < size; chats++)
            {
                var chat = NewChat(chats, random);
                output.WriteTag(2, WireFormat.WireType.LengthDelimited);
                output.WriteMessage(chat);
                written += chat.CalculateSize() + 4;
            }

            output.Flush();
        }

        return packed.ToArray();
    }

    private static Conversation NewChat(int number, Random random)
    {
        var phone = $"{4915100000000L + number}@s.whatsapp.net";
        var chat = new Conversation
        {
            Id = $"{100000000000000L + number}@lid",
            PnJid = phone,
            DisplayName = $"Contact {number}",
        };
        for (var i = 0; i < MessagesPerChat; i++)
        {
            var body = new byte[random.Next(100, 800)];
            random.NextBytes(body.AsSpan(0, body.Length / 2));
            chat.Messages.Add(new HistorySyncMsg
            {
                Message = new WebMessageInfo
                {
                    Key = new WebMessageInfo.Types.Key { RemoteJid = chat.Id, FromMe = i % 2 == 0, Id = $"3EB0{random.NextInt64():X16}" },
                    Message = ByteString.CopyFrom(body),
                    MessageTimestamp = (ulong)(1755000000 + i),
                    PushName = $"Push {number}",
                },
            });
        }

        return chat;
    }
}
