using System.IO.Compression;
using Google.Protobuf;

namespace Wuts.Simulator.History;

/// <summary>
/// Writes a piece of history as the zlib stream that is uploaded. Chats are written one by one, so that a large piece never
/// exists as objects. Sync section 2.1.
/// </summary>
internal static class HistoryBlobWriter
{
    private const int ConversationsField = 2;

    /// <summary>The compressed blob.</summary>
    /// <param name="piece">What stands in it.</param>
    /// <param name="unpacked">Its size before compression in bytes.</param>
    public static byte[] Write(HistoryPiece piece, out long unpacked)
    {
        using var packed = new MemoryStream();
        using (var deflater = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var output = new CodedOutputStream(deflater, leaveOpen: true);
            piece.Header.WriteTo(output);
            unpacked = piece.Header.CalculateSize();
            foreach (var chat in piece.Chats)
            {
                output.WriteTag(ConversationsField, WireFormat.WireType.LengthDelimited);
                output.WriteMessage(chat);
                var size = chat.CalculateSize();
                unpacked += 1 + CodedOutputStream.ComputeLengthSize(size) + size;
            }

            output.Flush();
        }

        return packed.ToArray();
    }
}
