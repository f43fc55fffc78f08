using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.DeviceProfile;

/// <summary>How people and groups may be written, and what becomes of it. Contract device-profile 1.5.</summary>
public abstract class ProfileIdentifierContract(GatewayUnderTest gateway) : ContractTests<ProfileScene>(gateway)
{
    /// <summary>What a person may be written as, and what the person is then called.</summary>
    public static TheoryData<string, string> Spellings => new()
    {
        { "6281234567890", ProfileScene.Phone },
        { "+6281234567890", ProfileScene.Phone },
        { "+62 812-3456.7890", ProfileScene.Phone },
        { "  6281234567890  ", ProfileScene.Phone },
        { "6281234567890@s.whatsapp.net", ProfileScene.Phone },
        { "6281234567890@S.WhatsApp.NET", ProfileScene.Phone },
        { "6281234567890@c.us", ProfileScene.Phone },
        { "6281234567890:1@s.whatsapp.net", ProfileScene.Phone },
        { "1234567890987654321@lid", ProfileScene.Lid },
        { "1234567890987654321:12@lid", ProfileScene.Lid },
        { "1234567890987654321@LID", ProfileScene.Lid },
        { "15551234567", "15551234567@s.whatsapp.net" },
    };

    [Theory]
    [Statement("device-profile 1.5", "What a contact may be written as, and what profile.jid then is.")]
    [InlineData("+62 (812) 34567890", ProfileScene.Phone)]
    [InlineData("999999999999999@lid", "999999999999999@lid")]
    [MemberData(nameof(Spellings))]
    public async Task Person_is_normalised(string written, string expected)
    {
        ProfileScene.Person(Gateway.WhatsApp, new PersonSpec { Phone = "15551234567" });
        var data = (await Scene.ProfileAsync(written)).Data();
        Assert.Equal("contact", data.Text("type"));
        Assert.Equal(expected, data.Text("profile", "jid"));
    }

    [Theory]
    [Statement("device-profile A1", "A raw @ and %40 are the same; a raw + decodes to a space and is tolerated.")]
    [InlineData("6281234567890@s.whatsapp.net")]
    [InlineData("6281234567890%40s.whatsapp.net")]
    [InlineData("+6281234567890")]
    [InlineData("%2B6281234567890")]
    [InlineData("+6281234567890@s.whatsapp.net")]
    public async Task Raw_and_encoded_spellings_are_the_same(string raw)
    {
        var answer = await Scene.Http.GetAsync($"/wa/devices/{Scene.User.DeviceId}/profile?jid={raw}");
        Assert.Equal(ProfileScene.Phone, answer.Profile().Text("jid"));
    }

    [Theory]
    [Statement("device-profile 1.5", "Five and fifteen digits are a number; whether somebody has it is another question.")]
    [InlineData("12345")]
    [InlineData("123456789012345")]
    [InlineData("4915177777777")]
    public async Task Number_that_nobody_has_is_not_found(string phone) =>
        (await Scene.ProfileAsync(phone)).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");

    [Theory]
    [Statement("device-profile 1.5", "Anything else is 400 validation_error with details.field jid.")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("@")]
    [InlineData("@s.whatsapp.net")]
    [InlineData("1234")]
    [InlineData("1234567890123456")]
    [InlineData("0812345678")]
    [InlineData("++6281234567890")]
    [InlineData("62812+34567890")]
    [InlineData("٦٢٨١٢٣٤٥٦٧٨٩٠")]
    [InlineData("６２８１２３４５６７８９０@s.whatsapp.net")]
    [InlineData("6281234567890@newsletter")]
    [InlineData("6281234567890@broadcast")]
    [InlineData("status@broadcast")]
    [InlineData("a@b@s.whatsapp.net")]
    [InlineData("6281234567890:x@s.whatsapp.net")]
    [InlineData("alice@s.whatsapp.net")]
    [InlineData("120363406798553856")]
    [InlineData("120363406798553856:1@g.us")]
    [InlineData("\0")]
    [InlineData("null")]
    public async Task Anything_else_is_refused(string written) =>
        (await Scene.ProfileAsync(written)).IsProfileError(HttpStatusCode.BadRequest, "validation_error", "jid");

    [Theory]
    [Statement("device-profile A1.4", "jid that is missing or there twice is 400; so is preview that is no boolean.")]
    [InlineData("", "jid")]
    [InlineData("?JIDD=6281234567890", "jid")]
    [InlineData("?jid=6281234567890&jid=6281234567891", "jid")]
    [InlineData("?jid=6281234567890&preview=yes", "preview")]
    [InlineData("?jid=6281234567890&preview=2", "preview")]
    [InlineData("?jid=6281234567890&preview=", "preview")]
    [InlineData("?jid=6281234567890&preview=true&preview=true", "preview")]
    public async Task Parameters_that_are_wrong_are_named(string query, string field) =>
        (await Scene.Http.GetAsync($"/wa/devices/{Scene.User.DeviceId}/profile{query}"))
            .IsProfileError(HttpStatusCode.BadRequest, "validation_error", field);

    [Theory]
    [Statement("device-profile A1.4", "A LID that WhatsApp does not know is 200 with empty fields: existence of a LID cannot be tested.")]
    [InlineData("999999999999999@lid")]
    [InlineData("lid_example@lid")]
    public async Task Unknown_LID_is_an_empty_profile(string lid) => (await Scene.ProfileAsync(lid)).Is(HttpStatusCode.OK, $$$$"""
        {"data":{"type":"contact","profile":{"jid":"{{{{lid}}}}","lid":"{{{{lid}}}}","status":"","picture_url":"","picture_id":"","push_name":"",
         "business_name":"","verified_name":"","devices":[]}}}
        """);

    protected override Task<ProfileScene> MakeSceneAsync() => ProfileScene.MakeAsync(Gateway);
}
