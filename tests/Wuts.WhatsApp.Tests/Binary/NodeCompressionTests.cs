using System.Buffers.Binary;
using System.IO.Compression;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using static Wuts.WhatsApp.Tests.Binary.Refusal;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Compressed frames: what is no zlib stream, and what inflates to more than anybody wants.</summary>
public class NodeCompressionTests
{
    [Fact]
    public void Inflated_length_is_limited()
    {
        var frame = NodeWriter.Encode(new Node("a", [], new byte[100_000]));
        var compressed = Compressed.Wrap(frame);

        Assert.Equal(100_000, NodeReader.Read(compressed, new NodeLimits { MaxInflatedLength = frame.Length - 1 }).ContentBytes.Length);
        AssertRefused("inflates to more", 1, compressed, new NodeLimits { MaxInflatedLength = frame.Length - 2 });
        AssertRefused("inflates to more", 1, compressed, new NodeLimits { MaxInflatedLength = 1 });
    }

    [Fact]
    public void Inflated_length_is_sixteen_mebibytes_by_default()
    {
        var frame = new byte[1 + (16 << 20)];
        Hex.Bytes("00f802fc0161fe").CopyTo(frame, 0);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(7), frame.Length - 11);

        Assert.Equal(frame.Length - 11, NodeReader.Read(Compressed.Wrap(frame)).ContentBytes.Length);
        AssertRefused("inflates to more", 1, Compressed.Wrap([.. frame, 0]));
    }

    [Fact]
    public void A_bomb_is_put_out_at_the_limit()
    {
        // 256 MiB of zeros in a quarter of one, made without holding them.
        using var output = new MemoryStream();
        output.WriteByte(2);
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 256; i++)
            {
                zlib.Write(zeros);
            }
        }

        var bomb = output.ToArray();
        Assert.InRange(bomb.Length, 1, 512 << 10);

        // All of what is allocated is buffers that the pool keeps for the next time.
        AssertRefused("inflates to more", 1, bomb, maxAllocation: 64 << 20);
        AssertRefused("inflates to more", 1, bomb, new NodeLimits { MaxInflatedLength = 1 << 20 }, maxAllocation: 8 << 20);
    }

    /// <summary>16 MiB of empty nodes or attributes compress to less than 100 KiB and would take 256 MiB as a tree.</summary>
    [Fact]
    public void A_bomb_of_empty_nodes_is_put_out_by_the_number_of_items()
    {
        var group = NodeWriter.Encode(new Node("list", [], Enumerable.Repeat(new Node("item"), 65_535).ToArray())).AsSpan(1).ToArray();
        byte[] frame = [0, .. Hex.Bytes("f80219f850"), .. Enumerable.Repeat(group, 80).SelectMany(b => b)];
        var bomb = Compressed.Wrap(frame, CompressionLevel.Optimal);
        Assert.InRange(frame.Length, 15 << 20, 16 << 20);
        Assert.InRange(bomb.Length, 1, 128 << 10);

        AssertRefused("nodes and attributes", null, bomb, maxAllocation: 128 << 20);
    }

    [Theory]
    [InlineData("02")] // nothing
    [InlineData("0278")]
    [InlineData("02789c")]
    [InlineData("02789c030000000001ff", "checksum")] // bytes behind the stream
    [InlineData("02789c030000000002", "zlib stream")] // wrong checksum
    [InlineData("0279bb00000000030000000001", "zlib stream")] // asks for a dictionary
    [InlineData("02789c070000000001", "zlib stream")] // block type 3
    [InlineData("02889c030000000001", "zlib stream")] // window too large
    [InlineData("02789d030000000001", "zlib stream")] // wrong header check
    [InlineData("02789c00000000ffff00", "")] // a stream without end
    [InlineData("02789cffffffffffffffff", "")]
    [InlineData("0200000000000000000000", "zlib stream")]
    public void What_is_no_zlib_stream_is_refused(string frame, string problem = "too short") =>
        AssertRefused(problem, 1, Hex.Bytes(frame));

    [Fact]
    public void A_stream_that_inflates_to_nothing_has_no_node() =>
        Assert.Equal(1, Assert.Throws<NodeFormatException>(() => NodeReader.Read(Hex.Bytes("02789c030000000001"))).Offset);

    [Fact]
    public void Every_truncation_of_a_compressed_frame_is_refused()
    {
        var frame = Compressed.Wrap(NodeWriter.Encode(new Node("a", [("notify", "x y z")], new byte[5000])));
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame.AsSpan(0, length)));
        }

        for (var extra = 1; extra < 10; extra++)
        {
            AssertRefused("checksum", 1, [.. frame, .. new byte[extra]]);
        }
    }
}
