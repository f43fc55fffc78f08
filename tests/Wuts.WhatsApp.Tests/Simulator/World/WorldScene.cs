using System.Text;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Notifications;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>One linked device that is active, in a world with a clock of its own.</summary>
internal sealed class WorldScene : IAsyncDisposable
{
    public const string OwnPhone = "491700000000";

    private readonly SimulatorHost _simulator;
    private readonly TestDevice _device;
    private int _lastId;

    private WorldScene(SimulatorHost simulator, ManualTimeProvider time, Account account, TestClient client, TestDevice device)
    {
        _simulator = simulator;
        _device = device;
        Time = time;
        Account = account;
        Client = client;
    }

    public ManualTimeProvider Time { get; }

    public SimulatorServer Server => _simulator.Server;

    public SimulatorHost Host => _simulator;

    public Account Account { get; }

    public Person Self => Server.People.Of(Account);

    public LinkedDevice Linked => Account.Device(_device.Jid.Device)!;

    public TestClient Client { get; private set; }

    public static async Task<WorldScene> StartAsync(SimulatorOptions? options = null)
    {
        var time = new ManualTimeProvider();
        var simulator = await SimulatorHost.StartAsync((options ?? new SimulatorOptions()) with { Time = time, Seed = 1 });
        var account = simulator.Server.Accounts.Create(new AccountSpec { Phone = OwnPhone, Lid = "100000000000099", PushName = "Own" });
        var (client, device) = await TestClient.BringUpAsync(simulator, account);
        return new WorldScene(simulator, time, account, client, device);
    }

    /// <summary>Somebody whose number and LID end in the same digits.</summary>
    public Person AddPerson(int number, PersonSpec? spec = null) => Server.People.Add((spec ?? new PersonSpec()) with
    {
        Phone = $"4917{number:00000000}",
        Lid = $"1000000{number:00000000}",
    });

    /// <summary>Sends a request that has no answer to wait for.</summary>
    public Task SendAsync(Node iq) => Client.SendAsync(iq);

    public Task<Node> AskAsync(Node iq) => Client.AskAsync(iq);

    public string NextId() => $"w.{++_lastId}";

    /// <summary>A user query as a client writes it.</summary>
    public Task<Node> UsyncAsync(string[] protocols, params Node[] users) => AskAsync(Usync(
        [.. protocols.Select(name => name switch
        {
            "devices" => new Node("devices", [("version", 2)]),
            "business" => new Node("business", [], [new Node("verified_name")]),
            "contact-lid" => new Node("contact", [("addressing_mode", "lid")]),
            _ => new Node(name),
        })],
        users));

    public Node Usync(Node[] protocols, Node[] users) => new(
        "iq",
        [("id", NextId()), ("xmlns", "usync"), ("type", "get"), ("to", Jid.WhatsApp)],
        [
            new Node(
                "usync",
                [("sid", NextId()), ("mode", "query"), ("last", "true"), ("index", 0), ("context", "interactive")],
                [new Node("query", [], protocols), new Node("list", [], users)]),
        ]);

    public static Node ByText(string text) => new("user", [], [new Node("contact", [], Encoding.UTF8.GetBytes(text))]);

    public static Node ByJid(Jid jid, params Node[] hints) => new("user", [("jid", jid)], hints);

    /// <summary>The next notification, acknowledged.</summary>
    public async Task<Node> NotificationAsync()
    {
        var stanza = await Client.ReceiveAsync("notification");
        await Client.AckAsync(stanza);
        return stanza;
    }

    /// <summary>The single fact of the next notification.</summary>
    public async Task<NotificationItem> FactAsync() => Assert.Single(NotificationParser.Parse(await NotificationAsync()).Items);

    /// <summary>The change of a group that the next notification tells.</summary>
    public async Task<GroupChange> GroupChangeAsync() => Assert.IsType<NotificationItem.GroupChanged>(await FactAsync()).Change;

    /// <summary>Waits until everything that was sent before has been acknowledged: nothing else was told.</summary>
    public async Task AssertNothingWaitsAsync()
    {
        await AskAsync(new Node("iq", [("id", NextId()), ("xmlns", "w:p"), ("type", "get"), ("to", Jid.WhatsApp)]));
        Assert.Equal(0, Linked.QueuedStanzas);
    }

    public async Task DisconnectAsync()
    {
        var since = Server.Events.Latest;
        await Client.CloseAsync();
        await Server.Events.WaitForAsync(entry => entry.Kind == SimulatorEventKind.Disconnected, since).WaitAsync(TestClient.Guard);
    }

    public async Task ReconnectAsync()
    {
        await Client.DisposeAsync();
        Client = await TestClient.LoginAsync(_simulator, _device);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _simulator.DisposeAsync();
    }
}
