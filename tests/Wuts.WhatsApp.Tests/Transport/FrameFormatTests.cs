using System.Buffers;
using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class FrameFormatTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("frames.json");

    public static TheoryData<string> ReassemblyNames =>
        [.. Vectors.GetProperty("reassembly").EnumerateArray().Select(v => v.TextOf("name"))];

    [Fact]
    public void First_frame_follows_the_intro()
    {
        var vector = Vectors.GetProperty("firstFrame");

        Assert.Equal(vector.TextOf("wire"), Hex.Text(FirstFrame(vector.HexOf("payload"), [])));
        Assert.Equal(Vectors.TextOf("intro"), Hex.Text(FrameFormat.Intro));
    }

    [Fact]
    public void Routing_info_precedes_the_intro()
    {
        var vector = Vectors.GetProperty("edgeRouting");

        Assert.Equal(vector.TextOf("wire"), Hex.Text(FirstFrame(vector.HexOf("payload"), vector.HexOf("routingInfo"))));
    }

    [Theory]
    [InlineData("wss://web.whatsapp.com/ws/chat", "wss://web.whatsapp.com/ws/chat?ED=CAgIBRoBAA")]
    [InlineData("ws://127.0.0.1:9080/ws/chat?x=1", "ws://127.0.0.1:9080/ws/chat?x=1&ED=CAgIBRoBAA")]
    public void Routing_info_becomes_a_parameter_of_the_endpoint(string endpoint, string expected)
    {
        var vector = Vectors.GetProperty("edgeRouting");

        var uri = FrameFormat.WithRoutingInfo(new Uri(endpoint), vector.HexOf("routingInfo"));

        Assert.Equal(expected, uri.AbsoluteUri);
        Assert.EndsWith("ED=" + vector.GetProperty("urlParameter").TextOf("value"), uri.Query, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoint_without_routing_info_stays_as_it_is()
    {
        var endpoint = new Uri("wss://web.whatsapp.com/ws/chat");

        Assert.Same(endpoint, FrameFormat.WithRoutingInfo(endpoint, []));
    }

    [Fact]
    public void Length_is_three_bytes_big_endian()
    {
        Span<byte> prefix = stackalloc byte[3];
        foreach (var vector in Vectors.GetProperty("lengths").EnumerateArray())
        {
            FrameFormat.WriteLength(prefix, vector.GetProperty("payloadLength").GetInt32());

            Assert.Equal(vector.TextOf("prefix"), Hex.Text(prefix));
        }
    }

    [Fact]
    public void Payload_that_no_length_can_express_is_refused()
    {
        var refused = Assert.Throws<FrameTooLongException>(() => FrameFormat.WriteLength(new byte[3], FrameFormat.MaxPayload + 1));

        Assert.Equal(FrameFormat.MaxPayload + 1, refused.Length);
    }

    [Theory]
    [MemberData(nameof(ReassemblyNames))]
    public void Frames_are_reassembled_across_messages(string name)
    {
        var vector = Vectors.GetProperty("reassembly").EnumerateArray().Single(v => v.TextOf("name") == name);
        var arrived = Array.Empty<byte>();
        var frames = new List<string>();
        foreach (var message in vector.GetProperty("messages").EnumerateArray())
        {
            arrived = [.. arrived, .. Hex.Bytes(message.GetString()!)];
            var buffer = Segmented(arrived);
            while (FrameFormat.TryReadFrame(ref buffer, FrameFormat.MaxPayload, out var frame))
            {
                frames.Add(Hex.Text(frame.ToArray()));
            }

            arrived = buffer.ToArray();
        }

        Assert.Empty(arrived);
        Assert.Equal(vector.GetProperty("frames").EnumerateArray().Select(f => f.GetString()!), frames);
    }

    [Fact]
    public void Incomplete_frame_leaves_the_buffer_unchanged()
    {
        var buffer = Segmented([0, 0, 5, 1, 2]);

        Assert.False(FrameFormat.TryReadFrame(ref buffer, FrameFormat.MaxPayload, out _));
        Assert.Equal(5, buffer.Length);
    }

    [Fact]
    public void Frame_at_the_limit_is_read()
    {
        var buffer = Segmented([0, 0, 3, 1, 2, 3]);

        Assert.True(FrameFormat.TryReadFrame(ref buffer, maxPayload: 3, out var frame));
        Assert.Equal([1, 2, 3], frame.ToArray());
    }

    [Fact]
    public void Frame_past_the_limit_is_refused_by_its_length_alone()
    {
        var refused = Assert.Throws<FrameTooLongException>(() =>
        {
            var buffer = Segmented([0, 0, 4]);
            FrameFormat.TryReadFrame(ref buffer, maxPayload: 3, out _);
        });

        Assert.Equal((4, 3), (refused.Length, refused.Limit));
    }

    private static byte[] FirstFrame(byte[] payload, byte[] routingInfo)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameFormat.WriteIntro(output, routingInfo);
        FrameFormat.WriteLength(output.GetSpan(FrameFormat.LengthSize), payload.Length);
        output.Advance(FrameFormat.LengthSize);
        output.Write(payload);
        return output.WrittenSpan.ToArray();
    }

    // One byte per segment: the worst case for everything that looks at a buffer.
    private static ReadOnlySequence<byte> Segmented(byte[] bytes)
    {
        Segment? first = null, last = null;
        foreach (var value in bytes)
        {
            last = new Segment([value], last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, 1);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
