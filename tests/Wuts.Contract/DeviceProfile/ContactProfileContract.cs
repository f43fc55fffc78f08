using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.DeviceProfile;

/// <summary>The profile of a person. Contract device-profile A1, A1.1, A1.2, A1.5.</summary>
public abstract class ContactProfileContract(GatewayUnderTest gateway) : ContractTests<ProfileScene>(gateway)
{
    [Fact]
    [Statement("device-profile A1.1", "The document's example, asked for by LID: the phone is filled in, and the LID repeated.")]
    public async Task By_LID_it_is_that_of_the_document()
    {
        var answer = await Scene.ProfileAsync(ProfileScene.Lid);
        answer.Is(HttpStatusCode.OK, $$$$"""
            {"data":{"type":"contact","profile":{"jid":"1234567890987654321@lid","phone_jid":"6281234567890@s.whatsapp.net",
             "lid":"1234567890987654321@lid","status":"Available","picture_url":"<any>","picture_id":"{{{{Scene.John.Picture!.Id}}}}",
             "push_name":"","business_name":"","verified_name":"",
             "devices":["6281234567890@s.whatsapp.net","6281234567890:1@s.whatsapp.net"]}}}
            """);
        Assert.StartsWith("http", answer.Profile().Text("picture_url"), StringComparison.Ordinal);
    }

    [Fact]
    [Statement("device-profile A1.2", "Asked for by phone the answer has no phone_jid, and the LID that belongs to it.")]
    public async Task By_phone_the_phone_is_not_repeated() => (await Scene.ProfileAsync("6281234567890")).Is(HttpStatusCode.OK, $$$$"""
        {"data":{"type":"contact","profile":{"jid":"6281234567890@s.whatsapp.net","lid":"1234567890987654321@lid","status":"Available",
         "picture_url":"<any>","picture_id":"{{{{Scene.John.Picture!.Id}}}}","push_name":"","business_name":"","verified_name":"",
         "devices":["6281234567890@s.whatsapp.net","6281234567890:1@s.whatsapp.net"]}}}
        """);

    [Theory]
    [Statement("device-profile A1.2", "A hidden, absent or empty part is an empty text with status 200: privacy is never an error.")]
    [InlineData("5511777777777", "", "")]
    [InlineData("5511888888888", "Available", "")]
    public async Task Hidden_or_absent_parts_are_empty(string phone, string about, string picture)
    {
        var answer = await Scene.ProfileAsync(phone);
        var profile = answer.Profile();
        Assert.Equal(about, profile.Text("status"));
        Assert.Equal(picture, profile.Text("picture_url"));
        Assert.Equal(picture, profile.Text("picture_id"));
        Assert.DoesNotContain("null", answer.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["jid", "lid", "status", "picture_url", "picture_id", "push_name", "business_name", "verified_name", "devices"],
            profile.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    [Statement("device-profile A3.5", "Verified and business names exist for business accounts that have them, in the first answer already.")]
    public async Task Business_shows_its_names()
    {
        var profile = (await Scene.ProfileAsync("5511966666666")).Profile();
        Assert.Equal("Silva Comercio", profile.Text("business_name"));
        Assert.Equal("Silva Comercio", profile.Text("verified_name"));
    }

    [Fact]
    [Statement("device-profile A1.1", "push_name is the name that the person chose, once WhatsApp has told it.")]
    public async Task Push_name_is_shown_once_it_is_known()
    {
        var ann = Gateway.WhatsApp.People.Add(new PersonSpec { PushName = "Ann of York" });
        var user = await Gateway.LinkAsync(account =>
        {
            account.Handset.History.IsOn = true;
            Gateway.WhatsApp.ContactsOf(account).Save(ann, "Ann");
        });
        await Eventually.IsAsync(
            async () => (await user.Http.GetAsync("/contacts")).Text, text => text.Contains("\"push_name\":\"Ann of York\"", StringComparison.Ordinal));

        Assert.Equal("Ann of York", (await ProfileScene.ProfileAsync(user, ann.Phone)).Profile().Text("push_name"));
    }

    [Theory]
    [Statement("device-profile A1", "preview asks for the thumbnail; it is false by default; unknown parameters are ignored.")]
    [InlineData("")]
    [InlineData("&preview=false")]
    [InlineData("&preview=FALSE")]
    [InlineData("&preview=0")]
    [InlineData("&something=else")]
    public async Task Without_preview_the_full_picture_is_named(string more)
    {
        var full = (await Scene.ProfileAsync(ProfileScene.Phone)).Profile();
        var answer = (await Scene.ProfileAsync(ProfileScene.Phone, more)).Profile();
        Assert.Equal(full.Text("picture_url"), answer.Text("picture_url"));
        Assert.Equal(full.Text("picture_id"), answer.Text("picture_id"));
    }

    [Theory]
    [Statement("device-profile A1", "preview is true, false, 1 or 0 in any case.")]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("1")]
    public async Task Preview_is_another_file_of_the_same_picture(string preview)
    {
        var full = (await Scene.ProfileAsync(ProfileScene.Phone)).Profile();
        var small = (await Scene.ProfileAsync(ProfileScene.Phone, $"&preview={preview}")).Profile();
        Assert.NotEqual(full.Text("picture_url"), small.Text("picture_url"));
        Assert.Equal(full.Text("picture_id"), small.Text("picture_id"));
    }

    [Fact]
    [Statement("device-profile A1.5", "A change that WhatsApp pushes drops the stored part at once.")]
    public async Task Changed_picture_and_about_are_seen_at_once()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { About = "Before", HasPicture = true });
        var user = await Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(person, "Ann"));
        var before = (await ProfileScene.ProfileAsync(user, person.Phone)).Profile();
        Assert.Equal("Before", before.Text("status"));

        var picture = person.SetPicture();
        person.SetAbout("After");

        var after = await Eventually.IsAsync(
            async () => (await ProfileScene.ProfileAsync(user, person.Phone)).Profile(),
            profile => profile.Text("status") == "After" && profile.Text("picture_id") == picture.Id);
        Assert.NotEqual(before.Text("picture_id"), after.Text("picture_id"));
    }

    [Fact]
    [Statement("device-profile A1.5", "Nobody on the way keeps an answer: Cache-Control is private, no-store.")]
    [Statement("device-profile 1.2", "A success has its request id in the header only.")]
    public async Task Headers_are_those_of_the_contract()
    {
        var answer = await Scene.ProfileAsync(ProfileScene.Phone);
        Assert.Equal(["no-store", "private"], answer.Header("Cache-Control")!.Split(", ").Order());
        Assert.True(Guid.TryParseExact(answer.Header("X-Request-ID"), "D", out _));
        Assert.DoesNotContain("request_id", answer.Text, StringComparison.Ordinal);
    }

    protected override Task<ProfileScene> MakeSceneAsync() => ProfileScene.MakeAsync(Gateway);
}
