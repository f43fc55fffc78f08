using System.Net;
using Wuts.Simulator;

namespace Wuts.Contract.WutsRest;

/// <summary>Groups and chats. Contract wuts 6.</summary>
public abstract class GroupContract(GatewayUnderTest gateway) : ContractTests<GroupContract.Groups>(gateway)
{
    // SyncActionValue { mute_action { muted: true, mute_end_timestamp: -1 } }
    private const string MutedForEver = "220d080110ffffffffffffffffff01";

    private static readonly DateTimeOffset Created = new(2026, 1, 10, 14, 22, 0, TimeSpan.Zero);

    [Fact]
    [Statement("wuts 6.1", "The document's example: every joined group without participants and count; topic is left out when unknown.")]
    public async Task List_is_that_of_the_document()
    {
        var answer = await Scene.Http.GetAsync("/groups");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"groups":[
             {"jid":"120363039000000000@g.us","name":"WUTS Team","topic":"Internal coordination","owner":"5511999999999@s.whatsapp.net",
              "created_at":"2026-01-10T14:22:00Z","is_announce":false,"is_locked":false,"join_approval":false,"members_count":3},
             {"jid":"120363039000000001@g.us","name":"Strict","owner":"{{{Scene.User.Account.Jid}}}",
              "created_at":"2026-01-10T14:22:00Z","is_announce":true,"is_locked":true,"join_approval":true,"members_count":1}]}
            """);
        var again = await Scene.Http.GetAsync(
            "/groups", request => request.Headers.TryAddWithoutValidation("If-None-Match", answer.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
    }

    [Theory]
    [Statement("wuts 6.2", "GET /groups/{jid} adds the participants, whose phone_number is a JID.")]
    [InlineData("120363039000000000@g.us")]
    [InlineData("120363039000000000%40g.us")]
    [InlineData("120363039000000000@G.US")]
    public async Task Group_has_its_participants(string jid)
    {
        var group = Caller.Json(await Scene.Http.GetAsync($"/groups/{jid}")).GetProperty("group");
        Assert.Equal(
            [
                "jid", "name", "topic", "owner", "created_at", "is_announce", "is_locked", "join_approval", "members_count", "participants",
            ],
            group.EnumerateObject().Select(property => property.Name));
        var members = group.GetProperty("participants").EnumerateArray().OrderBy(member => member.Text("phone_number"), StringComparer.Ordinal);
        Assert.Equal(
            new (string, bool, bool)[]
            {
                (Scene.User.Account.Jid.ToString(), false, false),
                ("5511888888888@s.whatsapp.net", true, false),
                ("5511999999999@s.whatsapp.net", true, true),
            }.OrderBy(member => member.Item1, StringComparer.Ordinal),
            members.Select(m => (m.Text("phone_number"), m.GetProperty("is_admin").GetBoolean(), m.GetProperty("is_super_admin").GetBoolean())));
        Assert.All(members, member => Assert.Equal(
            ["jid", "phone_number", "is_admin", "is_super_admin"], member.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    [Statement("wuts 6.2", "phone_number is left out when only the LID of a participant is known.")]
    public async Task Hidden_number_is_left_out()
    {
        var hidden = Gateway.WhatsApp.People.Add(new PersonSpec { LidIsKnown = false });
        Group? group = null;
        var linked = await Gateway.LinkAsync(account => group = Gateway.WhatsApp.Groups.Create(new GroupSpec
        {
            Creator = Gateway.People.Joao,
            Members = [Gateway.WhatsApp.People.Of(account), hidden],
            HiddenNumbers = [hidden],
            Announce = false,
        }));
        var members = Caller.Json(await linked.Http.GetAsync($"/groups/{group!.Jid}")).GetProperty("group").GetProperty("participants");
        var member = Assert.Single(members.EnumerateArray(), member => member.Text("jid") == hidden.Lid.ToString());
        Assert.Equal(["jid", "is_admin", "is_super_admin"], member.EnumerateObject().Select(property => property.Name));
    }

    [Theory]
    [Statement("wuts 6.2", "An unknown group, and one that we are not in, is 404 GROUP_NOT_FOUND.")]
    [Statement("wuts 6.3", "So is the invite link of an unknown group.")]
    [InlineData("/groups/120363039999999998@g.us")]
    [InlineData("/groups/{foreign}")]
    [InlineData("/groups/120363039999999997@g.us/invite")]
    public async Task Foreign_groups_are_not_shown(string path) =>
        (await Scene.Http.GetAsync(path.Replace("{foreign}", Scene.Foreign.Jid.ToString(), StringComparison.Ordinal)))
            .IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");

    [Theory]
    [Statement("wuts 6.2", "What is no group's JID is 400.")]
    [InlineData("/groups/5511999999999@s.whatsapp.net")]
    [InlineData("/groups/120363039000000000")]
    [InlineData("/groups/12@g.us")]
    [InlineData("/groups/abc@g.us/invite")]
    public async Task Groups_have_addresses_of_their_own(string path) => (await Scene.Http.GetAsync(path)).IsInvalid("jid");

    [Fact]
    [Statement("wuts 6.3", "GET /groups/{jid}/invite answers the current link, which is not made anew.")]
    public async Task Invite_link_is_shown()
    {
        var group = Gateway.WhatsApp.Groups.All.Single(group => group.Jid.User == "120363039000000001");
        for (var i = 0; i < 2; i++)
        {
            (await Scene.Http.GetAsync($"/groups/{group.Jid}/invite")).Is(HttpStatusCode.OK, $$$"""
                {"success":true,"group_jid":"120363039000000001@g.us","invite_link":"https://chat.whatsapp.com/{{{group.InviteCode}}}"}
                """);
        }
    }

    [Fact]
    [Statement("wuts 6.3", "A caller whom WhatsApp does not allow the link gets 403 FORBIDDEN.")]
    public async Task Invite_link_is_for_members() => (await Scene.Http.GetAsync($"/groups/{Scene.Foreign.Jid}/invite"))
        .IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");

    [Fact]
    [Statement("wuts 6.4", "GET /chats lists pinned chats first, then by name, with count after the list; muted for ever has a fixed end.")]
    public async Task Chats_are_ordered()
    {
        var answer = await Eventually.IsAsync(
            () => Scene.Http.GetAsync("/chats"), chats => chats.Text.Split("muted_until").Length == 3 && chats.Text.EndsWith("\"count\":4}", StringComparison.Ordinal));
        answer.Is(HttpStatusCode.OK, """
            {"success":true,"chats":[
             {"jid":"120363039000000000@g.us","type":"group","name":"WUTS Team","pinned":true,"archived":false,
              "muted_until":"2046-06-20T09:00:00Z","participant_count":3},
             {"jid":"5511888888888@s.whatsapp.net","type":"contact","name":"Joao Pereira","pinned":false,"archived":false,"participant_count":1},
             {"jid":"5511999999999@s.whatsapp.net","type":"contact","name":"Maria Silva","pinned":false,"archived":false,
              "muted_until":"9999-12-31T23:59:59Z","participant_count":1},
             {"jid":"120363039000000001@g.us","type":"group","name":"Strict","pinned":false,"archived":false,"participant_count":1}],
             "count":4}
            """);
    }

    [Fact]
    [Statement("wuts 6.1", "What changes in a group, and that one is left, is told to the device.")]
    public async Task Groups_follow_what_happens()
    {
        Group? group = null;
        var linked = await Gateway.LinkAsync(account => group = Gateway.WhatsApp.Groups.Create(
            new GroupSpec { Subject = "Before", Creator = Gateway.People.Joao, Members = [Gateway.WhatsApp.People.Of(account)], Announce = false }));
        await UntilAsync(text => text.Contains("\"name\":\"Before\"", StringComparison.Ordinal));
        group!.SetSubject("After");
        await UntilAsync(text => text.Contains("\"name\":\"After\"", StringComparison.Ordinal));
        Assert.True(group.Leave(Gateway.WhatsApp.People.Of(linked.Account)));
        await UntilAsync(text => text == """{"success":true,"groups":[]}""");
        (await linked.Http.GetAsync($"/groups/{group.Jid}")).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");

        Task UntilAsync(Func<string, bool> holds) => Eventually.IsAsync(async () => (await linked.Http.GetAsync("/groups")).Text, holds);
    }

    protected override async Task<Groups> MakeSceneAsync()
    {
        var (whatsApp, people) = (Gateway.WhatsApp, Gateway.People);
        var foreign = whatsApp.Groups.Create(new GroupSpec { Creator = people.Joao, Subject = "Theirs" });
        var linked = await Gateway.LinkAsync(account =>
        {
            var me = whatsApp.People.Of(account);
            var team = whatsApp.Groups.Create(new GroupSpec
            {
                Id = "120363039000000000",
                Subject = "WUTS Team",
                Description = "Internal coordination",
                CreatedAt = Created,
                Creator = people.Maria,
                Members = [people.Joao, me],
                Admins = [people.Joao],
                Announce = false,
            });
            whatsApp.Groups.Create(new GroupSpec
            {
                Id = "120363039000000001",
                Subject = "Strict",
                CreatedAt = Created,
                Creator = me,
                IsAnnouncement = true,
                IsLocked = true,
                NeedsApproval = true,
                Announce = false,
            });
            whatsApp.ContactsOf(account).Save(people.Maria, "Maria Silva");
            whatsApp.ContactsOf(account).Save(people.Joao, "Joao Pereira");
            account.Handset.SetPinned(team.Jid, true);
            account.Handset.SetMuted(team.Jid, new DateTimeOffset(2046, 6, 20, 9, 0, 0, TimeSpan.Zero));
            account.Handset.SetAction("regular_high", 2, Convert.FromHexString(MutedForEver), "mute", people.Maria.Jid.ToString());
        });
        return new Groups(linked, foreign);
    }

    /// <summary>A linked device whose account is in two groups, and a group that it is not in.</summary>
    /// <param name="User">The user with the device.</param>
    /// <param name="Foreign">The account is not in it.</param>
    public sealed record Groups(LinkedUser User, Group Foreign)
    {
        /// <summary>Calls with the user's token.</summary>
        public ApiClient Http => User.Http;
    }
}
