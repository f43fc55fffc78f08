using Google.Protobuf;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.Tests.Wire;

public class WireReaderTests
{
    public static TheoryData<string, int> BadMessages => new()
    {
        { "00", 1 },                           // field 0
        { "0B", 1 },                           // a group
        { "0F", 1 },                           // a type that does not exist
        { "F8FFFFFFFF7F", 6 },                 // a field number of 31 bits
        { "08", 1 },                           // a number that is not there
        { "0880", 2 },                         // a number that goes on
        { "08FFFFFFFFFFFFFFFFFFFF01", 11 },    // a number of more than 64 bits
        { "0A05AABB", 2 },                     // bytes that are not there
        { "0AFFFFFFFFFFFFFFFFFF01", 11 },      // bytes beyond any memory
        { "0D112233", 1 },                     // half a fixed number
        { "0911223344556677", 1 },             // half a fixed number
    };

    [Theory]
    [MemberData(nameof(BadMessages))]
    public void Broken_message_is_refused_with_its_offset_in_memory_and_from_a_stream(string hex, int offset)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Equal(offset, Assert.Throws<WireFormatException>(() => Walk(bytes)).Offset);
        var fromStream = Assert.Throws<WireFormatException>(() => WalkStream(bytes)).Offset;
        Assert.InRange(fromStream, 0, bytes.Length);
    }

    [Fact]
    public void All_types_are_skipped_and_read()
    {
        using var memory = new MemoryStream();
        var output = new CodedOutputStream(memory, leaveOpen: true);
        output.WriteTag(1, WireFormat.WireType.Varint);
        output.WriteUInt64(ulong.MaxValue);
        output.WriteTag(2, WireFormat.WireType.Fixed64);
        output.WriteFixed64(1);
        output.WriteTag(3, WireFormat.WireType.Fixed32);
        output.WriteFixed32(1);
        output.WriteTag(4, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFromUtf8("text"));
        output.WriteTag((1 << 29) - 1, WireFormat.WireType.Varint);
        output.WriteUInt32(7);
        output.Flush();
        var bytes = memory.ToArray();

        Assert.Equal([1, 2, 3, 4, (1 << 29) - 1], Walk(bytes));
        Assert.Equal([1, 2, 3, 4, (1 << 29) - 1], WalkStream(bytes));
        var reader = new WireReader(bytes);
        Assert.True(reader.TryReadTag(out _, out var type));
        Assert.Equal(ulong.MaxValue, reader.ReadVarint(type));
        Assert.True(reader.TryReadTag(out _, out type));
        Assert.Equal(WireType.Fixed64, type);
    }

    [Fact]
    public void Value_of_another_type_than_expected_is_refused()
    {
        byte[] number = [0x08, 0x01];
        Assert.Throws<WireFormatException>(() =>
        {
            var reader = new WireReader(number);
            reader.TryReadTag(out _, out var type);
            reader.ReadBytes(type);
        });
        using var stream = new WireStreamReader(new MemoryStream(number));
        stream.TryReadTag(out _, out var streamType);
        Assert.Throws<WireFormatException>(() => stream.Enter(streamType));
        Assert.Throws<WireFormatException>(() => stream.ReadBytes(streamType, 10));
        Assert.Throws<WireFormatException>(() => stream.ReadVarint(WireType.Bytes));
    }

    [Fact]
    public void Embedded_message_cannot_reach_beyond_the_one_around_it()
    {
        // An outer message of 3 bytes whose field claims 5.
        byte[] bytes = [0x0A, 0x03, 0x0A, 0x05, 0x01, 0x02, 0x03, 0x04, 0x05];
        using var reader = new WireStreamReader(new MemoryStream(bytes));
        reader.TryReadTag(out _, out var type);
        reader.Enter(type);
        reader.TryReadTag(out _, out type);

        Assert.Throws<WireFormatException>(() => reader.Skip(type));
    }

    [Fact]
    public void Leaving_an_embedded_message_steps_over_its_rest()
    {
        byte[] bytes = [0x0A, 0x04, 0x08, 0x01, 0x10, 0x02, 0x18, 0x07];
        using var reader = new WireStreamReader(new MemoryStream(bytes));
        reader.TryReadTag(out _, out var type);
        var outer = reader.Enter(type);
        Assert.True(reader.TryReadTag(out var field, out type));
        Assert.Equal(1, field);
        Assert.Equal(1UL, reader.ReadVarint(type));
        reader.Leave(outer);

        Assert.True(reader.TryReadTag(out field, out type));
        Assert.Equal(3, field);
        Assert.Equal(7UL, reader.ReadVarint(type));
        Assert.False(reader.TryReadTag(out _, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public void Bytes_of_any_size_are_read_whole_however_the_stream_delivers_them(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        using var memory = new MemoryStream();
        var output = new CodedOutputStream(memory, leaveOpen: true);
        for (var i = 0; i < 3; i++)
        {
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        output.Flush();
        using var reader = new WireStreamReader(new TricklingStream(memory.ToArray(), 4_093));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(reader.TryReadTag(out _, out var type));
            Assert.True(reader.ReadBytes(type, size).SequenceEqual(content));
        }

        Assert.False(reader.TryReadTag(out _, out _));
        Assert.Equal(memory.Length, reader.Position);
    }

    [Fact]
    public void Bytes_over_the_limit_are_refused_or_stepped_over_as_the_caller_wants()
    {
        byte[] bytes = [0x0A, 0x03, 1, 2, 3, 0x10, 0x05];
        using var strict = new WireStreamReader(new MemoryStream(bytes));
        strict.TryReadTag(out _, out var type);
        Assert.Throws<WireFormatException>(() => strict.ReadBytes(type, 2));

        using var lenient = new WireStreamReader(new MemoryStream(bytes));
        lenient.TryReadTag(out _, out type);
        Assert.False(lenient.TryReadBytes(type, 2, out _));
        Assert.True(lenient.TryReadTag(out var field, out type));
        Assert.Equal(2, field);
        Assert.Equal(5UL, lenient.ReadVarint(type));
    }

    private static List<int> Walk(byte[] bytes)
    {
        var fields = new List<int>();
        var reader = new WireReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            fields.Add(field);
            reader.Skip(type);
        }

        return fields;
    }

    private static List<int> WalkStream(byte[] bytes)
    {
        var fields = new List<int>();
        using var reader = new WireStreamReader(new TricklingStream(bytes, 3));
        while (reader.TryReadTag(out var field, out var type))
        {
            fields.Add(field);
            reader.Skip(type);
        }

        return fields;
    }

    /// <summary>Delivers a few bytes at a time, as networks do.</summary>
    private sealed class TricklingStream(byte[] bytes, int most) : ForwardOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var read = Math.Min(Math.Min(buffer.Length, most), bytes.Length - _position);
            bytes.AsSpan(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }
    }
}
