using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Wire;
using static Wuts.WhatsApp.Tests.History.HistoryBlobs;

namespace Wuts.WhatsApp.Tests.History;

/// <summary>Blobs that are damaged, too large, or lie about themselves.</summary>
public class HistoryDamageTests
{
    [Fact]
    public void Blob_that_unpacks_to_more_than_the_limit_is_refused()
    {
        var packed = Pack(new byte[100_000]);

        using var exact = InflateStream.Zlib(new MemoryStream(packed), 100_000);
        using var over = InflateStream.Zlib(new MemoryStream(packed), 99_999);

        exact.CopyTo(Stream.Null);
        var e = Assert.Throws<WireFormatException>(() => over.CopyTo(Stream.Null));
        Assert.Equal(100_000, e.Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(-5)]
    [InlineData(-1)]
    public void Packed_data_that_is_cut_off_is_refused(int end)
    {
        var random = new byte[1000];
        new Random(5).NextBytes(random);
        var packed = Pack(random);
        var cut = end >= 0 ? packed[..end] : packed[..^-end];
        using var inflater = InflateStream.Zlib(new MemoryStream(cut), 100_000);

        Assert.Throws<WireFormatException>(() => inflater.CopyTo(Stream.Null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(-5)]
    [InlineData(-1)]
    public void Gzip_data_that_is_cut_off_is_refused(int end)
    {
        var random = new byte[1000];
        new Random(5).NextBytes(random);
        using var packed = new MemoryStream();
        using (var deflater = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(random);
        }

        var whole = packed.ToArray();
        using var good = InflateStream.Gzip(new MemoryStream(whole), 1000);
        using var bad = InflateStream.Gzip(new MemoryStream(end >= 0 ? whole[..end] : whole[..^-end]), 1000);

        good.CopyTo(Stream.Null);
        Assert.Throws<WireFormatException>(() => bad.CopyTo(Stream.Null));
    }

    [Fact]
    public void Packed_data_that_asks_for_a_dictionary_is_refused()
    {
        using var inflater = InflateStream.Zlib(new MemoryStream([0x78, 0x20, 0, 0, 0, 0, 0, 0, 0, 0]), 100_000);

        Assert.Throws<WireFormatException>(() => inflater.CopyTo(Stream.Null));
    }

    [Fact]
    public void Packed_data_that_cannot_be_read_surfaces_as_what_it_is()
    {
        using var inflater = InflateStream.Zlib(new UnreadableStream(), 100_000);

        Assert.Throws<IOException>(() => inflater.CopyTo(Stream.Null));
    }

    [Fact]
    public void Packed_data_with_a_wrong_checksum_is_refused()
    {
        var packed = Pack(Encoding.UTF8.GetBytes("some history"));
        packed[^1] ^= 1;
        using var inflater = InflateStream.Zlib(new MemoryStream(packed), 100_000);

        Assert.Throws<WireFormatException>(() => inflater.CopyTo(Stream.Null));
    }

    [Fact]
    public void Blob_cut_off_inside_a_field_is_refused_and_what_came_before_is_right()
    {
        var blob = NewBlob();
        blob.Pushnames.Add(new Pushname { Id = Pn, Pushname_ = "first" });
        blob.Pushnames.Add(new Pushname { Id = Lid, Pushname_ = "second" });
        var bytes = blob.ToByteArray();
        using var reader = new HistoryReader(new MemoryStream(bytes[..^1]), HistoryLimits.Default);
        var items = new List<HistoryItem>();

        Assert.Throws<WireFormatException>(() => items.AddRange(reader.ReadItems().Select(i => i)));

        using var again = new HistoryReader(new MemoryStream(bytes[..^1]), HistoryLimits.Default);
        Assert.Equal("first", ((HistoryItem.PushName)again.ReadItems().First()).Name);
    }

    [Fact]
    public void Damaged_blobs_end_in_items_or_in_the_one_exception()
    {
        var blob = NewBlob(new Conversation { Id = Lid, Messages = { Incoming("a", 1), Outgoing(Pn) }, TcToken = ByteString.CopyFrom(1) });
        blob.Pushnames.Add(new Pushname { Id = Pn, Pushname_ = "p" });
        blob.Accounts.Add(new Account { Lid = Lid });
        blob.GlobalSettings = new GlobalSettings { ChatDbLidMigrationTimestamp = 5 };
        var original = blob.ToByteArray();
        var random = new Random(20260101);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var reader = new HistoryReader(new MemoryStream(bytes), HistoryLimits.Default);
            try
            {
                Assert.True(reader.ReadItems().Count() < 50);
            }
            catch (WireFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 19_999);
    }

    [Fact]
    public void Length_that_lies_costs_no_memory()
    {
        // A conversation that claims two gigabytes, then ends.
        byte[] bytes = [0x08, 0x00, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x06];
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new HistoryReader(new MemoryStream(bytes), HistoryLimits.Default);

        Assert.Throws<WireFormatException>(() => reader.ReadItems().Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Message_bodies_are_stepped_over_without_being_held()
    {
        // 64 messages of 1 MiB each, made while they are read.
        var message = Incoming("Ann", 1);
        message.Message.Message = ByteString.CopyFrom(new byte[1024 * 1024]);
        var chat = new Conversation { Id = Pn, Messages = { message } }.ToByteArray();
        var field = new MemoryStream();
        var output = new CodedOutputStream(field, leaveOpen: true);
        output.WriteTag(2, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(chat));
        output.Flush();
        using var blob = new RepeatingStream(field.ToArray(), 64);
        using var reader = new HistoryReader(blob, HistoryLimits.Default);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var names = reader.ReadItems().Count();

        Assert.Equal(64, names);
        Assert.Equal(64, reader.Conversations);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    private sealed class UnreadableStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("The disk is gone.");
    }
}
