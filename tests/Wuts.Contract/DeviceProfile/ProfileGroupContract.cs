using System.Net;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.DeviceProfile;

/// <summary>The profile of a group, and the list of groups. Contract device-profile A1.3, A2.</summary>
public abstract class ProfileGroupContract(GatewayUnderTest gateway) : ContractTests<ProfileScene>(gateway)
{
    private const string Example = "120363406798553856@g.us";
    private const string Strict = "120363406798553858@g.us";
    private const string Foreign = "120363406798553857@g.us";

    [Theory]
    [Statement("device-profile A1.3", "The document's example: name and subject are the same, participants are all members as plain JIDs.")]
    [InlineData("120363406798553856@g.us")]
    [InlineData("120363406798553856@G.US")]
    [InlineData(" 120363406798553856@g.us ")]
    public async Task Group_is_that_of_the_document(string written)
    {
        var answer = await Scene.ProfileAsync(written);
        answer.Is(HttpStatusCode.OK, $$$$"""
            {"data":{"type":"group","profile":{"jid":"120363406798553856@g.us","name":"My Group Chat","subject":"My Group Chat",
             "description":"Group description or topic","picture_url":"<any>",
             "picture_id":"{{{{Gateway.WhatsApp.Groups.Find(Wuts.WhatsApp.Binary.Jid.Parse(Example))!.Picture!.Id}}}}",
             "participants":["6281234567890@s.whatsapp.net","{{{{Scene.User.Account.Jid}}}}","6289876543210@s.whatsapp.net"]}}}
            """);
        Assert.StartsWith("http", answer.Profile().Text("picture_url"), StringComparison.Ordinal);
    }

    [Fact]
    [Statement("device-profile A1.3", "Participants are as WhatsApp gives them and not resolved: a group by LID has LIDs.")]
    [Statement("device-profile A1.3", "Without description and picture the texts are empty, never null.")]
    public async Task Group_without_anything_has_empty_texts() => (await Scene.ProfileAsync(Strict)).Is(HttpStatusCode.OK, $$$$"""
        {"data":{"type":"group","profile":{"jid":"120363406798553858@g.us","name":"Strict","subject":"Strict","description":"",
         "picture_url":"","picture_id":"","participants":["1234567890987654321@lid","{{{{Scene.User.Account.Lid}}}}"]}}}
        """);

    [Fact]
    [Statement("device-profile A1", "preview applies to groups too.")]
    public async Task Preview_of_a_group_is_its_thumbnail()
    {
        var full = (await Scene.ProfileAsync(Example)).Profile();
        var small = (await Scene.ProfileAsync(Example, "&preview=1")).Profile();
        Assert.NotEqual(full.Text("picture_url"), small.Text("picture_url"));
        Assert.Equal(full.Text("picture_id"), small.Text("picture_id"));
    }

    [Fact]
    [Statement("device-profile A1.4", "A group that the account is not in is 403 forbidden; one that is not there 404 not_found, field jid.")]
    public async Task Foreign_and_missing_groups_are_told_apart()
    {
        (await Scene.ProfileAsync(Foreign)).IsProfileError(HttpStatusCode.Forbidden, "forbidden");
        (await Scene.ProfileAsync(ProfileScene.NoGroupJid)).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");
    }

    [Theory]
    [Statement("device-profile A2", "The document's example: every group, ordered by jid, with its flags and a count; also at the root.")]
    [InlineData("/wa")]
    [InlineData("")]
    public async Task List_is_that_of_the_document(string root) =>
        (await Scene.Http.GetAsync($"{root}/devices/{Scene.User.DeviceId}/groups")).Is(HttpStatusCode.OK, """
            {"data":{"groups":[
             {"jid":"120363406798553856@g.us","name":"My Group Chat","subject":"My Group Chat","description":"Group description or topic",
              "participant_count":3,"is_announce":false,"is_locked":false,"is_ephemeral":false,"is_join_approval_required":false},
             {"jid":"120363406798553858@g.us","name":"Strict","subject":"Strict","description":"","participant_count":2,"is_announce":true,
              "is_locked":true,"is_ephemeral":true,"is_join_approval_required":true}],"count":2}}
            """);

    [Fact]
    [Statement("device-profile A2", "No groups are an empty list and a count of 0.")]
    public async Task No_groups_are_an_empty_list()
    {
        var user = await Gateway.LinkAsync();
        (await user.Http.GetAsync($"/wa/devices/{user.DeviceId}/groups")).Is(HttpStatusCode.OK, """{"data":{"groups":[],"count":0}}""");
    }

    [Fact]
    [Statement("device-profile A2", "Group events keep the list up to date: a new group, a new name, a group that was left.")]
    public async Task List_follows_the_events()
    {
        var user = await Gateway.LinkAsync();
        var me = Gateway.WhatsApp.People.Of(user.Account);
        async Task<List<string>> SubjectsAsync() => [.. (await user.Http.GetAsync($"/wa/devices/{user.DeviceId}/groups")).Data()
            .GetProperty("groups").EnumerateArray().Select(group => group.Text("subject"))];
        Assert.Empty(await SubjectsAsync());

        var group = Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = Gateway.People.Maria, Members = [me], Subject = "New" });
        await Eventually.IsAsync(SubjectsAsync, subjects => subjects is ["New"]);
        group.SetSubject("Renamed", Gateway.People.Maria);
        await Eventually.IsAsync(SubjectsAsync, subjects => subjects is ["Renamed"]);
        group.Remove([me], Gateway.People.Maria);
        await Eventually.IsAsync(SubjectsAsync, subjects => subjects is []);
        (await ProfileScene.ProfileAsync(user, group.Jid.ToString())).IsProfileError(HttpStatusCode.Forbidden, "forbidden");
    }

    protected override async Task<ProfileScene> MakeSceneAsync()
    {
        var scene = await ProfileScene.MakeAsync(Gateway);
        var me = Gateway.WhatsApp.People.Of(scene.User.Account);
        var budi = ProfileScene.Person(Gateway.WhatsApp, new PersonSpec { Phone = "6289876543210" });
        Gateway.WhatsApp.Groups.Create(new GroupSpec
        {
            Id = "120363406798553856",
            Subject = "My Group Chat",
            Description = "Group description or topic",
            Creator = scene.John,
            Members = [me, budi],
            HasPicture = true,
            Announce = false,
            LidAddressing = false,
        });
        Gateway.WhatsApp.Groups.Create(new GroupSpec
        {
            Id = "120363406798553858",
            Subject = "Strict",
            Creator = scene.John,
            Members = [me],
            IsAnnouncement = true,
            IsLocked = true,
            NeedsApproval = true,
            DisappearingTimer = TimeSpan.FromDays(1),
        });
        Gateway.WhatsApp.Groups.Create(new GroupSpec { Id = "120363406798553857", Creator = scene.John });
        await Eventually.IsAsync(
            async () => (await scene.Http.GetAsync($"/wa/devices/{scene.User.DeviceId}/groups")).Text,
            text => text.Contains("\"Strict\"", StringComparison.Ordinal));
        return scene;
    }
}
