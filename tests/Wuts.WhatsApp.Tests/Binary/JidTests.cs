using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Binary;

public class JidTests
{
    public static TheoryData<string> CommonInputs =>
        [.. VectorFile.Open("jids.json").GetProperty("common").EnumerateArray().Select(vector => vector.TextOf("input"))];

    [Theory]
    [MemberData(nameof(CommonInputs))]
    public void Common_vectors_parse_to_their_parts(string input)
    {
        var vector = VectorFile.Open("jids.json").GetProperty("common").EnumerateArray().Single(v => v.TextOf("input") == input);

        var jid = Jid.Parse(input);

        Assert.Equal(vector.TextOf("user"), jid.User);
        Assert.Equal(vector.GetProperty("device").GetInt32(), jid.Device);
        Assert.Equal(Jid.Parse(vector.TextOf("baileysNormalizedUser")), jid.WithDevice(0));

        // The vector keeps the legacy spelling as the server; a Jid never does.
        var server = vector.TextOf("server") == JidServers.LegacyUser ? JidServers.User : vector.TextOf("server");
        Assert.Equal(server, jid.Server);
        if (JidServers.MaxDevice(server) == byte.MaxValue)
        {
            Assert.Equal(vector.GetProperty("domainType").GetByte(), JidServers.DomainOf(server));
        }
    }

    /// <summary>What the "use" rule of each text says on which clients disagree. Null: it is no address.</summary>
    [Theory]
    [InlineData("s.whatsapp.net", "", 0, "s.whatsapp.net", "s.whatsapp.net")]
    [InlineData("1234567890.13@s.whatsapp.net", "1234567890", 0, "s.whatsapp.net", "1234567890@s.whatsapp.net")]
    [InlineData("1234567890.0:5@s.whatsapp.net", "1234567890", 5, "s.whatsapp.net", "1234567890:5@s.whatsapp.net")]
    [InlineData("987654321.1@lid", "987654321.1", 0, "lid", "987654321.1@lid")]
    [InlineData("100000000000001.1:75@lid", "100000000000001.1", 75, "lid", "100000000000001.1:75@lid")]
    [InlineData("12345_1:2@s.whatsapp.net", "12345_1", 2, "s.whatsapp.net", "12345_1:2@s.whatsapp.net")]
    [InlineData("invalidjid", null, 0, "", "")]
    public void Divergent_vectors_follow_our_rule(string input, string? user, int device, string server, string written)
    {
        Assert.Contains(VectorFile.Open("jids.json").GetProperty("divergent").EnumerateArray(), v => v.TextOf("input") == input);

        Assert.Equal(user is not null, Jid.TryParse(input, out var jid));
        Assert.Equal(user ?? "", jid.User);
        Assert.Equal(device, jid.Device);
        Assert.Equal(server, jid.Server);
        Assert.Equal(written, jid.ToString());
    }

    [Fact]
    public void Every_divergent_vector_has_a_rule_here() =>
        Assert.Equal(7, VectorFile.Open("jids.json").GetProperty("divergent").GetArrayLength());

