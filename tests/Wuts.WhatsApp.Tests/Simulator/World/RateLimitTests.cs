using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using static Wuts.WhatsApp.Tests.Simulator.World.WorldScene;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>What a device gets that asks too much. Sync section 12.</summary>
public class RateLimitTests
{
    [Fact]
    public async Task Empty_bucket_answers_429_with_the_time_until_it_holds_enough()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.Limits[RateClass.GroupList] = new RateLimit(2, TimeSpan.FromMinutes(20));

        Assert.Null(await ErrorAsync(scene));
        Assert.Null(await ErrorAsync(scene));
        Assert.Equal(("429", "rate-overlimit", "600"), await ErrorAsync(scene));
        scene.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(("429", "rate-overlimit", "360"), await ErrorAsync(scene));
        scene.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(await ErrorAsync(scene));
        Assert.NotNull(await ErrorAsync(scene));

        static async Task<(string?, string?, string?)?> ErrorAsync(WorldScene scene) =>
            (await scene.AskAsync(GroupQuery.BuildAll(scene.NextId()))).Child("error") is { } error
                ? (error["code"], error["text"], error["backoff"])
                : null;
    }

    [Fact]
    public async Task Protocols_of_a_user_query_fail_one_by_one()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.AddPerson(1);
        scene.Server.Limits[RateClass.Usync] = new RateLimit(1, TimeSpan.FromHours(1)) { FailsProtocols = true };

        var first = UsyncQuery.Parse(await scene.UsyncAsync(["contact", "lid"], ByText("+491700000001")));
        var second = UsyncQuery.Parse(await scene.UsyncAsync(["contact", "lid"], ByText("+491700000001")));

        Assert.Single(first.Users);
        Assert.Empty(second.Users);
        Assert.Equal(
            [(429, TimeSpan.FromHours(1)), (429, TimeSpan.FromHours(1))],
            second.ProtocolErrors.Values.Select(error => (error.Code, error.Backoff!.Value)));
    }

    [Fact]
    public async Task User_query_may_cost_as_much_as_it_asks_about_and_a_pause_may_be_left_unsaid()
    {
        await using var scene = await WorldScene.StartAsync();
        scene.Server.Limits[RateClass.Usync] = new RateLimit(3, TimeSpan.FromHours(1)) { CountsPeople = true, TellsBackoff = false };
        Node[] two = [ByText("+491700000001"), ByText("+491700000002")];

        Assert.Equal("result", (await scene.UsyncAsync(["contact"], two))["type"]);
        var error = (await scene.UsyncAsync(["contact"], two)).Child("error")!;

        Assert.Equal(("429", null), (error["code"], error["backoff"]));
        Assert.Equal("result", (await scene.UsyncAsync(["contact"], two[0]))["type"]);
    }

    [Fact]
    public async Task Classes_and_devices_have_buckets_of_their_own()
    {
        await using var scene = await WorldScene.StartAsync();
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Self, Announce = false });
        var (other, _) = await TestClient.BringUpAsync(scene.Host, scene.Account);
        await using var disposing = other;
        scene.Server.Limits[RateClass.Picture] = new RateLimit(1, TimeSpan.FromHours(1));
        scene.Server.Limits[RateClass.GroupInfo] = new RateLimit(1, TimeSpan.FromHours(1));

        Assert.NotEqual("429", await PictureAsync(scene));
        Assert.Equal("429", await PictureAsync(scene));
        Assert.Equal("result", (await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group.Jid)))["type"]);
        Assert.Equal("error", (await scene.AskAsync(GroupQuery.BuildOne(scene.NextId(), group.Jid)))["type"]);
        Assert.Equal("result", (await other.AskAsync(GroupQuery.BuildOne("o", group.Jid)))["type"]);

        scene.Server.Limits.Clear();
        Assert.NotEqual("429", await PictureAsync(scene));

        static async Task<string?> PictureAsync(WorldScene scene) => (await scene.AskAsync(PictureQuery.Build(
            scene.NextId(), new PictureRequest { Target = scene.Self.Jid }))).Child("error")?["code"];
    }

    [Fact]
    public async Task Limit_without_tokens_or_time_is_none()
    {
        await using var scene = await WorldScene.StartAsync();

        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Server.Limits[RateClass.Usync] = new RateLimit(0, TimeSpan.FromHours(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Server.Limits[RateClass.Usync] = new RateLimit(1, TimeSpan.Zero));
        Assert.Empty(scene.Server.Limits.All);
    }
}
