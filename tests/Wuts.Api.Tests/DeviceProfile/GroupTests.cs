using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Groups;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.DeviceProfile;

public class GroupTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    [Statement("device-profile A1.3", "The documented answer for a group, with its keys in order; no roles, no flags.")]
    public async Task Group_is_answered_as_the_document_shows()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();

        (await scene.GetProfileAsync(ProfileScene.Group)).Is(HttpStatusCode.OK, $$$$"""
            {"data":{"type":"group","profile":{"jid":"120363406798553856@g.us","name":"My Group Chat","subject":"My Group Chat",
            "description":"Group description or topic","picture_url":"{{{{ProfileScene.PictureUrl}}}}","picture_id":"abc123",
            "participants":["6281234567890@s.whatsapp.net","6289876543210@s.whatsapp.net","150199452311775@lid"]}}}
            """);
    }

    [Fact]
    [Statement("device-profile A1.3", "participants is not resolved, has no duplicates, and keeps WhatsApp's order.")]
    public async Task Members_are_listed_as_the_group_names_them_without_duplicates()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();
        var info = ProfileScene.ExampleGroup() with
        {
            Members =
            [
                ProfileScene.Member("150199452311775@lid", GroupRole.Admin) with { PhoneJid = Jid.Parse(ProfileScene.Phone) },
                ProfileScene.Member("6289876543210@s.whatsapp.net", GroupRole.Member),
                ProfileScene.Member("150199452311775@lid", GroupRole.Member),
            ],
        };
        scene.Device.Actor.Group = _ => new GroupView(info, IsMember: true, IsAdmin: true, fixture.Time.GetUtcNow());

        var participants = (await scene.GetProfileAsync(ProfileScene.Group)).Profile().GetProperty("participants");

        Assert.Equal(["150199452311775@lid", "6289876543210@s.whatsapp.net"], participants.EnumerateArray().Select(p => p.GetString()));
    }

    [Theory]
    [InlineData(Visibility.NotSet)]
    [InlineData(Visibility.Hidden)]
    [Statement("device-profile A1.3", "The picture fields are empty when the group has none; the description is empty when there is none.")]
    public async Task Group_without_a_picture_and_description_has_empty_fields(Visibility visibility)
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();
        scene.Device.Actor.Group = _ =>
            new GroupView(ProfileScene.ExampleGroup() with
            {
                Description =
                null
            }, IsMember: true, IsAdmin: false, fixture.Time.GetUtcNow());
        scene.Device.Contact(ProfileScene.Group).Picture = (_, _, _) => scene.Absent(visibility);

        var found = (await scene.GetProfileAsync(ProfileScene.Group)).Profile();

        Assert.All(["description", "picture_url", "picture_id"], key => Assert.Equal("", found.GetProperty(key).GetString()));
    }

    [Fact]
    [Statement("device-profile A1", "preview applies to groups too.")]
    public async Task Preview_of_a_group_is_its_thumbnail()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();
        PictureSize? asked = null;
        scene.Device.Contact(ProfileScene.Group).Picture = (size, _, _) =>
        {
            asked = size;
            return scene.Picture("abc123");
        };

        (await scene.GetProfileAsync(ProfileScene.Group, "&preview=1")).Profile();

        Assert.Equal(PictureSize.Preview, asked);
    }

    [Fact]
    [Statement("device-profile A1.4", "A group picture that cannot be read leaves the rest of the group.")]
    public async Task Group_is_answered_without_a_picture_that_fails()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup();
        scene.Device.Contact(ProfileScene.Group).Picture = (_, _, _) => new Failure.RateLimited(null, IsOwnLimit: false);

        Assert.Equal("", (await scene.GetProfileAsync(ProfileScene.Group)).Profile().GetProperty("picture_url").GetString());
    }

    [Fact]
    [Statement("device-profile A1.4", "403 forbidden: the group exists and this account is not a participant.")]
    public async Task Group_that_the_account_is_not_in_is_forbidden()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.AddGroup(isMember: false);
        (await scene.GetProfileAsync(ProfileScene.Group)).IsProfileError(HttpStatusCode.Forbidden, "forbidden");

        scene.Device.Actor.Group = _ => new Failure.NotPermitted();
        (await scene.GetProfileAsync(ProfileScene.Group)).IsProfileError(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    [Statement("device-profile A1.4", "404 not_found with details.field jid: no such group.")]
    public async Task Group_that_does_not_exist_is_not_found()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Actor.Group = _ => new Failure.NotFound(MissingThing.Group);

        (await scene.GetProfileAsync(ProfileScene.Group)).IsProfileError(HttpStatusCode.NotFound, "not_found", "jid");
    }

    [Fact]
    [Statement("device-profile A2", "The documented list, with its keys in order; subject repeats name.")]
    public async Task Groups_are_listed_as_the_document_shows()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ => List(ProfileScene.ExampleGroup());

        (await scene.GetGroupsAsync()).Is(HttpStatusCode.OK, """
            {"data":{"groups":[{"jid":"120363406798553856@g.us","name":"My Group Chat","subject":"My Group Chat",
            "description":"Group description or topic","participant_count":24,"is_announce":false,"is_locked":false,"is_ephemeral":false,
            "is_join_approval_required":false}],"count":1}}
            """);
    }

    [Fact]
    [Statement("device-profile A2", "The four flags are those of the group.")]
    public async Task Flags_of_a_group_are_listed()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ => List(new GroupInfo
        {
            Jid = Jid.Parse("120363000000000001@g.us"),
            IsAnnounce = true,
            IsLocked = true,
            Ephemeral = TimeSpan.FromDays(7),
            JoinApproval = true,
            Members = [ProfileScene.Member(ProfileScene.Phone, GroupRole.Admin)],
        });

        (await scene.GetGroupsAsync()).Is(HttpStatusCode.OK, """
            {"data":{"groups":[{"jid":"120363000000000001@g.us","name":"","subject":"","description":"","participant_count":1,
            "is_announce":true,"is_locked":true,"is_ephemeral":true,"is_join_approval_required":true}],"count":1}}
            """);
    }

    [Fact]
    [Statement("device-profile A2", "No groups: an empty list and count 0.")]
    public async Task Account_without_groups_has_an_empty_list()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        scene.Device.Actor.Groups = _ => List();

        (await scene.GetGroupsAsync()).Is(HttpStatusCode.OK, """{"data":{"groups":[],"count":0}}""");
    }

    [Fact]
    [Statement("device-profile A2", "Ordered by jid, ordinal; all in one body; groups that were left are not among them.")]
    public async Task Groups_are_ordered_and_all_in_one_answer()
    {
        var scene = await ProfileScene.NewAsync(fixture);
        var infos = Enumerable.Range(0, 500).Select(i =>
            new GroupInfo { Jid = Jid.Parse($"12036300000000{(i * 7) % 500:D4}@g.us") }).ToArray();
        scene.Device.Actor.Groups = _ => new GroupList(
            [.. infos.Select((info, i) => new GroupView(info, IsMember: i != 0, IsAdmin: false, fixture.Time.GetUtcNow()))], null);

        var answer = await scene.GetGroupsAsync();

        var data = System.Text.Json.JsonDocument.Parse(answer.Text).RootElement.GetProperty("data");
        var jids = data.GetProperty("groups").EnumerateArray().Select(g => g.GetProperty("jid").GetString()!).ToArray();
        Assert.Equal(499, jids.Length);
        Assert.Equal(499, data.GetProperty("count").GetInt32());
        Assert.Equal(jids.Order(StringComparer.Ordinal), jids);
        Assert.DoesNotContain("120363000000000000@g.us", jids);
    }

    private GroupList List(params GroupInfo[] groups) =>
        new([.. groups.Select(g => new GroupView(g, IsMember: true, IsAdmin: false, fixture.Time.GetUtcNow()))], null);
}
