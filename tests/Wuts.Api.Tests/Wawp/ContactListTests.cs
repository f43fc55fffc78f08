using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Fakes;
using Wuts.Api.Tests.Harness;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Wawp;

public class ContactListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly ContactView[] Book =
    [
        Saved("300000000@s.whatsapp.net", "bob"),
        Saved("100000000@s.whatsapp.net", "Carl"),
        new(Jid.Parse("200000000@s.whatsapp.net")) { PushName = "Zoe" },
        Saved("400000000@s.whatsapp.net", "Alice"),
        Saved("500000000@s.whatsapp.net", "alice"),
        new(Jid.Parse("600000000@s.whatsapp.net")),
        Saved("120363406798553856@g.us", "A group"),
    ];

    [Theory]
    [InlineData("", "100000000 200000000 300000000 400000000 500000000")]
    [InlineData("?sortOrder=DESC", "500000000 400000000 300000000 200000000 100000000")]
    [InlineData("?sortBy=name", "400000000 500000000 300000000 100000000 200000000")]
    [InlineData("?sortBy=name&sortOrder=desc", "100000000 300000000 400000000 500000000 200000000")]
    [InlineData("?sortBy=NAME&sortOrder=Asc&limit=2&offset=1", "500000000 300000000")]
    [InlineData("?limit=2&offset=4", "500000000")]
    [InlineData("?offset=5", "")]
    [Statement(
        "wawp B2",
        "Contacts with a name, not groups; sorted by id or name in either order; unnamed last, ties by id; paged; [] past the end.")]
    public async Task Contacts_are_listed_in_pages(string query, string expected)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        List(scene, Book);

        var answer = await scene.GetAsync($"contacts/all{query}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => $"{d}@c.us"), Ids(answer));
    }

    [Fact]
    [Statement("wawp B2", "A bare array of the object of B1.")]
    public async Task List_is_a_bare_array_of_contacts()
    {
        var scene = await WawpScene.NewAsync(fixture);
        List(scene, Book[0]);

        (await scene.GetAsync("contacts/all")).Is(HttpStatusCode.OK, """
            [{"id":"300000000@c.us","number":"300000000","name":"bob","pushname":null,"shortName":null,"isMe":false,"isGroup":false,
            "isWAContact":false,"isMyContact":true,"isBlocked":false,"isBusiness":false,"isEnterprise":false}]
            """);
    }

    [Fact]
    [Statement("wawp B2", "limit defaults to 100.")]
    public async Task Page_has_a_hundred_contacts_by_default()
    {
        var scene = await WawpScene.NewAsync(fixture);
        List(scene, [.. Enumerable.Range(0, 250).Select(i => Saved($"{100_000_000 + i}@s.whatsapp.net", $"N{i}"))]);

        Assert.Equal(100, Ids(await scene.GetAsync("contacts/all")).Count);
        Assert.Equal(50, Ids(await scene.GetAsync("contacts/all?offset=200")).Count);
        Assert.Equal(250, Ids(await scene.GetAsync("contacts/all?limit=1000")).Count);
    }

    [Fact]
    [Statement("wawp B2", "Known by phone and by LID: two entries unless linked, then once, under the phone.")]
    [Statement("wawp B7.5", "Equal LIDs are no automatic merge.")]
    public async Task Person_with_two_addresses_is_two_entries_until_they_are_linked()
    {
        var scene = await WawpScene.NewAsync(fixture);
        var (phone, lid) = (Jid.Parse("100000000@s.whatsapp.net"), Jid.Parse("987654321@lid"));
        List(
            scene,
            new ContactView(phone) { PushName = "Ann", Lid = lid },
            new ContactView(lid) { PushName = "Ann", Phone = phone },
            new ContactView(Jid.Parse("555555555@lid")) { PushName = "Eve" });
        var people = People();
        Assert.Equal(["100000000@c.us", "555555555@lid", "987654321@lid"], Ids(await scene.GetAsync("contacts/all")));
        Assert.Equal(people, People());

        var links = fixture.Service<LinkService>();
        var made = Assert.IsType<LinkOutcome.Linked>(await links.LinkAsync(
            scene.Owner.User.TenantId, phone, lid, "ticket 7", scene.Owner.User.Id, replace: false, CancellationToken.None));
        Assert.Equal(["100000000@c.us", "555555555@lid"], Ids(await scene.GetAsync("contacts/all")));

        await links.UndoAsync(scene.Owner.User.TenantId, made.Link.Link.Id, CancellationToken.None);
        Assert.Equal(["100000000@c.us", "555555555@lid", "987654321@lid"], Ids(await scene.GetAsync("contacts/all")));
    }

    private int People() => Assert.IsType<MemoryLinkStore>(fixture.Service<ILinkStore>()).People;

    private static ContactView Saved(string jid, string name) => new(Jid.Parse(jid)) { FullName = name, IsSaved = true, IsKnown = true };

    private static void List(WawpScene scene, params ContactView[] rows) => scene.Device.Actor.Contacts = request =>
    {
        Assert.False(request.PerPerson);
        return new ContactPage(1, rows, [], HasMore: false, null);
    };

    private static List<string> Ids(ApiAnswer answer) =>
        [.. JsonDocument.Parse(answer.Text).RootElement.EnumerateArray().Select(c => c.GetProperty("id").GetString()!)];
}
