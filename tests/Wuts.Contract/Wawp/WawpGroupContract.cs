using System.Net;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.Wawp;

/// <summary>Groups, read only. Contract wawp B9.</summary>
public abstract class WawpGroupContract(GatewayUnderTest gateway) : ContractTests<WawpGroupContract.Groups>(gateway)
{
    private string Members(bool own) => own
        ? $$"""
            [{"id":"{{Me}}@c.us","role":"superadmin","isAdmin":true,"isSuperAdmin":true},
             {"id":"5511888888888@c.us","role":"participant","isAdmin":false,"isSuperAdmin":false}]
            """
        : $$"""
            [{"id":"5511999999999@c.us","role":"superadmin","isAdmin":true,"isSuperAdmin":true},
             {"id":"{{Me}}@c.us","role":"participant","isAdmin":false,"isSuperAdmin":false},
             {"id":"5511888888888@c.us","role":"admin","isAdmin":true,"isSuperAdmin":false},
             {"id":"{{Scene.Hidden.Lid}}","role":"participant","isAdmin":false,"isSuperAdmin":false}]
            """;

    private string Me => Scene.Instance.Account!.Phone;

    [Theory]
    [Statement("wawp B9", "One group, by path or by groupId; the invite is there for admins only.")]
    [InlineData("groups/{0}")]
    [InlineData("groups/detail?groupId={0}")]
    public async Task Group_is_that_of_the_contract(string path)
    {
        (await GetAsync(path, Scene.Theirs)).Is(HttpStatusCode.OK, $$"""
            {"id":"{{Scene.Theirs.Jid}}","subject":"B theirs","description":"About this","invite":null,"membersCanAddNewMember":false,
             "membersCanSendMessages":false,"newMembersApprovalRequired":true,"participants":{{Members(own: false)}}}
            """);
        (await GetAsync(path, Scene.Mine)).Is(HttpStatusCode.OK, $$"""
            {"id":"{{Scene.Mine.Jid}}","subject":"A mine","description":"","invite":"https://chat.whatsapp.com/{{Scene.Mine.InviteCode}}",
             "membersCanAddNewMember":false,"membersCanSendMessages":true,"newMembersApprovalRequired":false,"participants":{{Members(own: true)}}}
            """);
    }

    [Theory]
    [Statement("wawp B9", "Participants with role and both booleans; who is known by LID only comes as @lid.")]
    [InlineData("{0}")]
    [InlineData("{0}%40g.us")]
    public async Task Participants_are_those_of_the_document(string id) =>
        (await Scene.Instance.GetAsync($"groups/{id.Replace("{0}", id == "{0}" ? Scene.Theirs.Jid.ToString() : Scene.Theirs.Jid.User, StringComparison.Ordinal)}/participants"))
            .Is(HttpStatusCode.OK, Members(own: false));

    [Theory]
    [Statement("wawp B9", "The list is sorted and paged as asked, and without participants when they are excluded.")]
    [InlineData("?sortBy=subject", "A mine,B theirs")]
    [InlineData("?sortBy=subject&sortOrder=DESC", "B theirs,A mine")]
    [InlineData("?sortBy=subject&limit=1", "A mine")]
    [InlineData("?sortBy=subject&limit=1&offset=1", "B theirs")]
    [InlineData("?sortBy=subject&exclude=participants", "A mine,B theirs")]
    [InlineData("?offset=2", "")]
    public async Task List_is_sorted_and_paged(string query, string expected)
    {
        var groups = Caller.Json(await Scene.Instance.GetAsync($"groups{query}")).EnumerateArray().ToList();
        Assert.Equal(expected, string.Join(',', groups.Select(group => group.Text("subject"))));
        Assert.All(groups, group => Assert.Equal(
            !query.Contains("exclude", StringComparison.Ordinal), group.TryGetProperty("participants", out _)));
    }

    [Fact]
    [Statement("wawp B9", "GET /v2/groups/count.")]
    public async Task Groups_are_counted() => (await Scene.Instance.GetAsync("groups/count")).Is(HttpStatusCode.OK, """{"count":2}""");

