using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.DeviceProfile;

public class ContactProfileTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("device-profile A1.1", "The documented answer for a LID with a known phone, with its keys in order.")]
    [Statement("device-profile 1.2", "A success is wrapped in data.")]
    public async Task Lid_with_a_known_phone_is_answered_as_the_document_shows()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();

        (await scene.GetProfileAsync(ProfileScene.Lid)).Is(HttpStatusCode.OK, $$$$"""
            {"data":{"type":"contact","profile":{"jid":"1234567890987654321@lid","phone_jid":"6281234567890@s.whatsapp.net",
            "lid":"1234567890987654321@lid","status":"Available","picture_url":"{{{{ProfileScene.PictureUrl}}}}","picture_id":"1059769838",
            "push_name":"John Doe","business_name":"","verified_name":"",
            "devices":["6281234567890@s.whatsapp.net","6281234567890:1@s.whatsapp.net"]}}}
            """);
    }

    [Fact]
    [Statement("device-profile A1.2", "phone_jid is omitted when the query was by phone; lid is there whenever it is known.")]
    [Statement("device-profile A1.2", "A hidden photo gives empty strings, not omitted keys.")]
    public async Task Phone_with_a_hidden_photo_has_empty_picture_fields_and_no_phone_jid()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Phone, hasPicture: false);

        (await scene.GetProfileAsync("6281234567890")).Is(HttpStatusCode.OK, """
            {"data":{"type":"contact","profile":{"jid":"6281234567890@s.whatsapp.net","lid":"1234567890987654321@lid","status":"Available",
            "picture_url":"","picture_id":"","push_name":"John Doe","business_name":"","verified_name":"",
            "devices":["6281234567890@s.whatsapp.net","6281234567890:1@s.whatsapp.net"]}}}
            """);
    }

    [Fact]
    [Statement("device-profile A1.2", "Text is always present, devices too; phone_jid and lid are omitted when unknown; nothing is null.")]
    public async Task Person_of_whom_nothing_is_shown_has_all_fields_empty()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        var contact = scene.Device.Contact(ProfileScene.Phone);
        contact.Profile = (_, _) => new ContactProfile { Phone = Jid.Parse(ProfileScene.Phone), About = Seen<string>.Hidden };
        contact.Picture = (_, _, _) => scene.Absent(Visibility.NotSet);

        var answer = await scene.GetProfileAsync(ProfileScene.Phone);

        answer.Is(HttpStatusCode.OK, """
            {"data":{"type":"contact","profile":{"jid":"6281234567890@s.whatsapp.net","status":"","picture_url":"","picture_id":"",
            "push_name":"","business_name":"","verified_name":"","devices":[]}}}
            """);
        Assert.DoesNotContain("null", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("device-profile A1.1", "business_name and verified_name belong to business accounts.")]
    public async Task Business_has_its_names()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn(ProfileScene.Phone);
        var profile = scene.Device.Contact(ProfileScene.Phone).Profile;
        scene.Device.Contact(ProfileScene.Phone).Profile = (age, business) =>
            profile(age, business).Value! with { VerifiedName = new VerifiedName("Acme Ltd", 1, "smb:wa", VerifiedLevel.High, null) };
        scene.Device.Actor.Find = _ => new[] { new ContactView(Jid.Parse(ProfileScene.Phone)) { BusinessName = "Acme" } };

        var found = (await scene.GetProfileAsync(ProfileScene.Phone)).Profile();

        Assert.Equal("Acme", found.GetProperty("business_name").GetString());
        Assert.Equal("Acme Ltd", found.GetProperty("verified_name").GetString());
    }

    [Fact]
    [Statement(
        "device-profile 1.5", "The answer's jid is the identifier that was asked for: a LID stays a LID, and its 19 digits survive.")]
    [Statement("device-profile A1.1", "picture_id is a string even when it looks numeric.")]
    public async Task Identifiers_are_strings_that_keep_all_their_digits()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();

        var found = (await scene.GetProfileAsync(ProfileScene.Lid)).Profile();

        Assert.Equal("1234567890987654321@lid", found.GetProperty("jid").GetString());
        Assert.Equal(JsonValueKind.String, found.GetProperty("picture_id").ValueKind);
    }

    [Theory]
    [InlineData("", PictureSize.Full)]
    [InlineData("&preview=false", PictureSize.Full)]
    [InlineData("&preview=0", PictureSize.Full)]
    [InlineData("&preview=true", PictureSize.Preview)]
    [InlineData("&preview=TRUE", PictureSize.Preview)]
    [InlineData("&preview=1&unknown=x", PictureSize.Preview)]
    [Statement(
        "device-profile A1",
        "preview asks for the thumbnail; it is false by default; true, false, 1, 0 in any case; unknown parameters are ignored.")]
    public async Task Preview_chooses_the_size_of_the_picture(string more, PictureSize expected)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        var asked = new List<PictureSize>();
        scene.Device.Contact(ProfileScene.Lid).Picture = (size, _, _) =>
        {
            asked.Add(size);
            return scene.Picture("1");
        };

        (await scene.GetProfileAsync(ProfileScene.Lid, more)).Profile();

        Assert.Equal([expected], asked);
    }

    [Fact]
    [Statement("device-profile A1.4", "A part that fails is empty and does not fail the whole.")]
    public async Task Picture_that_fails_leaves_the_names()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        scene.Device.Contact(ProfileScene.Lid).Picture = (_, _, _) => new Failure.TimedOut();

        var found = (await scene.GetProfileAsync(ProfileScene.Lid)).Profile();

        Assert.Equal("John Doe", found.GetProperty("push_name").GetString());
        Assert.Equal("", found.GetProperty("picture_url").GetString());
    }

    [Fact]
    [Statement("device-profile A1.4", "A lookup that fails leaves the picture and what is stored.")]
    public async Task Lookup_that_fails_leaves_the_picture_and_the_stored_names()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        scene.Device.Contact(ProfileScene.Lid).Profile = (_, _) => new Failure.TimedOut();
        scene.Device.Actor.Find = _ =>
            new[] { new ContactView(Jid.Parse(ProfileScene.Lid)) { Phone = Jid.Parse(ProfileScene.Phone), PushName = "John" } };

        var found = (await scene.GetProfileAsync(ProfileScene.Lid)).Profile();

        Assert.Equal("John", found.GetProperty("push_name").GetString());
        Assert.Equal(ProfileScene.Phone, found.GetProperty("phone_jid").GetString());
        Assert.Equal("1059769838", found.GetProperty("picture_id").GetString());
    }

    [Fact]
    [Statement("device-profile A1.4", "A LID that WhatsApp does not know is answered 200 with jid, lid and empty fields.")]
    public async Task Lid_that_nobody_knows_is_answered_with_empty_fields()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Contact("lid_example@lid").Profile = (_, _) => new Failure.NotFound(MissingThing.Contact);
        scene.Device.Contact("lid_example@lid").Picture = (_, _, _) => scene.Absent(Visibility.NotSet);

        (await scene.GetProfileAsync("lid_example@lid")).Is(HttpStatusCode.OK, """
            {"data":{"type":"contact","profile":{"jid":"lid_example@lid","lid":"lid_example@lid","status":"","picture_url":"",
            "picture_id":"","push_name":"","business_name":"","verified_name":"","devices":[]}}}
            """);
    }

    [Fact]
    [Statement("device-profile A1.5", "Answers come from state not older than 60 s, and nobody on the way may keep them.")]
    public async Task Parts_may_be_sixty_seconds_old_and_the_answer_is_not_to_be_stored()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddJohn();
        var ages = new List<TimeSpan>();
        var (profile, picture) = (scene.Device.Contact(ProfileScene.Lid).Profile, scene.Device.Contact(ProfileScene.Lid).Picture);
        scene.Device.Contact(ProfileScene.Lid).Profile = (age, business) => Note(age, profile(age, business));
        scene.Device.Contact(ProfileScene.Lid).Picture = (size, known, age) => Note(age, picture(size, known, age));

        var answer = await scene.GetProfileAsync(ProfileScene.Lid);

        Assert.Equal([TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)], ages);
        Assert.Equal("no-store, private", string.Join(", ", answer.Header("Cache-Control")!.Split(", ").Order()));

        Answer<T> Note<T>(TimeSpan age, Answer<T> value)
        {
            ages.Add(age);
            return value;
        }
    }
}
