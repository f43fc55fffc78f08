using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Queries;

public class PictureQueryTests
{
    private const string Id = "12.345-6";

    private static readonly Jid AlicePhone = Jid.Parse("491700000001@s.whatsapp.net");
    private static readonly Jid AliceLid = Jid.Parse("100000000000001@lid");
    private static readonly Jid Group = Jid.Parse("120363021234567890@g.us");
    private static readonly PrivacyToken Token =
        new(Hex.Bytes("ebb2b6396df9a130d75dd4e3"), DateTimeOffset.FromUnixTimeSeconds(1779900000));

    public static TheoryData<string, PictureRequest> Requests => new()
    {
        { "picture-request-preview", new PictureRequest { Target = AlicePhone } },
        {
            "picture-request-image-existing-token",
            new PictureRequest { Target = AliceLid, Size = PictureSize.Full, ExistingId = "1779999999", Token = Token }
        },
        { "picture-request-group", new PictureRequest { Target = Group, Size = PictureSize.Full } },
        { "picture-request-group-invite", new PictureRequest { Target = Group, InviteCode = "AbCdEfGhIjKlMnOpQrStUv" } },
        {
            "picture-request-common-group",
            new PictureRequest { Target = Jid.Parse("100000000000003@lid"), Size = PictureSize.Full, CommonGroup = Group }
        },
        { "picture-request-community", new PictureRequest { Target = Group, Size = PictureSize.Full, IsCommunity = true } },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Query_is_written_as_documented(string name, PictureRequest request) =>
        StanzaVectors.AssertSame(StanzaVectors.Node(name), PictureQuery.Build(Id, request));

    [Fact]
    public void Token_is_never_attached_for_the_own_account_or_a_group()
    {
        var own = PictureQuery.Build(Id, new PictureRequest { Target = AlicePhone.WithDevice(7), Token = Token }, AliceLid, AlicePhone);
        var group = PictureQuery.Build(Id, new PictureRequest { Target = Group, Token = Token });

        Assert.False(own.Child("picture")!.HasContent);
        Assert.False(group.Child("picture")!.HasContent);
    }

    [Theory]
    [InlineData("0@s.whatsapp.net")]
    [InlineData("status@broadcast")]
    [InlineData("s.whatsapp.net")]
    public void Target_that_is_never_answered_for_is_refused(string target) =>
        Assert.Throws<ArgumentException>(() => PictureQuery.Build(Id, new PictureRequest { Target = Jid.Parse(target) }));

    [Fact]
    public void Found_picture_has_id_url_hash_and_expiry()
    {
        var expected = StanzaVectors.Expect("picture-response-found");

        var found = Assert.IsType<PictureOutcome.Found>(PictureQuery.Parse(StanzaVectors.Node("picture-response-found"), false));

        Assert.Equal(expected.TextOf("id"), found.Info.Id);
        Assert.Equal(expected.TextOf("url"), found.Info.Url.OriginalString);
        Assert.Equal(expected.TextOf("direct_path"), found.Info.DirectPath);
        Assert.Equal(expected.TextOf("hash"), Hex.Text(found.Info.Sha256.Span));
        Assert.Equal(PictureSize.Full, found.Info.Size);
        Assert.Equal(expected.GetProperty("expires_at").GetInt64(), found.Info.ExpiresAt!.Value.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("picture-response-304", true, typeof(PictureOutcome.Unchanged))]
    [InlineData("picture-response-204", true, typeof(PictureOutcome.NotSet))]
    [InlineData("picture-response-empty-iq", true, typeof(PictureOutcome.Unchanged))]
    [InlineData("picture-response-empty-iq", false, typeof(PictureOutcome.NotSet))]
    [InlineData("picture-response-id-only", true, typeof(PictureOutcome.Unchanged))]
    [InlineData("picture-response-inner-404", false, typeof(PictureOutcome.NotSet))]
    [InlineData("picture-response-inner-401", false, typeof(PictureOutcome.Hidden))]
    [InlineData("picture-error-404", false, typeof(PictureOutcome.NotSet))]
    [InlineData("picture-error-401", false, typeof(PictureOutcome.Hidden))]
    [InlineData("picture-error-403", false, typeof(PictureOutcome.NotPermitted))]
    [InlineData("picture-error-429", false, typeof(PictureOutcome.Limited))]
    public void Every_answer_has_its_outcome(string name, bool hadId, Type outcome) =>
        Assert.IsType(outcome, PictureQuery.Parse(StanzaVectors.Node(name), hadId));

    [Fact]
    public void Every_picture_stanza_is_covered() => Assert.Equal(17, StanzaVectors.Names("picture").Count());

    [Fact]
    public void Server_failure_is_no_outcome() =>
        Assert.Throws<QueryRefusedException>(() => PictureQuery.Parse(
            new Node("iq", [("type", "error")], [new Node("error", [("code", "500"), ("text", "internal-server-error")])]), false));

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("relative/path")]
    public void Url_that_cannot_be_downloaded_is_not_passed_on(string url) =>
        Assert.IsType<PictureOutcome.NotSet>(PictureQuery.Parse(
            new Node("iq", [("type", "result")], [new Node("picture", [("id", "1"), ("url", url)])]), false));

    [Fact]
    public void Expiry_is_read_from_picture_urls()
    {
        foreach (var vector in VectorFile.Open("misc.json").GetProperty("picture_url_expiry").GetProperty("cases").EnumerateArray())
        {
            var url = new Uri($"https://pps.whatsapp.net/v/t61.24694-24/1_n.jpg?ccb=11-4&oe={vector.TextOf("oe")}&_nc_cat=101");

            Assert.Equal(vector.GetProperty("expires_at").GetInt64(), PictureQuery.ExpiryOf(url)!.Value.ToUnixTimeSeconds());
        }
    }

    [Theory]
    [InlineData("https://pps.whatsapp.net/v/1.jpg")]
    [InlineData("https://pps.whatsapp.net/v/1.jpg?oe=")]
    [InlineData("https://pps.whatsapp.net/v/1.jpg?oe=zz")]
    [InlineData("https://pps.whatsapp.net/v/1.jpg?oe=FFFFFFFFFFFFFFFF")]
    public void Url_without_readable_expiry_has_none(string url) => Assert.Null(PictureQuery.ExpiryOf(new Uri(url)));
}