    [Fact]
    public void The_server_is_accepted_in_both_spellings() => Assert.Equal(Jid.WhatsApp, Jid.Parse("@s.whatsapp.net"));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("@")]
    [InlineData("1@")]
    [InlineData("1@a@b")]
    [InlineData("1@a:b")]
    [InlineData("1@a b")]
    [InlineData("1:@s.whatsapp.net")]
    [InlineData("1:x@s.whatsapp.net")]
    [InlineData("1:-1@s.whatsapp.net")]
    [InlineData("1:+1@s.whatsapp.net")]
    [InlineData("1: 1@s.whatsapp.net")]
    [InlineData("1:1\0@s.whatsapp.net")]
    [InlineData("1:\u0661@s.whatsapp.net")]
    [InlineData("1:2:3@s.whatsapp.net")]
    [InlineData("1:256@s.whatsapp.net")]
    [InlineData("1:256@lid")]
    [InlineData("1:65536@msgr")]
    [InlineData("1:7@g.us")]
    [InlineData("1:7@unknown.example")]
    [InlineData(":7@s.whatsapp.net")]
    [InlineData(":0@s.whatsapp.net")]
    [InlineData(".0@s.whatsapp.net")]
    [InlineData("7-@interop")]
    public void Text_that_is_no_address_is_refused(string text)
    {
        Assert.False(Jid.TryParse(text, out var jid));
        Assert.True(jid.IsEmpty);
        Assert.Throws<FormatException>(() => Jid.Parse(text));
    }

    [Fact]
    public void Null_is_refused() => Assert.False(Jid.TryParse(null, out _));

    [Theory]
    [InlineData("@s.whatsapp.net", "s.whatsapp.net")]
    [InlineData("@c.us", "s.whatsapp.net")]
    [InlineData("c.us", "s.whatsapp.net")]
    [InlineData("15550001234@c.us", "15550001234@s.whatsapp.net")]
    [InlineData("15550001234.0:7@s.whatsapp.net", "15550001234:7@s.whatsapp.net")]
    [InlineData("15550001234:0@s.whatsapp.net", "15550001234@s.whatsapp.net")]
    [InlineData("15550001234:007@s.whatsapp.net", "15550001234:7@s.whatsapp.net")]
    [InlineData("a.b@lid", "a.b@lid")]
    [InlineData("abc:300@msgr", "abc:300@msgr")]
    [InlineData("7-15550001234:3@interop", "7-15550001234:3@interop")]
    [InlineData("1-abc:0@interop", "1-abc@interop")]
    [InlineData("abc@interop", "0-abc@interop")]
    [InlineData("70000-abc@interop", "0-70000-abc@interop")]
    [InlineData("@unknown.example", "@unknown.example")]
    [InlineData("1@unknown.example", "1@unknown.example")]
    [InlineData("15550001234-1600000000@g.us", "15550001234-1600000000@g.us")]
    public void Text_is_normalised(string text, string expected)
    {
        var jid = Jid.Parse(text);

        Assert.Equal(expected, jid.ToString());
        Assert.Equal(jid, Jid.Parse(expected));
    }

    [Fact]
    public void An_interop_address_keeps_its_integrator()
    {
        var jid = Jid.Parse("7-15550001234:3@interop");

        Assert.Equal(new Jid("15550001234", JidServers.Interop, 3, 7), jid);
        Assert.Equal(7, jid.ToBase().Integrator);
        Assert.NotEqual(new Jid("15550001234", JidServers.Interop, 3, 8), jid);
    }

    [Fact]
    public void Parts_are_normalised_like_text()
    {
        Assert.Equal(Jid.Parse("15550001234@s.whatsapp.net"), new Jid("15550001234", JidServers.LegacyUser));
        Assert.Equal(Jid.Parse("15550001234:7@s.whatsapp.net"), new Jid("15550001234.0", JidServers.User, 7));
    }

    [Theory]
    [InlineData("1@2", "lid", 0, 0)]
    [InlineData("1:2", "lid", 0, 0)]
    [InlineData(".1", "s.whatsapp.net", 0, 0)]
    [InlineData("1", "a@b", 0, 0)]
    [InlineData("1", "a:b", 0, 0)]
    [InlineData("1", "a b", 0, 0)]
    [InlineData("1", "s.whatsapp.net", 256, 0)]
    [InlineData("1", "lid", 256, 0)]
    [InlineData("1", "hosted", 256, 0)]
    [InlineData("1", "hosted.lid", 256, 0)]
    [InlineData("1", "g.us", 1, 0)]
    [InlineData("1", "newsletter", 1, 0)]
    [InlineData("1", "bot", 1, 0)]
    [InlineData("", "s.whatsapp.net", 1, 0)]
    [InlineData("", "interop", 0, 1)]
    [InlineData("1", "s.whatsapp.net", 0, 1)]
    [InlineData("1", "msgr", 0, 1)]
    public void Parts_that_cannot_be_written_are_refused(string user, string server, int device, int integrator)
    {
        Assert.False(Jid.TryCreate(user, server, (ushort)device, (ushort)integrator, out _));
        Assert.Throws<ArgumentException>(() => new Jid(user, server, (ushort)device, (ushort)integrator));
    }

    [Theory]
    [InlineData("s.whatsapp.net", 255)]
    [InlineData("lid", 255)]
    [InlineData("hosted", 255)]
    [InlineData("hosted.lid", 255)]
    [InlineData("msgr", 65535)]
    [InlineData("interop", 65535)]
    public void The_largest_device_of_a_server_is_accepted(string server, int device) =>
        Assert.Equal(device, new Jid("1", server, (ushort)device).Device);

    [Fact]
    public void An_empty_server_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => new Jid("1", ""));
        Assert.Throws<ArgumentNullException>(() => new Jid(null!, "lid"));
        Assert.False(Jid.TryCreate("1", "", 0, 0, out _));
    }

    [Theory]
    [InlineData("15550001234@s.whatsapp.net", "phone")]
    [InlineData("15550001234:7@s.whatsapp.net", "phone")]
    [InlineData("15550001234:99@hosted", "phone")]
    [InlineData("100000012345678@lid", "lid")]
    [InlineData("100000012345678:99@hosted.lid", "lid")]
    [InlineData("120363025246125486@g.us", "group")]
    [InlineData("13135550002@s.whatsapp.net", "phone bot")]
    [InlineData("13165550012@s.whatsapp.net", "phone bot")]
    [InlineData("13135550002:1@s.whatsapp.net", "phone")]
    [InlineData("1313555000x@s.whatsapp.net", "phone")]
    [InlineData("13135550002@lid", "lid")]
    [InlineData("867051314767696@bot", "bot")]
    [InlineData("0@s.whatsapp.net", "")]
    [InlineData("status@broadcast", "")]
    [InlineData("120363144038483540@newsletter", "")]
    [InlineData("1@msgr", "")]
    [InlineData("1-1@interop", "")]
    [InlineData("s.whatsapp.net", "server")]
    [InlineData("hosted", "server")]
    [InlineData("lid", "server")]
    [InlineData("hosted.lid", "server")]
    [InlineData("g.us", "server")]
    [InlineData("bot", "server")]
    public void Kind_follows_from_server_and_user(string text, string kinds)
    {
        var jid = Jid.Parse(text);
        var expected = kinds.Split(' ');

        Assert.Equal(expected.Contains("phone"), jid.IsPhone);
        Assert.Equal(expected.Contains("lid"), jid.IsLid);
        Assert.Equal(expected.Contains("phone") || expected.Contains("lid"), jid.IsPerson);
        Assert.Equal(expected.Contains("group"), jid.IsGroup);
        Assert.Equal(expected.Contains("bot"), jid.IsBot);
        Assert.Equal(expected.Contains("server"), jid.IsServer);
        Assert.False(jid.IsEmpty);
    }

    [Fact]
    public void Default_is_no_address_of_any_kind()
    {
        var jid = default(Jid);

        Assert.True(jid.IsEmpty);
        Assert.False(jid.IsPhone || jid.IsLid || jid.IsPerson || jid.IsGroup || jid.IsBot || jid.IsServer);
        Assert.Equal("", jid.ToString());
        Assert.Equal(default, jid.ToBase());
        Assert.Throws<ArgumentException>(() => jid.WithDevice(1));
    }

    [Theory]
    [InlineData("15550001234:7@s.whatsapp.net", "15550001234@s.whatsapp.net")]
    [InlineData("15550001234:99@hosted", "15550001234@s.whatsapp.net")]
    [InlineData("15550001234@hosted", "15550001234@s.whatsapp.net")]
    [InlineData("100000012345678:2@lid", "100000012345678@lid")]
    [InlineData("100000012345678:99@hosted.lid", "100000012345678@lid")]
    [InlineData("120363025246125486@g.us", "120363025246125486@g.us")]
    [InlineData("1:300@msgr", "1@msgr")]
    [InlineData("7-1:3@interop", "7-1@interop")]
    [InlineData("s.whatsapp.net", "s.whatsapp.net")]
    public void Base_has_no_device_and_is_not_hosted(string text, string expected) =>
        Assert.Equal(Jid.Parse(expected), Jid.Parse(text).ToBase());

    [Fact]
    public void A_device_can_be_chosen()
    {
        var jid = Jid.Parse("15550001234@s.whatsapp.net");

        Assert.Equal("15550001234:255@s.whatsapp.net", jid.WithDevice(255).ToString());
        Assert.Equal(jid, jid.WithDevice(255).WithDevice(0));
        Assert.Throws<ArgumentException>(() => jid.WithDevice(256));
    }

    [Fact]
    public void Known_servers_share_one_string()
    {
        Assert.Same(JidServers.Newsletter, Jid.Parse(string.Concat("1@news", "letter")).Server);
        Assert.Same(JidServers.User, Jid.Parse("1@c.us").Server);
    }
}
