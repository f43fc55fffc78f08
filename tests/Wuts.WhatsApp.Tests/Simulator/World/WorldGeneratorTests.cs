using Wuts.Simulator;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>Made-up worlds, small and large.</summary>
public class WorldGeneratorTests
{
    private static readonly WorldPlan Small = new() { Seed = 5, Contacts = 40, Strangers = 10, Groups = 6, GroupMembers = 30, Blocked = 3 };

    [Fact]
    public async Task Same_plan_makes_the_same_world_and_another_seed_another()
    {
        Assert.Equal(await DescribeAsync(Small), await DescribeAsync(Small));
        Assert.Empty((await DescribeAsync(Small)).Intersect(await DescribeAsync(Small with { Seed = 6 })));
    }

    [Fact]
    public async Task Contacts_are_in_the_address_book_and_known_to_the_server()
    {
        await using var scene = await WorldScene.StartAsync();

        var made = WorldGenerator.Populate(scene.Server, scene.Account, Small);

        Assert.Equal((40, 10, 6), (made.Contacts.Count, made.Strangers.Count, made.Groups.Count));
        Assert.Equal(40, scene.Server.ContactsOf(scene.Account).Count);
        Assert.Equal(40, scene.Self.Contacts.Count);
        Assert.All(made.Contacts, person => Assert.StartsWith(person.PushName!, scene.Account.Handset.AddressBook.Find(person.Jid)!.FullName));
        Assert.Contains(made.Contacts, person => person.Knows(scene.Self));
        Assert.All(made.Groups, group => Assert.True(group.Size == 30 && group.HasMember(scene.Self)));
        Assert.Equal(3, scene.Self.Blocked.Count);
        Assert.Equal(6, GroupQuery.ParseAll(await scene.AskAsync(GroupQuery.BuildAll(scene.NextId()))).Count);
    }

    [Fact]
    public async Task Second_plan_adds_to_the_first()
    {
        await using var scene = await WorldScene.StartAsync();

        WorldGenerator.Populate(scene.Server, scene.Account, Small);
        WorldGenerator.Populate(scene.Server, scene.Account, Small);

        Assert.Equal(80, scene.Server.ContactsOf(scene.Account).Count);
        Assert.Equal(101, scene.Server.People.Count);
        Assert.Equal(12, scene.Self.Groups.Count);
    }

    [Fact]
    public async Task Hundred_thousand_contacts_and_five_hundred_groups_of_a_thousand_are_made()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();

        var made = WorldGenerator.Populate(
            simulator.Server, account, new WorldPlan { Contacts = 100_000, Groups = 501, GroupMembers = 1000 });
        var (client, _) = await TestClient.BringUpAsync(simulator, account);
        await using var disposing = client;
        var listed = GroupQuery.ParseAll(await client.AskAsync(GroupQuery.BuildAll("all")));

        Assert.Equal(501, listed.Count);
        Assert.All(listed, group => Assert.Equal(1000, group.Size));
        Assert.Equal(100, listed.Count(group => group.Members.Count == 1000));

        Assert.Equal(100_000, simulator.Server.ContactsOf(account).Count);
        Assert.All(made.Groups, group => Assert.Equal(1000, group.Size));
        Assert.Equal(100_001, simulator.Server.People.Count);
        Assert.Equal(501, simulator.Server.People.Of(account).Groups.Count);
    }

    [Fact]
    public async Task Plan_out_of_range_makes_nothing()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();

        foreach (var plan in new[] { Small with { Contacts = WorldPlan.Most + 1 }, Small with { Groups = -1 }, Small with { PicturePercent = 101 } })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => WorldGenerator.Populate(simulator.Server, account, plan));
        }

        Assert.Equal(1, simulator.Server.People.Count);
    }

    private static async Task<string[]> DescribeAsync(WorldPlan plan)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { Phone = "15550001234", Lid = "100000000000098" });
        var made = WorldGenerator.Populate(simulator.Server, account, plan);
        return
        [
            .. made.Contacts.Concat(made.Strangers).Select(person => $"{person.Phone} {person.Lid} {person.PushName} {person.About.Text} {person.Picture is not null}"),
            .. made.Groups.Select(group => $"{plan.Seed} {group.Subject} {string.Join(',', group.Members.Select(member => member.Person.Phone))}"),
        ];
    }
}
