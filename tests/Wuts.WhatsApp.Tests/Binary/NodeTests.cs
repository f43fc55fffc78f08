using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class NodeTests
{
    private static readonly Node Sample = new(
        "message",
        [("id", "3EB0"), ("from", Jid.Parse("15550001234:7@s.whatsapp.net")), ("edit", default(AttributeValue)), ("t", 1752021890)],
        [new Node("enc", [("v", "2")], [1, 2, 3]), new Node("enc", [("v", "3")]), new Node("body", [], "Zürich")]);

    [Fact]
    public void Absent_attributes_are_dropped()
    {
        Assert.Equal(["id", "from", "t"], Sample.Attributes.ToArray().Select(attribute => attribute.Name));
        Assert.Null(Sample["edit"]);
        Assert.False(Sample.TryGetAttribute("edit", out var value));
        Assert.True(value.IsAbsent);
    }

    [Fact]
    public void Attributes_read_as_text_whatever_their_kind()
    {
        Assert.Equal("3EB0", Sample["id"]);
        Assert.Equal("15550001234:7@s.whatsapp.net", Sample["from"]);
        Assert.Equal("1752021890", Sample["t"]);
    }

    [Fact]
    public void The_last_of_two_attributes_of_one_name_counts() =>
        Assert.Equal("2", new Node("a", [("b", "1"), ("c", "3"), ("b", "2")])["b"]);

    [Fact]
    public void A_jid_is_found_as_jid_and_as_text()
    {
        var expected = Jid.Parse("1@lid");

        Assert.True(new Node("a", [("jid", expected)]).TryGetJid("jid", out var typed));
        Assert.True(new Node("a", [("jid", "1@lid")]).TryGetJid("jid", out var text));
        Assert.Equal(expected, typed);
        Assert.Equal(expected, text);
        Assert.False(new Node("a", [("jid", "x")]).TryGetJid("jid", out _));
        Assert.False(new Node("a").TryGetJid("jid", out _));
    }

    [Fact]
    public void Children_are_found_by_tag()
    {
        Assert.Equal("2", Sample.Child("enc")!["v"]);
        Assert.Null(Sample.Child("other"));
        Assert.False(Sample.TryGetChild("other", out _));
        Assert.Equal(3, Sample.Children.Length);
    }

    [Fact]
    public void Leaf_content_reads_as_bytes_and_as_text()
    {
        var text = new Node("body", [], "Zürich");
        var bytes = new Node("body", [], Encoding.UTF8.GetBytes("Zürich"));

        Assert.Equal(text.ContentBytes.ToArray(), bytes.ContentBytes.ToArray());
        Assert.Equal("Zürich", text.ContentText);
        Assert.Equal("Zürich", bytes.ContentText);
        Assert.True(text.HasContent);
        Assert.Equal(0, text.Children.Length);
    }

    [Fact]
    public void No_content_an_empty_list_and_no_bytes_are_different()
    {
        Assert.False(new Node("a").HasContent);
        Assert.Null(new Node("a").ContentText);
        Assert.True(new Node("a").ContentBytes.IsEmpty);

        Assert.True(new Node("a", [], ReadOnlySpan<Node>.Empty).HasChildList);
        Assert.Null(new Node("a", [], ReadOnlySpan<Node>.Empty).ContentText);

        Assert.True(new Node("a", [], Array.Empty<byte>()).HasContent);
        Assert.False(new Node("a", [], Array.Empty<byte>()).HasChildList);
        Assert.Equal("", new Node("a", [], Array.Empty<byte>()).ContentText);
    }

    [Fact]
    public void Changing_the_given_arrays_does_not_change_the_node()
    {
        (string, AttributeValue)[] attributes = [("a", "1")];
        Node[] children = [new Node("b")];
        var node = new Node("x", attributes, children);

        attributes[0] = ("a", "2");
        children[0] = new Node("c");

        Assert.Equal("1", node["a"]);
        Assert.Equal("b", node.Children[0].Tag);
    }

    [Fact]
    public void What_cannot_be_written_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => new Node(""));
        Assert.Throws<ArgumentNullException>(() => new Node(null!));
        Assert.Throws<ArgumentException>(() => new Node("a", [("", "1")]));
        Assert.Throws<ArgumentNullException>(() => new Node("a", [(null!, "1")]));
        Assert.Throws<ArgumentNullException>(() => new Node("a", [], (byte[])null!));
        Assert.Throws<ArgumentNullException>(() => new Node("a", [], (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Node("a", [], [null!]));
    }

    [Fact]
    public void Diagnostic_text_has_names_and_no_values() => Assert.Equal("<message id from t>", Sample.ToString());

    [Fact]
    public void An_attribute_value_knows_its_kind()
    {
        AttributeValue text = "1@lid";
        AttributeValue jid = Jid.Parse("1@lid");

        Assert.False(text.IsJid);
        Assert.True(jid.IsJid);
        Assert.NotEqual(text, jid);
        Assert.Equal(text.ToString(), jid.ToString());
        Assert.Equal(new AttributeValue(Jid.Parse("1@lid")), jid);
        Assert.True(new AttributeValue(default(Jid)).IsAbsent);
        Assert.True(new AttributeValue((string?)null).IsAbsent);
        Assert.False(new AttributeValue("").IsAbsent);
        Assert.False(default(AttributeValue).TryGetJid(out _));
        Assert.Equal("", default(AttributeValue).ToString());
    }

    [Fact]
    public void An_attribute_value_keeps_all_parts_of_a_jid()
    {
        var jid = new Jid("abc", JidServers.Interop, 3, 7);

        Assert.True(new AttributeValue(jid).TryGetJid(out var back));
        Assert.Equal(jid, back);
    }
}