    [Theory]
    [Statement("wawp B9", "Not a member, or no such group: 404 not_found.")]
    [InlineData("groups/{0}")]
    [InlineData("groups/{0}/participants")]
    [InlineData("groups/detail?groupId={0}")]
    public async Task Foreign_and_missing_groups_are_not_found(string path)
    {
        (await GetAsync(path, Scene.Foreign)).IsWawpError(HttpStatusCode.NotFound, "not_found");
        (await Scene.Instance.GetAsync(path.Replace("{0}", "120363999999999999@g.us", StringComparison.Ordinal)))
            .IsWawpError(HttpStatusCode.NotFound, "not_found");
        (await Scene.Instance.GetAsync(path.Replace("{0}", "5511999999999@c.us", StringComparison.Ordinal)))
            .IsWawpError(HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    [Statement("wawp B9", "The picture of a group; null when there is none.")]
    public async Task Picture_of_a_group_is_told()
    {
        (await GetAsync("groups/{0}/picture", Scene.Mine)).Is(HttpStatusCode.OK, $$"""{"id":"{{Scene.Mine.Jid}}","url":null}""");
        var answer = await GetAsync("groups/{0}/picture", Scene.Theirs);
        answer.Is(HttpStatusCode.OK, $$"""{"id":"{{Scene.Theirs.Jid}}","url":"<any>"}""");
        Assert.StartsWith("http", Caller.Json(answer).Text("url"), StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wawp B9", "join-info of a code or of a whole link: id, subject, description and size only.")]
    [InlineData("{0}")]
    [InlineData("https%3A%2F%2Fchat.whatsapp.com%2F{0}")]
    public async Task Invite_leads_to_its_group(string code) =>
        (await Scene.Instance.GetAsync($"groups/join-info?code={code.Replace("{0}", Scene.Foreign.InviteCode, StringComparison.Ordinal)}"))
            .Is(HttpStatusCode.OK, $$"""{"id":"{{Scene.Foreign.Jid}}","subject":"Foreign","description":"","size":1}""");

    [Theory]
    [Statement("wawp B9", "A code that leads nowhere is 404, one that is none 400.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA", HttpStatusCode.NotFound, "not_found")]
    [InlineData("%20", HttpStatusCode.BadRequest, "missing_parameter")]
    [InlineData("a%2Fb", HttpStatusCode.BadRequest, "invalid_parameter")]
    [InlineData("https%3A%2F%2Fexample.com%2FAAAAAAAAAAAAAAAAAAAAAA", HttpStatusCode.BadRequest, "invalid_parameter")]
    public async Task Invite_that_leads_nowhere_is_refused(string code, HttpStatusCode status, string error) =>
        (await Scene.Instance.GetAsync($"groups/join-info?code={code}")).IsWawpError(status, error);

    [Fact]
    [Statement("wawp B9", "refresh reads them from WhatsApp, at most once per 60 s and instance: else 429 with Retry-After.")]
    public async Task Refresh_is_limited()
    {
        var instance = await Gateway.LinkInstanceAsync();
        (await instance.PostAsync("groups/refresh")).Is(HttpStatusCode.OK, """{"success":true}""");
        var second = await instance.PostAsync("groups/refresh");
        second.IsWawpError(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(int.Parse(second.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    [Statement("wawp B9", "The group list fills the LID mappings.")]
    public async Task Group_list_fills_the_pairs()
    {
        Caller.Json(await Scene.Instance.GetAsync("groups"));
        Assert.Contains(
            """{"lid":"112233445566778@lid","pn":"5511888888888@c.us"}""", (await Scene.Instance.GetAsync("lids")).Text, StringComparison.Ordinal);
    }

    protected override async Task<Groups> MakeSceneAsync()
    {
        Group mine = null!, theirs = null!;
        var hidden = Gateway.WhatsApp.People.Add(new PersonSpec { LidIsKnown = false });
        var foreign = Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = Gateway.People.Maria, Subject = "Foreign" });
        var instance = await Gateway.LinkInstanceAsync(prepare: account =>
        {
            var me = Gateway.WhatsApp.People.Of(account);
            mine = Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = me, Members = [Gateway.People.Joao], Subject = "A mine" });
            theirs = Gateway.WhatsApp.Groups.Create(new GroupSpec
            {
                Creator = Gateway.People.Maria,
                Members = [me, Gateway.People.Joao, hidden],
                Admins = [Gateway.People.Joao],
                HiddenNumbers = [hidden],
                Subject = "B theirs",
                Description = "About this",
                HasPicture = true,
                IsAnnouncement = true,
                NeedsApproval = true,
            });
        });
        await Eventually.IsAsync(async () => (await instance.GetAsync("groups/count")).Text, text => text == """{"count":2}""");
        return new Groups(instance, mine, theirs, foreign, hidden);
    }

    private Task<ApiAnswer> GetAsync(string path, Group group) =>
        Scene.Instance.GetAsync(path.Replace("{0}", group.Jid.ToString(), StringComparison.Ordinal));

    /// <summary>An instance whose account made one group, is a member of another, and is not in a third.</summary>
    public sealed record Groups(WawpInstance Instance, Group Mine, Group Theirs, Group Foreign, Person Hidden);
}
