using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.WutsRest;

/// <summary>Pictures of people and groups: their address, and the picture itself. Contract wuts 3.3, and what we add to it.</summary>
public abstract class PictureContract(GatewayUnderTest gateway) : ContractTests<PictureContract.Pictures>(gateway)
{
    private const string Path = "/contacts/profile-picture";

    [Theory]
    [Statement("wuts 3.3", "The document's example: jid, url, id, type and direct_path; preview=false or 0 is the full picture, otherwise the preview.")]
    [InlineData("&preview=false", "image")]
    [InlineData("&preview=0", "image")]
    [InlineData("&preview=No", "image")]
    [InlineData("", "preview")]
    [InlineData("&preview=true", "preview")]
    [InlineData("&preview=1", "preview")]
    public async Task Picture_is_that_of_the_document(string query, string type)
    {
        var answer = await Scene.Http.GetAsync($"{Path}?number=5511999999999{query}");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":"<any>","id":"1718000000","type":"{{{type}}}","direct_path":"<any>"}}
            """);
        var data = Caller.Json(answer).GetProperty("data");
        Assert.EndsWith(data.Text("direct_path"), data.Text("url"), StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal([0xff, 0xd8], (await http.GetByteArrayAsync(new Uri(data.Text("url")))).Take(2));
    }

    [Theory]
    [Statement("wuts 3.3", "When existing_id is still current, url is null, the id is repeated and unchanged is true; otherwise the key is left out.")]
    [InlineData("1718000000", true)]
    [InlineData("1700000000", false)]
    public async Task Unchanged_picture_is_flagged(string existing, bool unchanged)
    {
        var answer = await Scene.Http.GetAsync($"{Path}?number=5511999999999&existing_id={existing}");
        answer.Is(HttpStatusCode.OK, unchanged
            ? """{"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":null,"id":"1718000000","unchanged":true}}"""
            : """
                {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net","url":"<any>","id":"1718000000","type":"preview","direct_path":"<any>"}}
                """);
    }

    [Theory]
    [Statement("wuts 3.3", "No picture is 404 \"profile picture not set\", a hidden one 404 \"profile picture not available\".")]
    [InlineData("5511888888888", "profile picture not set")]
    [InlineData("5511777777777", "profile picture not available")]
    [InlineData("5511700000001", null)]
    public async Task Absence_says_why(string number, string? error)
    {
        (await Scene.Http.GetAsync($"{Path}?number={number}")).IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", error);
        (await Scene.Http.GetAsync($"/contacts/{number}/picture")).IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", error);
    }

    [Theory]
    [Statement("wuts 3.3", "Neither parameter, a malformed value, and a preview that is no boolean are 400.")]
    [InlineData("", "jid")]
    [InlineData("?jid=x@y", "jid")]
    [InlineData("?number=1", "number")]
    [InlineData("?number=5511999999999&preview=small", "preview")]
    [InlineData("?jid=120363039000000000@newsletter", "jid")]
    public async Task Parameters_are_checked(string query, string field) => (await Scene.Http.GetAsync(Path + query)).IsInvalid(field);

    [Fact]
    [Statement("wuts 3.3", "A group's picture is asked for with the group's JID.")]
    public async Task Group_has_a_picture_too()
    {
        (await Scene.Http.GetAsync($"{Path}?jid={Scene.Group.Jid}&preview=false")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"jid":"{{{Scene.Group.Jid}}}","url":"<any>","id":"{{{Scene.Group.Picture!.Id}}}","type":"image","direct_path":"<any>"}}
            """);
        Assert.Equal([0xff, 0xd8], (await Scene.Http.GetAsync($"/contacts/{Scene.Group.Jid}/picture")).Bytes.Take(2));
    }

    [Fact]
    [Statement("wuts 3.3", "The picture of a group that the account is not in is not available.")]
    public async Task Picture_of_a_foreign_group_is_not_available() => (await Scene.Http.GetAsync($"{Path}?jid={Scene.Foreign.Jid}"))
        .IsWutsError(HttpStatusCode.NotFound, "PICTURE_NOT_FOUND", "profile picture not available");

    [Theory]
    [Statement("wuts 3.3", "Beyond the contract: the picture itself at an address of our own, in two sizes, with ETag and 304.")]
    [InlineData("/contacts/5511999999999/picture", "preview")]
    [InlineData("/contacts/5511999999999/picture?size=full", "full")]
    [InlineData("/contacts/5511999999999@c.us/picture?size=preview", "preview")]
    [InlineData("/contacts/150199452311775@lid/picture?size=full", "full")]
    public async Task Picture_is_a_resource_with_a_version(string path, string size)
    {
        var first = await Scene.Http.GetAsync(path);
        Assert.True(first.Status == HttpStatusCode.OK, first.Text);
        Assert.Equal("image/jpeg", first.Header("Content-Type"));
        Assert.Equal([0xff, 0xd8], first.Bytes.Take(2));
        Assert.Equal($"\"1718000000-{size}\"", first.Header("ETag"));
        var second = await Scene.Http.GetAsync(path, request => request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, second.Status);
        Assert.Empty(second.Bytes);
    }

    [Theory]
    [Statement("wuts 3.3", "Beyond the contract: a size that there is not, and what is no address, are 400.")]
    [InlineData("/contacts/5511999999999/picture?size=huge", "size")]
    [InlineData("/contacts/abc/picture", "jid")]
    [InlineData("/contacts/5511999999999@example.com/picture", "jid")]
    public async Task Resource_is_checked(string path, string field) => (await Scene.Http.GetAsync(path)).IsInvalid(field);

    [Fact]
    [Statement("wuts 3.3", "A picture that the person changes or removes is told at once.")]
    public async Task Picture_follows_the_person()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { HasPicture = true });
        var linked = await Gateway.LinkAsync(account =>
        {
            Gateway.WhatsApp.ContactsOf(account).Save(person, "Changing");
            person.AddContact(Gateway.WhatsApp.People.Of(account));
        });
        var path = $"/contacts/{person.Phone}/picture";
        Assert.Equal($"\"{person.Picture!.Id}-preview\"", (await linked.Http.GetAsync(path)).Header("ETag"));
        var next = person.SetPicture();
        await Eventually.IsAsync(async () => (await linked.Http.GetAsync(path)).Header("ETag"), tag => tag == $"\"{next.Id}-preview\"");
        person.RemovePicture();
        await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync(path)).Text, text => text.Contains("profile picture not set", StringComparison.Ordinal));
    }

    [Theory]
    [Statement("wuts 3.3", "WhatsApp's rate limit is 429 with Retry-After, its errors are 502.")]
    [InlineData(429, 40, HttpStatusCode.TooManyRequests, "RATE_LIMITED")]
    [InlineData(500, null, HttpStatusCode.BadGateway, "WHATSAPP_ERROR")]
    public async Task Refusal_of_WhatsApp_is_told(int code, int? backoff, HttpStatusCode status, string error)
    {
        var linked = await Gateway.LinkAsync();
        using var fault = Gateway.Arm(
            new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "w:profile:picture", Code = code, Backoff = backoff });
        foreach (var path in (string[])[$"{Path}?number=5511999999999", "/contacts/5511999999999/picture"])
        {
            var answer = await linked.Http.GetAsync(path);
            answer.IsWutsError(status, error);
            Assert.Equal(backoff is not null, answer.Header("Retry-After") is not null);
        }
    }

    protected override async Task<Pictures> MakeSceneAsync()
    {
        Group? group = null;
        var foreign = Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = Gateway.WhatsApp.People.Add(), HasPicture = true });
        var linked = await Gateway.LinkAsync(account => group = Gateway.WhatsApp.Groups.Create(
            new GroupSpec { Creator = Gateway.WhatsApp.People.Of(account), HasPicture = true, Announce = false }));
        return new Pictures(linked, group!, foreign);
    }

    /// <summary>A linked device, a group of its account and one that the account is not in, all with pictures.</summary>
    /// <param name="User">The user with the device.</param>
    /// <param name="Group">The account is in it.</param>
    /// <param name="Foreign">The account is not in it.</param>
    public sealed record Pictures(LinkedUser User, Group Group, Group Foreign)
    {
        /// <summary>Calls with the user's token.</summary>
        public ApiClient Http => User.Http;
    }
}
