using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.WutsRest;

public sealed class GroupTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Address = "120363039000000000@g.us";

    private static readonly Jid Owner = Jid.Parse("5511999999999@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("112233445566778@lid");

    private static readonly GroupInfo Team = new()
    {
        Jid = Jid.Parse(Address),
        Subject = "WUTS Team",
        Description = "Internal coordination",
        Creator = Lid,
        CreatorPhone = Owner,
        CreatedAt = new DateTimeOffset(2026, 1, 10, 14, 22, 0, TimeSpan.Zero),
        Size = 3,
        Members =
        [
            new GroupMember(Owner, Owner, null, GroupRole.SuperAdmin, null, null),
            new GroupMember(Lid, Jid.Parse("5511888888888@s.whatsapp.net"), Lid, GroupRole.Admin, null, null),
            new GroupMember(Jid.Parse("112233445566779@lid"), null, Jid.Parse("112233445566779@lid"), GroupRole.Member, null, null),
        ],
    };

    [Fact]
    [Statement("wuts 6.1", "GET /groups lists every joined group without participants and count; topic and owner are left out when unknown.")]
    public async Task The_list_is_that_of_the_document()
    {
        var (tenant, device) = await NewDeviceAsync();
        var bare = new GroupInfo { Jid = Jid.Parse("120363039000000001@g.us"), Subject = "", IsAnnounce = true, IsLocked = true, JoinApproval = true, Size = 1 };
        device.Actor.Groups = _ => new GroupList(
            [View(Team), View(bare), View(Team with { Jid = Jid.Parse("120363039000000002@g.us") }) with { IsMember = false }], null);
        var answer = await tenant.Client.GetAsync("/groups");
        answer.Is(HttpStatusCode.OK, """
            {"success":true,"groups":[
             {"jid":"120363039000000000@g.us","name":"WUTS Team","topic":"Internal coordination","owner":"5511999999999@s.whatsapp.net",
              "created_at":"2026-01-10T14:22:00Z","is_announce":false,"is_locked":false,"join_approval":false,"members_count":3},
             {"jid":"120363039000000001@g.us","name":"","is_announce":true,"is_locked":true,"join_approval":true,"members_count":1}]}
            """);
        var again = await tenant.Client.GetAsync(
            "/groups", request => request.Headers.TryAddWithoutValidation("If-None-Match", answer.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
    }

    [Fact]
    [Statement("wuts 6.2", "GET /groups/{jid} adds the participants, whose phone_number is a JID and is left out when only the LID is known.")]
    public async Task A_group_has_its_participants()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Group = jid => jid == Team.Jid ? View(Team) : throw new InvalidOperationException();
        (await tenant.Client.GetAsync("/groups/120363039000000000%40g.us")).Is(HttpStatusCode.OK, """
            {"success":true,"group":{"jid":"120363039000000000@g.us","name":"WUTS Team","topic":"Internal coordination",
             "owner":"5511999999999@s.whatsapp.net","created_at":"2026-01-10T14:22:00Z","is_announce":false,"is_locked":false,
             "join_approval":false,"members_count":3,"participants":[
              {"jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999@s.whatsapp.net","is_admin":true,"is_super_admin":true},
              {"jid":"112233445566778@lid","phone_number":"5511888888888@s.whatsapp.net","is_admin":true,"is_super_admin":false},
              {"jid":"112233445566779@lid","is_admin":false,"is_super_admin":false}]}}
            """);
    }

    [Fact]
    [Statement("wuts 6.2", "An unknown group, or one we are not in, is 404 GROUP_NOT_FOUND; what is no group's JID is 400.")]
    public async Task Only_own_groups_are_shown()
    {
        var (tenant, device) = await NewDeviceAsync();
        foreach (var answer in (Answer<GroupView>[])
            [new Failure.NotFound(MissingThing.Group), new Failure.NotPermitted(), View(Team) with { IsMember = false }])
        {
            device.Actor.Group = _ => answer;
            (await tenant.Client.GetAsync($"/groups/{Address}")).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
        }

        foreach (var wrong in (string[])["5511999999999@s.whatsapp.net", "120363039000000000", "12@g.us", "abc@g.us"])
        {
            (await tenant.Client.GetAsync($"/groups/{wrong}")).IsInvalid("jid");
        }
    }

    [Fact]
    [Statement("wuts 6.3", "GET /groups/{jid}/invite answers the current link; a caller whom WhatsApp does not allow it gets 403.")]
    public async Task The_invite_link_is_shown_to_who_may_see_it()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.InviteLink = _ => "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv";
        (await tenant.Client.GetAsync($"/groups/{Address}/invite")).Is(HttpStatusCode.OK, """
            {"success":true,"group_jid":"120363039000000000@g.us","invite_link":"https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"}
            """);
        device.Actor.InviteLink = _ => new Failure.NotPermitted();
        (await tenant.Client.GetAsync($"/groups/{Address}/invite")).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
        device.Actor.InviteLink = _ => new Failure.NotFound(MissingThing.Group);
        (await tenant.Client.GetAsync($"/groups/{Address}/invite")).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
    }

    [Fact]
    [Statement("wuts 6.4", "GET /chats lists pinned chats first, then by name, with count after the list; muted for ever has a fixed end.")]
    public async Task Chats_are_ordered()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Chats = () => new ChatView[]
        {
            new(Jid.Parse("5511777777777@s.whatsapp.net"), false, "Zé", false, true, DateTimeOffset.MaxValue, 1),
            new(Owner, false, "Maria Silva", false, false, null, 1),
            new(Jid.Parse(Address), true, "Equipe de Vendas", true, false, new DateTimeOffset(2026, 6, 20, 9, 0, 0, TimeSpan.Zero), 12),
        };
        (await tenant.Client.GetAsync("/chats")).Is(HttpStatusCode.OK, """
            {"success":true,"chats":[
             {"jid":"120363039000000000@g.us","type":"group","name":"Equipe de Vendas","pinned":true,"archived":false,
              "muted_until":"2026-06-20T09:00:00Z","participant_count":12},
             {"jid":"5511999999999@s.whatsapp.net","type":"contact","name":"Maria Silva","pinned":false,"archived":false,"participant_count":1},
             {"jid":"5511777777777@s.whatsapp.net","type":"contact","name":"Zé","pinned":false,"archived":true,
              "muted_until":"9999-12-31T23:59:59Z","participant_count":1}],
             "count":3}
            """);
    }

    [Theory]
    [Statement("wuts 6", "All of them need a connected session: 503 DEVICE_NOT_READY.")]
    [InlineData("/groups")]
    [InlineData("/groups/" + Address)]
    [InlineData("/groups/" + Address + "/invite")]
    [InlineData("/chats")]
    public async Task Groups_need_a_connection(string path)
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Is(DeviceState.Reconnecting);
        (await tenant.Client.GetAsync(path)).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    private GroupView View(GroupInfo info) => new(info, true, false, api.Time.GetUtcNow());

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
