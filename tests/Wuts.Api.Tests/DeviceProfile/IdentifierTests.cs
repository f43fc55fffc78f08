using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Contract.DeviceProfile;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.DeviceProfile;

public class IdentifierTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("12345", "12345@s.whatsapp.net")]
    [InlineData("123456789012345", "123456789012345@s.whatsapp.net")]
    [InlineData("+1 (555) 123-4567", "15551234567@s.whatsapp.net")]
    [InlineData("lid_example@lid", "lid_example@lid")]
    [InlineData("Lid_Example@lid", "Lid_Example@lid")]
    [Statement("device-profile 1.5", "What a contact may be written as, and what profile.jid then is.")]
    [MemberData(nameof(ProfileIdentifierContract.Spellings), MemberType = typeof(ProfileIdentifierContract))]
    public async Task Person_is_normalised(string written, string expected)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(expected);

        var answer = await scene.GetProfileAsync(written);

        Assert.Equal(expected, answer.Profile().GetProperty("jid").GetString());
        Assert.Contains("\"type\":\"contact\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("120363406798553856@g.us")]
    [InlineData("120363406798553856@G.US")]
    [Statement("device-profile 1.5", "The kind comes from the suffix alone: @g.us is a group.")]
    public async Task Group_is_told_by_its_suffix(string written)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();

        Assert.Contains("\"type\":\"group\"", (await scene.GetProfileAsync(written)).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("device-profile 1.5", "A group's number without @g.us is not seen as a group: it is no phone number either.")]
    public async Task Number_of_a_group_without_its_suffix_is_refused()
    {
        var scene = await ProfileScene.NewAsync(fixture);

        (await scene.GetProfileAsync("120363406798553856")).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
    }

    [Theory]
    [InlineData("6281234567890@s.whatsapp.net")]
    [InlineData("6281234567890%40s.whatsapp.net")]
    [InlineData("+6281234567890")]
    [InlineData("%2B6281234567890")]
    [InlineData("+6281234567890@s.whatsapp.net")]
    [Statement("device-profile A1", "A raw @ and %40 are the same; a raw + decodes to a space and is tolerated.")]
    public async Task Raw_and_encoded_spellings_are_the_same(string raw)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Phone);

        var answer = await scene.Owner.Client.GetAsync(scene.Path($"profile?jid={raw}"));

        Assert.Equal(ProfileScene.Phone, answer.Profile().GetProperty("jid").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("@")]
    [InlineData("@s.whatsapp.net")]
    [InlineData("1234")]
    [InlineData("1234567890123456")]
    [InlineData("0812345678")]
    [InlineData("++6281234567890")]
    [InlineData("62812+34567890")]
    [InlineData("%2B6281234567890@s.whatsapp.net")]
    [InlineData("٦٢٨١٢٣٤٥٦٧٨٩٠")]
    [InlineData("６２８１２３４５６７８９０@s.whatsapp.net")]
    [InlineData("6281234567890@newsletter")]
    [InlineData("6281234567890@broadcast")]
    [InlineData("status@broadcast")]
    [InlineData("a@b@s.whatsapp.net")]
    [InlineData("6281234567890@s.whatsapp.net@lid")]
    [InlineData("6281234567890:x@s.whatsapp.net")]
    [InlineData("6281234567890:@s.whatsapp.net")]
    [InlineData("alice@s.whatsapp.net")]
    [InlineData("s.whatsapp.net")]
    [InlineData("12 34@lid")]
    [InlineData("12\n34@lid")]
    [InlineData("120363406798553856:1@g.us")]
    [InlineData("\u0000")]
    [InlineData("null")]
    [Statement("device-profile 1.5", "Anything else is 400 validation_error with details.field jid.")]
    public async Task Anything_else_is_refused(string written)
    {
        var scene = await ProfileScene.NewAsync(fixture);

        (await scene.GetProfileAsync(written)).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");

        Assert.Empty(scene.Device.Actor.Calls);
    }

    [Theory]
    [InlineData("profile")]
    [InlineData("profile?JIDD=1")]
    [InlineData("profile?jid=6281234567890&jid=6281234567891")]
    [Statement("device-profile A1.4", "400 when jid is missing; one that is there twice is refused too.")]
    public async Task Missing_or_doubled_jid_is_refused(string tail)
    {
        var scene = await ProfileScene.NewAsync(fixture);

        (await scene.Owner.Client.GetAsync(scene.Path(tail))).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("2")]
    [InlineData("")]
    [InlineData("true&preview=true")]
    [InlineData("%00")]
    [Statement("device-profile A1", "preview that is no boolean is 400 validation_error, field preview.")]
    public async Task Preview_that_is_no_boolean_is_refused(string preview)
    {
        var scene = await ProfileScene.NewAsync(fixture);

        (await scene.GetProfileAsync(ProfileScene.Phone, $"&preview={preview}"))
            .IsProfileError(HttpStatusCode.BadRequest, "validation_error", "preview");
    }

    [Fact]
    [Statement("device-profile A3.3", "@lid and @s.whatsapp.net are peers: what is known fills phone_jid or lid, whichever was asked.")]
    public async Task Either_address_shows_the_other()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Lid);
        scene.AddJohn(ProfileScene.Phone);

        Assert.Equal(ProfileScene.Phone, (await scene.GetProfileAsync(ProfileScene.Lid)).Profile().GetProperty("phone_jid").GetString());
        Assert.Equal(ProfileScene.Lid, (await scene.GetProfileAsync(ProfileScene.Phone)).Profile().GetProperty("lid").GetString());
    }

    [Fact]
    [Statement("device-profile A3.4", "A LID is optional: a contact without one is complete.")]
    public async Task Person_without_a_lid_has_none()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Phone);
        scene.Device.Contact(ProfileScene.Phone).Profile = (_, _) => new ContactProfile { Phone = Jid.Parse(ProfileScene.Phone) };

        Assert.False((await scene.GetProfileAsync(ProfileScene.Phone)).Profile().TryGetProperty("lid", out _));
    }
}
