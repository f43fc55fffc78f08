using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Binary;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>A server that misbehaves on command, and one device that is active.</summary>
internal sealed class FaultScene(SimulatorHost simulator, Account account, TestClient client, TestDevice device) : IAsyncDisposable
{
    private static readonly Jid Sender = Jid.Parse("15557654321@s.whatsapp.net");

    public SimulatorHost Simulator { get; } = simulator;

    public SimulatorServer Server => Simulator.Server;

    public FaultBoard Faults => Server.Faults;

    public TestClient Client { get; } = client;

    public TestDevice Device { get; } = device;

    public LinkedDevice Linked => account.Devices[0];

    public static async Task<FaultScene> StartAsync(SimulatorOptions? options = null)
    {
        var simulator = await SimulatorHost.StartAsync(options);
        var account = simulator.Server.Accounts.Create();
        var (client, device) = await TestClient.BringUpAsync(simulator, account);
        return new FaultScene(simulator, account, client, device);
    }

    public void Push(string id) =>
        Server.Push(account, new Node("notification", [("from", Sender), ("id", id), ("type", "picture"), ("t", 1752021890)]));

    /// <summary>
    /// Nothing comes on the first connection although another client of the same server is served from first to last frame.
    /// </summary>
    public async Task AssertSilenceAsync(Task receiving)
    {
        var (other, _) = await TestClient.RegisterAsync(Simulator, new TestDevice());
        await using (other)
        {
            Assert.Equal("result", (await other.AskAsync(Ping("other")))["type"]);
        }

        Assert.False(receiving.IsCompleted);
    }

    public static Node Ping(string id) => new("iq", [("id", id), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "w:p")]);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
