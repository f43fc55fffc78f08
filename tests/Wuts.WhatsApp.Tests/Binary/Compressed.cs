using System.IO.Compression;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Compressed frames, which only servers send and our writer therefore does not make.</summary>
internal static class Compressed
{
    /// <summary>The compressed form of a plain frame.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> frame, CompressionLevel level = CompressionLevel.Fastest) =>
        [2, .. Deflate(frame[1..], level)];

    /// <summary>A zlib stream.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, level))
        {
            zlib.Write(bytes);
        }

        return output.ToArray();
    }
}
