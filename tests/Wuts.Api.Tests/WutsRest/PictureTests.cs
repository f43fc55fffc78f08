using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.WutsRest;

public sealed class PictureTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Person = "5511999999999@s.whatsapp.net";
    private const string Group = "120363039000000000@g.us";
    private const string Path = "/contacts/profile-picture?jid=" + Person;

    [Fact]
    [Statement("wuts 3.3", "The document's example: url, id, type image and direct_path for the full picture.")]
    public async Task The_picture_is_that_of_the_document()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Picture = (size, _, _) => Found(size);
        (await tenant.Client.GetAsync(Path + "&preview=false")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":"https://pps.whatsapp.net/v/t61.24694-24/abc123.jpg",
             "id":"1700000000","type":"image","direct_path":"/v/t61.24694-24/abc123.jpg"}}
            """);
    }

    [Theory]
    [Statement("wuts 3.3", "preview=false or 0 asks for the full picture; otherwise the preview; other words are 400.")]
    [InlineData("", PictureSize.Preview)]
    [InlineData("&preview=true", PictureSize.Preview)]
    [InlineData("&preview=yes", PictureSize.Preview)]
    [InlineData("&preview=false", PictureSize.Full)]
    [InlineData("&preview=0", PictureSize.Full)]
    public async Task Preview_is_the_default(string query, PictureSize size)
    {
        var (tenant, device) = await NewDeviceAsync();
        PictureSize? asked = null;
        device.Contact(Person).Picture = (wanted, _, _) =>
        {
            asked = wanted;
            return Found(wanted);
        };
        var answer = await tenant.Client.GetAsync(Path + query);
        Assert.Equal(size, asked);
        Assert.Contains(size == PictureSize.Full ? "\"type\":\"image\"" : "\"type\":\"preview\"", answer.Text, StringComparison.Ordinal);
        (await tenant.Client.GetAsync(Path + "&preview=small")).IsInvalid("preview");
    }

    [Fact]
    [Statement("wuts 3.3", "When existing_id is still current, url is null, the id is repeated and unchanged is true.")]
    public async Task An_unchanged_picture_is_flagged()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Picture = (_, existing, _) => existing == "1700000000"
            ? new ContactPicture(Visibility.Shown, null, true, api.Time.GetUtcNow())
            : throw new InvalidOperationException();
        (await tenant.Client.GetAsync(Path + "&existing_id=1700000000")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":null,"id":"1700000000","unchanged":true}}
            """);
    }

    [Fact]
    [Statement("wuts 3.3", "A group's picture is asked for with the group's JID; one of a group we are not in is not available.")]
    public async Task A_group_has_a_picture_too()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Group).Picture = (size, _, _) => Found(size);
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync("/contacts/profile-picture?jid=" + Group)).Status);
        device.Contact(Group).Picture = (_, _, _) => new Failure.NotPermitted();
        (await tenant.Client.GetAsync("/contacts/profile-picture?jid=" + Group))
            .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not available");
    }

    [Theory]
    [Statement("wuts 3.3", "No picture is 404 \"profile picture not set\", a hidden one 404 \"profile picture not available\".")]
    [InlineData(Visibility.NotSet, "profile picture not set")]
    [InlineData(Visibility.Hidden, "profile picture not available")]
    public async Task Absence_says_why(Visibility visibility, string error)
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Picture = (_, _, _) => new ContactPicture(visibility, null, false, api.Time.GetUtcNow());
        device.Contact(Person).File = (_, _) => new PictureFile(visibility, null, default, api.Time.GetUtcNow());
        (await tenant.Client.GetAsync(Path)).IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", error);
        (await tenant.Client.GetAsync($"/contacts/{Person}/picture")).IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", error);
    }

    [Fact]
    [Statement("wuts 3.3", "A number that is not on WhatsApp is 404 PICTURE_NOT_FOUND; neither parameter is 400.")]
    public async Task Failures_have_their_codes()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Picture = (_, _, _) => new Failure.NotFound(MissingThing.Contact);
        (await tenant.Client.GetAsync(Path)).IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND");
        device.Contact(Person).Picture = (_, _, _) => new Failure.TimedOut();
        (await tenant.Client.GetAsync(Path)).IsWutsError(HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT");
        (await tenant.Client.GetAsync("/contacts/profile-picture")).IsInvalid("jid");
        device.Is(Core.Devices.DeviceState.Reconnecting);
        (await tenant.Client.GetAsync(Path)).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    [Fact]
    public async Task The_picture_itself_is_a_resource_with_a_version()
    {
        var (tenant, device) = await NewDeviceAsync();
        byte[] jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];
        device.Contact(Person).File = (size, _) => size == PictureSize.Full
            ? new PictureFile(Visibility.Shown, "170\"0", jpeg, api.Time.GetUtcNow())
            : throw new InvalidOperationException();
        var first = await tenant.Client.GetAsync("/contacts/5511999999999/picture?size=full");
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("image/jpeg", first.Header("Content-Type"));
        Assert.Equal(jpeg, first.Bytes);
        Assert.Equal("\"1700-full\"", first.Header("ETag"));
        var second = await tenant.Client.GetAsync(
            $"/contacts/{Person}/picture?size=full", request => request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, second.Status);
        (await tenant.Client.GetAsync($"/contacts/{Person}/picture?size=huge")).IsInvalid("size");
    }

    [Fact]
    public async Task A_limited_picture_says_when_to_come_back()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).File = (_, _) => new Failure.RateLimited(TimeSpan.FromMinutes(1), false);
        var answer = await tenant.Client.GetAsync($"/contacts/{Person}/picture");
        answer.IsWutsError(HttpStatusCode.TooManyRequests, "RATE_LIMITED");
        Assert.Equal("60", answer.Header("Retry-After"));
        device.Contact(Person).File = (_, _) => new Failure.TimedOut();
        (await tenant.Client.GetAsync($"/contacts/{Person}/picture")).IsWutsError(HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT");
    }

    private ContactPicture Found(PictureSize size) => new(
        Visibility.Shown,
        new PictureInfo(
            "1700000000", new Uri("https://pps.whatsapp.net/v/t61.24694-24/abc123.jpg"), size, "/v/t61.24694-24/abc123.jpg", default, null),
        false,
        api.Time.GetUtcNow());

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
