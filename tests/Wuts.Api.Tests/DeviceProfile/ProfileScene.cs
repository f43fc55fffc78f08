using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.DeviceProfile;

/// <summary>An app with one connected device, and the people and groups of the documents' examples.</summary>
internal sealed class ProfileScene
{
    public const string Phone = "6281234567890@s.whatsapp.net";
    public const string Lid = "1234567890987654321@lid";
    public const string Group = "120363406798553856@g.us";
    public const string PictureUrl = "https://pps.whatsapp.net/v/t61/1.jpg?ccb=11-4&oh=01_Q5&oe=69";

    private ProfileScene(ApiFixture fixture, TestUser owner, TestDevice device)
    {
        Fixture = fixture;
        Owner = owner;
        Device = device;
        device.Actor.Find = jids => jids.Select(jid => new ContactView(jid)).ToArray();
    }

    public ApiFixture Fixture { get; }

    public TestUser Owner { get; }

    public TestDevice Device { get; }

    public static async Task<ProfileScene> NewAsync(ApiFixture fixture)
    {
        var owner = await fixture.NewTenantAsync();
        return new ProfileScene(fixture, owner, await owner.AddDeviceAsync());
    }

    /// <summary>John Doe of the example, under one of his addresses.</summary>
    public void AddJohn(string jid = Lid, Seen<string>? about = null, bool hasPicture = true)
    {
        var contact = Device.Contact(jid);
        contact.Profile = (_, _) => new ContactProfile
        {
            Phone = Jid.Parse(Phone),
            Lid = Jid.Parse(Lid),
            About = about ?? Seen.Shown("Available"),
            PushName = "John Doe",
            Devices = [Jid.Parse(Phone), Jid.Parse(Phone).WithDevice(1)],
            AsOf = Fixture.Time.GetUtcNow(),
        };
        contact.Picture = (_, _, _) => hasPicture ? Picture("1059769838") : Absent(Visibility.Hidden);
    }

    /// <summary>The group of the example.</summary>
    public void AddGroup(bool isMember = true)
    {
        Device.Actor.Group = _ => new GroupView(ExampleGroup(), isMember, IsAdmin: false, Fixture.Time.GetUtcNow());
        Device.Contact(Group).Picture = (_, _, _) => Picture("abc123");
    }

    public static GroupInfo ExampleGroup() => new()
    {
        Jid = Jid.Parse(Group),
        Subject = "My Group Chat",
        Description = "Group description or topic",
        Size = 24,
        Members =
        [
            Member(Phone, GroupRole.SuperAdmin),
            Member("6289876543210@s.whatsapp.net", GroupRole.Member),
            Member("150199452311775@lid", GroupRole.Member),
        ],
    };

    public static GroupMember Member(string jid, GroupRole role) => new(Jid.Parse(jid), null, null, role, null, null);

    public Answer<ContactPicture> Picture(string id) => new ContactPicture(
        Visibility.Shown, new PictureInfo(id, new Uri(PictureUrl), PictureSize.Full, null, default, null), false, Fixture.Time.GetUtcNow());

    public Answer<ContactPicture> Absent(Visibility visibility) => new ContactPicture(visibility, null, false, Fixture.Time.GetUtcNow());

    public string Path(string tail) => $"/wa/devices/{Device.Id}/{tail}";

    public Task<ApiAnswer> GetProfileAsync(string jid, string more = "") =>
        Owner.Client.GetAsync(Path($"profile?jid={Uri.EscapeDataString(jid)}{more}"));

    public Task<ApiAnswer> GetGroupsAsync() => Owner.Client.GetAsync(Path("groups"));
}

/// <summary>Looks at answers of the device-profile dialect.</summary>
internal static class ProfileAssert
{
    /// <summary>The answer is an error with exactly the keys of the contract.</summary>
    public static JsonElement IsProfileError(this ApiAnswer answer, HttpStatusCode status, string code, string? field = null)
    {
        Assert.True(status == answer.Status, $"Expected {status}, got {answer.Status}: {answer.Text}");
        var details = field is null ? "" : $$""","details":{"field":"{{field}}"}""";
        answer.Is(status, $$"""{"error":{"code":"{{code}}","message":"<any>"{{details}}},"request_id":"<any>"}""");
        var body = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal(answer.Header("X-Request-ID"), body.GetProperty("request_id").GetString());
        return body.GetProperty("error");
    }

    /// <summary>The profile in a successful answer.</summary>
    public static JsonElement Profile(this ApiAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetProperty("profile");
    }
}
