using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

/// <summary>The stanzas of the sync layer as bytes. What they mean is tested where they are parsed.</summary>
public class StanzaRoundTripTests
{
    public static TheoryData<string> Names =>
        [.. VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray().Select(stanza => stanza.TextOf("name"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Stanza_keeps_its_bytes(string name)
    {
        var stanza = VectorFile.Open("stanzas.json").GetProperty("stanzas").EnumerateArray().Single(s => s.TextOf("name") == name);
        var frame = stanza.HexOf("hex");
        var written = NodeJson.Read(stanza.GetProperty("node"));

        var node = NodeReader.Read(frame);

        Assert.Equal(NodeText.Of(written), NodeText.Of(node));
        Assert.Equal(Hex.Text(frame), Hex.Text(NodeWriter.Encode(node)));
        Assert.Equal(Hex.Text(frame), Hex.Text(NodeWriter.Encode(written)));
    }
}
