using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.Wawp;

public class GroupTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Members = """
        [{"id":"111111111111@c.us","role":"participant","isAdmin":false,"isSuperAdmin":false},
        {"id":"222222222222@c.us","role":"superadmin","isAdmin":true,"isSuperAdmin":true},
        {"id":"150199452311775@lid","role":"participant","isAdmin":false,"isSuperAdmin":false}]
        """;

    [Fact]
    [Statement("wawp B9", "Participants: id, role, isAdmin, isSuperAdmin; @c.us where the number is visible, else @lid.")]
    public async Task Participants_are_answered_as_the_document_shows()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Group = _ => View(Example());

        (await scene.GetAsync("groups/1234567890@g.us/participants")).Is(HttpStatusCode.OK, Members);
    }

    [Fact]
    [Statement("wawp B9", "An admin who is not the creator has role admin.")]
    public async Task Admin_is_an_admin_and_no_super_admin()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Group = _ =>
            View(Example() with { Members = [new GroupMember(Jid.Parse("1@lid"), null, null, GroupRole.Admin, null, null)] });

        (await scene.GetAsync("groups/1234567890@g.us/participants"))
            .Is(HttpStatusCode.OK, """[{"id":"1@lid","role":"admin","isAdmin":true,"isSuperAdmin":false}]""");
    }

    [Theory]
    [InlineData("groups/1234567890@g.us", false, "null")]
    [InlineData("groups/1234567890%40g.us", false, "null")]
    [InlineData("groups/detail?groupId=1234567890@g.us", false, "null")]
    [InlineData("groups/detail?groupId=1234567890@g.us", true, "\"https://chat.whatsapp.com/AbC\"")]
    [Statement("wawp B9", "One group, by path or as detail; invite is null unless admin.")]
    public async Task Group_is_answered_with_its_members(string path, bool isAdmin, string invite)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Group = _ => View(Example(), isAdmin: isAdmin);
        scene.Device.Actor.InviteLink = _ => "https://chat.whatsapp.com/AbC";

        (await scene.GetAsync(path)).Is(HttpStatusCode.OK, $$"""
            {"id":"1234567890@g.us","subject":"Family","description":"Ours","invite":{{invite}},"membersCanAddNewMember":true,
            "membersCanSendMessages":true,"newMembersApprovalRequired":false,"participants":{{Members}} }
            """);
    }

    [Theory]
    [InlineData("groups/1234567890@g.us")]
    [InlineData("groups/1234567890@g.us/participants")]
    [InlineData("groups/detail?groupId=1234567890@g.us")]
    [Statement("wawp B9", "Not a member, or no such group: 404 not_found.")]
    public async Task Group_that_the_account_is_not_in_is_not_found(string path)
    {
        var scene = await WawpScene.NewAsync(fixture);
        Answer<GroupView>[] answers =
            [new Failure.NotFound(MissingThing.Group), new Failure.NotPermitted(), View(Example(), isMember: false)];
        foreach (var answer in answers)
        {
            scene.Device.Actor.Group = _ => answer;

            (await scene.GetAsync(path)).IsWawpError(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    [Statement("wawp B9", "The list is an array of groups; exclude=participants leaves the members out.")]
    public async Task Groups_are_listed_with_and_without_members()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Is(DeviceState.Disconnected);
        scene.Device.Actor.Groups = _ =>
            List(Example() with { Description = null, IsAnnounce = true, JoinApproval = true, MemberAddMode = "admin_add" });
        const string Group = """
            {"id":"1234567890@g.us","subject":"Family","description":"","invite":null,"membersCanAddNewMember":false,
            "membersCanSendMessages":false,"newMembersApprovalRequired":true
            """;

        (await scene.GetAsync("groups")).Is(HttpStatusCode.OK, $$"""[{{Group}},"participants":{{Members}} }]""");
        (await scene.GetAsync("groups?exclude=participants")).Is(HttpStatusCode.OK, $"[{Group}}}]");
    }

    [Theory]
    [InlineData("", "1 2 3")]
    [InlineData("?sortOrder=DESC", "3 2 1")]
    [InlineData("?sortBy=subject", "2 3 1")]
    [InlineData("?sortBy=subject&sortOrder=desc", "1 2 3")]
    [InlineData("?limit=1&offset=1", "2")]
    [InlineData("?offset=3", "")]
    [Statement("wawp B9", "limit, offset, sortBy id or subject, sortOrder.")]
    public async Task Groups_are_listed_in_pages(string query, string expected)
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ => List(Named(3, "alpha"), Named(1, "beta"), Named(2, "Alpha"));

        var answer = await scene.GetAsync($"groups{query}");

        var ids = JsonDocument.Parse(answer.Text).RootElement.EnumerateArray().Select(g => g.GetProperty("id").GetString()!);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => $"12036300000000000{n}@g.us"), ids);
    }

    [Fact]
    [Statement("wawp B9", "groups/count.")]
    public async Task Groups_are_counted_without_those_that_were_left()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ =>
            new GroupList([View(Named(1, "a")), View(Named(2, "b")), View(Named(3, "c"), isMember: false)], null);

        (await scene.GetAsync("groups/count")).Is(HttpStatusCode.OK, """{"count":2}""");
    }

    [Fact]
    [Statement("wawp B9", "groups/refresh re-reads from WhatsApp, at most once per 60 s per instance else 429.")]
    public async Task Groups_are_read_anew_once_a_minute()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Groups = refresh => refresh ? List() : throw new InvalidOperationException("It was not read anew.");
        (await scene.PostAsync("groups/refresh")).Is(HttpStatusCode.OK, """{"success":true}""");
        fixture.Time.Advance(TimeSpan.FromSeconds(20));

        var refused = await scene.PostAsync("groups/refresh");
        refused.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal("40", refused.Header("Retry-After"));

        fixture.Time.Advance(TimeSpan.FromSeconds(40));
        (await scene.PostAsync("groups/refresh")).Is(HttpStatusCode.OK, """{"success":true}""");
    }

    [Theory]
    [InlineData("AbCdEfGhIjKlMnOpQrStUv")]
    [InlineData("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv")]
    [InlineData("https%3A%2F%2Fchat.whatsapp.com%2FAbCdEfGhIjKlMnOpQrStUv%3Fmode%3Dac_t")]
    [Statement("wawp B9", "join-info: an invite code or the full link; id, subject, description, size only.")]
    public async Task Invite_is_previewed(string code)
    {
        var scene = await WawpScene.NewAsync(fixture);
        string? asked = null;
        scene.Device.Actor.Invite = value =>
        {
            asked = value;
            return View(Example() with { Members = [], Size = 12 }, isMember: false);
        };

        (await scene.GetAsync($"groups/join-info?code={code}"))
            .Is(HttpStatusCode.OK, """{"id":"1234567890@g.us","subject":"Family","description":"Ours","size":12}""");
        Assert.Equal("AbCdEfGhIjKlMnOpQrStUv", asked);
    }

    [Fact]
    [Statement("wawp B9", "A revoked invite is 404 not_found.")]
    public async Task Revoked_invite_is_not_found()
    {
        var scene = await WawpScene.NewAsync(fixture);
        scene.Device.Actor.Invite = _ => new Failure.NotFound(MissingThing.Invite);

        (await scene.GetAsync("groups/join-info?code=AbCdEfGhIjKlMnOpQrStUv")).IsWawpError(HttpStatusCode.NotFound, "not_found");
    }

    private static GroupInfo Example() => new()
    {
        Jid = Jid.Parse("1234567890@g.us"),
        Subject = "Family",
        Description = "Ours",
        MemberAddMode = "all_member_add",
        Members =
        [
            new GroupMember(Jid.Parse("111111111111@s.whatsapp.net"), null, null, GroupRole.Member, null, null),
            new GroupMember(Jid.Parse("77@lid"), Jid.Parse("222222222222@s.whatsapp.net"), null, GroupRole.SuperAdmin, null, null),
            new GroupMember(Jid.Parse("150199452311775@lid"), null, Jid.Parse("150199452311775@lid"), GroupRole.Member, null, null),
        ],
    };

    private static GroupInfo Named(int number, string subject) =>
        new() { Jid = Jid.Parse($"12036300000000000{number}@g.us"), Subject = subject };

    private GroupView View(GroupInfo info, bool isMember = true, bool isAdmin = false) =>
        new(info, isMember, isAdmin, fixture.Time.GetUtcNow());

    private GroupList List(params GroupInfo[] groups) => new([.. groups.Select(g => View(g))], null);
}
