using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>Every rule that a frame can break, with the place the error names.</summary>
public class NodeRefusalTests
{
    [Theory]
    [InlineData("", 0)] // no format byte
    [InlineData("00", 1)] // no node
    [InlineData("00f8", 2)] // header without its size
    [InlineData("00f900", 2)] // header without half of its size
    [InlineData("0000", 1)] // null is no node
    [InlineData("0019", 1)] // a token is no node
    [InlineData("00fc0119", 1)] // bytes are no node
    [InlineData("00f800", 1)] // size 0
    [InlineData("00f90000", 1)] // size 0, long form
    [InlineData("00f801", 1)] // no room for the tag
    [InlineData("00f8020e", 1)] // no room for the content
    [InlineData("00f8050e0c0f", 1)] // no room for both attributes
    [InlineData("00f80100", 3)] // null as tag
    [InlineData("00f801fc00", 3)] // empty tag
    [InlineData("00f801fb00", 3)] // empty packed tag
    [InlineData("00f801f801190000", 3)] // list as tag
    [InlineData("00f801fa0003", 3)] // JID as tag
    [InlineData("00f8030e0008", 4)] // null as attribute name
    [InlineData("00f8030efc0008", 4)] // empty attribute name
    [InlineData("00f8030efa000308", 4)] // JID as attribute name
    [InlineData("00f8030e08f80119", 5)] // list as attribute value
    [InlineData("00f801f0", 3)] // tags that are not assigned
    [InlineData("00f801f1", 3)]
    [InlineData("00f801f2", 3)]
    [InlineData("00f801f3", 3)]
    [InlineData("00f8020ef4", 4)]
    [InlineData("00f801ec", 4)] // double-byte token cut off
    [InlineData("00f801fc", 4)] // length cut off
    [InlineData("00f801fd00", 5)]
    [InlineData("00f801fd0000", 5)]
    [InlineData("00f801fe000000", 4)]
    [InlineData("00f801fc026f", 3)] // byte string longer than the frame
    [InlineData("00f801fd0000026f", 3)]
    [InlineData("00f801fe000000026f", 3)]
    [InlineData("00f801ff", 4)] // packed string without a length
    [InlineData("00f801ff02ab", 5)] // packed string cut off
    [InlineData("00f801ff80", 4)] // odd packed string without data
    [InlineData("00f801fb80", 4)]
    [InlineData("00f801ff02120c", 6)] // nibbles that stand for nothing
    [InlineData("00f801ff02d012", 5)]
    [InlineData("00f801ff01e0", 5)]
    [InlineData("00f801ff0112f0", 6)] // and a byte too many
    [InlineData("00f801ff01f0", 5)] // padding in front
    [InlineData("00f801ff011f", 5)] // padding of an even string
    [InlineData("00f801ff82f11f", 5)] // padding in the middle
    [InlineData("00f8030e0cfa0b00", 7)] // JID without server
    [InlineData("00f8030e0cfa0bfc00", 5)] // JID with empty server
    [InlineData("00f8030e0cfafa000303", 6)] // JID as user
    [InlineData("00f8030e0cfaf8011903", 6)] // list as user
    [InlineData("00f8030e0cfafc03314032" + "03", 5)] // @ in a user
    [InlineData("00f8030e0cfafc03313a32" + "03", 5)] // colon in a user
    [InlineData("00f8030e0cfafc022e30" + "03", 5)] // nothing in front of the agent
    [InlineData("00f8030e0cfa0bfc03614062", 5)] // @ in a server
    [InlineData("00f8030e0cf7", 6)] // device JID without domain
    [InlineData("00f8030e0cf702070b", 5)] // domains that are none
    [InlineData("00f8030e0cf77f070b", 5)]
    [InlineData("00f8030e0cf782070b", 5)]
    [InlineData("00f8030e0cf7ff070b", 5)]
    [InlineData("00f8030e0cf7000700", 5)] // device of nobody
    [InlineData("00f8030e0cf60b0005" + "03", 9)] // Messenger JID elsewhere
    [InlineData("00f8030e0cf60b00", 7)] // cut off in the device
    [InlineData("00f8030e0cf50b00050007cc", 11)] // interop JID elsewhere
    [InlineData("00f8030e0cf5000005" + "0007fc07696e7465726f70", 5)] // interop device of nobody
    [InlineData("00f80119" + "00", 4)] // bytes behind the node
    [InlineData("00f80219fc0100" + "19", 7)]
    [InlineData("00f80219f80119", 4)] // a child that is no node
    [InlineData("00f80219f802f80119", 4)] // fewer children than announced
    [InlineData("00f80219f802f80119f801", 4)]
    [InlineData("00f80219f802f80119f80200", 9)] // a child with the bytes of the next one
    [InlineData("00f80219f801f80319", 6)] // a child larger than the frame
    public void Malformed_frame_is_refused_with_its_offset(string frame, int offset)
    {
        var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(Hex.Bytes(frame)));

        Assert.Equal(offset, error.Offset);
        Assert.EndsWith($"(at byte {offset})", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public void Every_truncation_of_a_frame_is_refused()
    {
        foreach (var vector in VectorFile.Open("binary-nodes.json").GetProperty("vectors").EnumerateArray())
        {
            if (vector.TryGetProperty("hex", out var hex) && hex.GetString()!.Length < 1000)
            {
                var frame = Hex.Bytes(hex.GetString()!);
                for (var length = 0; length < frame.Length; length++)
                {
                    var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame.AsSpan(0, length)));
                    Assert.InRange(error.Offset, 0, length);
                }
            }
        }
    }

    [Fact]
    public void Messages_of_errors_contain_nothing_of_the_frame()
    {
        var frame = NodeWriter.Encode(new Node("iq", [("notify", "Bob secret"), ("jid", Jid.Parse("15550001234@lid"))]));
        for (var length = 0; length < frame.Length; length++)
        {
            var error = Assert.Throws<NodeFormatException>(() => NodeReader.Read(frame.AsSpan(0, length)));
            Assert.DoesNotContain("Bob", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("1555", error.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Two users that differ must not become one by repair.</summary>
    [Theory]
    [InlineData("00f801fc02c341", 3)] // tag
    [InlineData("00f8030efc01c308", 4)] // attribute name
    [InlineData("00f8030e0cfafc02c34103", 6)] // user
    [InlineData("00f8030e0cfa0bfc02c341", 7)] // server
    [InlineData("00f8030e0cf70007fc03eda080", 8)] // a surrogate, which UTF-8 does not have
    public void Broken_UTF8_in_an_identifier_is_refused(string frame, int offset) =>
        Assert.Equal(offset, Assert.Throws<NodeFormatException>(() => NodeReader.Read(Hex.Bytes(frame))).Offset);
}
