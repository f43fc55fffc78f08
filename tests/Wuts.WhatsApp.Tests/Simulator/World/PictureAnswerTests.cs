using System.Net;
using System.Security.Cryptography;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What the simulator answers to picture queries, and what its addresses give. Sync sections 6 and 13.5.</summary>
public class PictureAnswerTests
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(PictureSize.Preview, 96)]
    [InlineData(PictureSize.Full, 640)]
    public async Task Picture_is_a_jpeg_of_its_size_with_the_announced_hash(PictureSize size, int edge)
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });

        var found = Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Jid, size));
        var file = await Http.GetByteArrayAsync(found.Info.Url);

        Assert.Equal(alice.Picture!.Id, found.Info.Id);
        Assert.Equal(SHA256.HashData(file), found.Info.Sha256.ToArray());
        Assert.Equal((edge, edge), SizeOf(file));
        Assert.Equal(found.Info.Url.PathAndQuery, "/media" + found.Info.DirectPath);
        Assert.True(found.Info.ExpiresAt > scene.Time.GetUtcNow());
    }

    [Fact]
    public async Task Address_expires_cannot_be_changed_and_ends_with_the_picture()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });
        var first = Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Jid)).Info;

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(new Uri(first.Url.ToString().Replace("oe=", "oe=7", StringComparison.Ordinal))));
        alice.SetPicture();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(first.Url));

        var second = Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Jid)).Info;
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second.Url));
        scene.Time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(second.Url));
    }

    [Theory]
    [InlineData(SamePictureAnswer.Status)]
    [InlineData(SamePictureAnswer.IdOnly)]
    [InlineData(SamePictureAnswer.EmptyResult)]
    public async Task Known_id_is_answered_unchanged(SamePictureAnswer form)
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.PictureAnswers.Unchanged = form;
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });

        Assert.IsType<PictureOutcome.Unchanged>(await AskAsync(scene, alice.Jid, existingId: alice.Picture!.Id));
        Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Jid, existingId: "1"));
    }

    [Theory]
    [InlineData(NoPictureAnswer.Error)]
    [InlineData(NoPictureAnswer.InnerError)]
    [InlineData(NoPictureAnswer.Status)]
    [InlineData(NoPictureAnswer.EmptyPicture)]
    [InlineData(NoPictureAnswer.EmptyResult)]
    public async Task Absent_picture_is_said_in_every_documented_way(NoPictureAnswer form)
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.PictureAnswers.NoPicture = form;

        Assert.IsType<PictureOutcome.NotSet>(await AskAsync(scene, scene.AddPerson(1).Jid));
    }

    [Theory]
    [InlineData(HiddenPictureAnswer.Error)]
    [InlineData(HiddenPictureAnswer.InnerError)]
    public async Task Picture_for_contacts_is_hidden_from_others_and_opened_by_a_token(HiddenPictureAnswer form)
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.PictureAnswers.Hidden = form;
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });
        alice.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);

        Assert.IsType<PictureOutcome.Hidden>(await AskAsync(scene, alice.Lid));
        var token = new PrivacyToken(alice.Trust(scene.Self), scene.Time.GetUtcNow());
        await scene.NotificationAsync();
        Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Lid, token: token));
        Assert.IsType<PictureOutcome.Hidden>(await AskAsync(scene, alice.Lid, token: token with { Bytes = new byte[12] }));
        scene.Time.Advance(TimeSpan.FromDays(28));
        Assert.IsType<PictureOutcome.Hidden>(await AskAsync(scene, alice.Lid, token: token));
        alice.AddContact(scene.Self);
        Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, alice.Lid));
    }

    [Fact]
    public async Task Unregistered_number_has_no_picture()
    {
        await using var scene = await WorldScene.StartAsync();

        Assert.IsType<PictureOutcome.NotSet>(await AskAsync(scene, Jid.Parse("491700000042@s.whatsapp.net")));
    }

    [Fact]
    public async Task Queries_that_real_servers_leave_unanswered_stay_unanswered()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Self.SetPicture();
        await scene.NotificationAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });
        var bob = scene.AddPerson(2, new PersonSpec { HasPicture = true });
        bob.Defects = new DirectoryDefects { PictureIsSilent = true };
        var token = new Node("tctoken", [("t", 1)], [1, 2, 3]);

        await scene.SendAsync(Query(scene, scene.Self.Jid, new Node("picture", [("type", "preview"), ("query", "url")], [token])));
        await scene.SendAsync(Query(scene, Jid.Announcements, new Node("picture", [("type", "preview"), ("query", "url")])));
        await scene.SendAsync(Query(scene, alice.Jid, new Node("picture", [("type", "preview"), ("query", "url")]), token));
        await scene.SendAsync(Query(scene, bob.Jid, new Node("picture", [("type", "preview"), ("query", "url")])));
        var own = new Node("picture", [("type", "preview"), ("query", "url")]);
        await scene.SendAsync(Query(scene, scene.Self.Jid, own));

        // The next thing that comes is the answer to the last query.
        Assert.Equal(scene.Self.Picture!.Id, (await scene.Client.ReceiveAsync("iq")).Child("picture")!["id"]);
        Assert.Equal(4, scene.Server.Events.Since(0).Count(entry => entry.Kind == SimulatorEventKind.RequestIgnored));
    }

    [Theory]
    [InlineData("type", "huge")]
    [InlineData("query", "bytes")]
    public async Task Malformed_query_is_refused(string attribute, string value)
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1, new PersonSpec { HasPicture = true });

        var answer = await scene.AskAsync(Query(scene, alice.Jid, new Node(
            "picture", [("type", attribute == "type" ? value : "preview"), ("query", attribute == "query" ? value : "url")])));

        Assert.Equal("400", answer.Child("error")!["code"]);
        Assert.Equal(RefusalKind.BadQuery, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Group_picture_is_for_members_and_for_those_with_an_invite()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var own = scene.Server.Groups.Create(new GroupSpec { Creator = alice, Members = [scene.Self], HasPicture = true });
        var other = scene.Server.Groups.Create(new GroupSpec { Creator = alice, HasPicture = true });

        Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, own.Jid));
        Assert.IsType<PictureOutcome.NotPermitted>(await AskAsync(scene, other.Jid));
        Assert.IsType<PictureOutcome.Found>(await AskAsync(scene, other.Jid, invite: other.InviteCode));
        Assert.IsType<PictureOutcome.Hidden>(await AskAsync(scene, other.Jid, invite: "wrong"));
        Assert.IsType<PictureOutcome.NotSet>(await AskAsync(scene, Jid.Parse("120363999999999999@g.us")));
    }

    [Fact]
    public async Task Community_picture_is_asked_for_in_another_way()
    {
        await using var scene = await WorldScene.StartAsync();
        var community = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, IsCommunity = true, HasPicture = true });
        var request = new PictureRequest { Target = community.Jid, IsCommunity = true };

        Assert.IsType<PictureOutcome.Hidden>(await AskAsync(scene, community.Jid));
        var found = PictureQuery.Parse(await scene.AskAsync(PictureQuery.Build(scene.NextId(), request)), hadExistingId: false);

        Assert.Equal(community.Picture!.Id, Assert.IsType<PictureOutcome.Found>(found).Info.Id);
    }

    [Fact]
    public async Task Batch_of_group_pictures_answers_each()
    {
        await using var scene = await WorldScene.StartAsync();
        var mine = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, HasPicture = true });
        var bare = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self });
        var foreign = scene.Server.Groups.Create(new GroupSpec { Creator = scene.AddPerson(1), HasPicture = true });

        var answer = await scene.AskAsync(new Node(
            "iq",
            [("id", "b"), ("xmlns", "w:g2"), ("type", "get"), ("to", Jid.Groups)],
            [
                new Node("pictures", [], [.. new[] { mine, bare, foreign }.Select(group =>
                    new Node("picture", [("jid", group.Jid), ("type", "preview"), ("query", "url")]))]),
            ]));

        var pictures = answer.Child("pictures")!.Children.ToArray();
        Assert.Equal([mine.Jid.ToString(), bare.Jid.ToString(), foreign.Jid.ToString()], pictures.Select(picture => picture["jid"]));
        Assert.Equal([null, "404", "403"], pictures.Select(picture => picture.Child("error")?["code"]));
        Assert.NotNull(pictures[0]["url"]);
    }

    [Fact]
    public async Task Own_picture_can_be_set_and_removed()
    {
        await using var scene = await WorldScene.StartAsync();
        var alice = scene.AddPerson(1);
        var jpeg = alice.SetPicture().ToJpeg(preview: false);

        var set = await scene.Client.AskAsync("set", "w:profile:picture", new Node("picture", [("type", "image")], jpeg));
        Assert.Equal(scene.Self.Picture!.Id, set.Child("picture")!["id"]);
        Assert.Equal(jpeg, scene.Self.Picture.ToJpeg(preview: false));

        Assert.Equal("result", (await scene.Client.AskAsync("set", "w:profile:picture"))["type"]);
        Assert.Null(scene.Self.Picture);
        Assert.Equal("406", (await scene.Client.AskAsync(
            "set", "w:profile:picture", new Node("picture", [("type", "image")], [1, 2, 3]))).Child("error")!["code"]);
    }

    private static async Task<PictureOutcome> AskAsync(
        WorldScene scene,
        Jid target,
        PictureSize size = PictureSize.Preview,
        string? existingId = null,
        string? invite = null,
        PrivacyToken? token = null)
    {
        var request = new PictureRequest { Target = target, Size = size, ExistingId = existingId, InviteCode = invite, Token = token };
        return PictureQuery.Parse(await scene.AskAsync(PictureQuery.Build(scene.NextId(), request)), existingId is not null);
    }

    private static Node Query(WorldScene scene, Jid target, params Node[] children) => new(
        "iq", [("id", scene.NextId()), ("xmlns", "w:profile:picture"), ("type", "get"), ("to", Jid.WhatsApp), ("target", target)], children);

    private static async Task<HttpStatusCode> StatusAsync(Uri url)
    {
        using var response = await Http.GetAsync(url);
        return response.StatusCode;
    }

    // The size stands in the frame header, which begins FF C0, length, precision.
    private static (int Width, int Height) SizeOf(byte[] jpeg)
    {
        Assert.Equal([0xFF, 0xD8, 0xFF], jpeg[..3]);
        Assert.Equal([0xFF, 0xD9], jpeg[^2..]);
        var frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        return ((jpeg[frame + 7] << 8) | jpeg[frame + 8], (jpeg[frame + 5] << 8) | jpeg[frame + 6]);
    }
}
