using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class AcksTests
{
    private static readonly Jid OwnDevice = Jid.Parse("15550001234:7@s.whatsapp.net");
    private static readonly string[] JidAttributes = ["from", "to", "participant", "recipient"];

    [Fact]
    public void Acks_equal_the_recorded_ones()
    {
        foreach (var vector in VectorFile.Open("acks.json").GetProperty("vectors").EnumerateArray())
        {
            int? error = vector.TryGetProperty("error", out var code) ? code.GetInt32() : null;

            Assert.True(Acks.TryBuild(Read(vector.GetProperty("received")), OwnDevice, error, out var ack));

            Assert.Equal(Attributes(Read(vector.GetProperty("ackByBaileys"))), Attributes(ack));
        }
    }

    [Theory]
    [InlineData("message", true)]
    [InlineData("notification", true)]
    [InlineData("receipt", true)]
    [InlineData("call", true)]
    [InlineData("something-new", true)]
    [InlineData("iq", false)]
    [InlineData("ack", false)]
    [InlineData("ib", false)]
    [InlineData("success", false)]
    [InlineData("presence", false)]
    public void Everything_is_acknowledged_that_the_server_waits_for(string tag, bool expected) =>
        Assert.Equal(expected, Acks.IsExpectedFor(new Node(tag, [("id", "1"), ("from", Jid.WhatsApp)])));

    [Fact]
    public void Stanza_without_id_or_sender_cannot_be_acknowledged()
    {
        Assert.False(Acks.IsExpectedFor(new Node("notification", [("from", Jid.WhatsApp)])));
        Assert.False(Acks.IsExpectedFor(new Node("notification", [("id", "1")])));
        Assert.False(Acks.TryBuild(new Node("notification", [("id", "1")]), OwnDevice, null, out _));
    }

    [Fact]
    public void Server_address_is_written_as_a_jid()
    {
        Acks.TryBuild(new Node("notification", [("id", "1"), ("from", "s.whatsapp.net")]), null, null, out var ack);

        Assert.True(ack!.TryGetAttribute("to", out var to) && to.IsJid);
    }

    private static Node Read(JsonElement vector) => new(
        vector.TextOf("tag"),
        [.. vector.GetProperty("attrs").EnumerateObject().Select(a => (a.Name, Value(a.Name, a.Value.GetString()!)))]);

    private static AttributeValue Value(string name, string text) => JidAttributes.Contains(name) ? Jid.Parse(text) : text;

    private static IEnumerable<(string Name, string Value)> Attributes(Node node) =>
        node.Attributes.ToArray().Select(a => (a.Name, a.Value.ToString())).Order();
}
