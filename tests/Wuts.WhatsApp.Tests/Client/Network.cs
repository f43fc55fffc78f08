using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

/// <summary>
/// A simulated network and its clients. Both have a clock that moves only when the test moves it: two clocks, so that a test
/// can wait for a timer of the client without meeting one of the server.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private long _seen;

    private Network(SimulatorHost host, ManualTimeProvider serverTime) => (_host, ServerTime) = (host, serverTime);

    /// <summary>The clock of the clients.</summary>
    public ManualTimeProvider Time { get; } = new();

    /// <summary>The clock of the server.</summary>
    public ManualTimeProvider ServerTime { get; }

    public SimulatorServer Server => _host.Server;

    public static async Task<Network> StartAsync(Func<SimulatorOptions, SimulatorOptions>? configure = null)
    {
        var time = new ManualTimeProvider();
        var options = new SimulatorOptions { Time = time, Seed = 7 };
        return new Network(await SimulatorHost.StartAsync(configure?.Invoke(options) ?? options), time);
    }

    /// <summary>
    /// The options of a client that trusts this network and uploads few pre-keys. It pings seldom, so that a test can move the
    /// clock without an answer becoming overdue; tests about pings set their own times.
    /// </summary>
    public WhatsAppOptions ClientOptions(ILoggerFactory? loggers = null) => new()
    {
        Endpoint = _host.Endpoint,
        NoiseRootKey = _host.RootKey,
        MediaBaseUrl = _host.MediaBaseUrl,
        TimeProvider = Time,
        Random = new FixedRandom(0.5),
        KeepAlive = new KeepAliveOptions { MinInterval = TimeSpan.FromDays(1), MaxInterval = TimeSpan.FromDays(1) },
        FirstPreKeyBatch = 8,
        PreKeyBatch = 6,
        LoggerFactory = loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
    };

    public WhatsAppClient CreateClient(IWhatsAppStore? store = null, Func<WhatsAppOptions, WhatsAppOptions>? configure = null) =>
        new(configure?.Invoke(ClientOptions()) ?? ClientOptions(), store ?? new InMemoryWhatsAppStore());

    /// <summary>Moves both clocks.</summary>
    public void Advance(TimeSpan by)
    {
        ServerTime.Advance(by);
        Time.Advance(by);
    }

    /// <summary>Waits until a client waits for exactly this long, then moves both clocks by it.</summary>
    public async Task ElapseAsync(TimeSpan dueIn)
    {
        await Time.WhenTimerDueAsync(dueIn).Within($"a timer due in {dueIn}");
        Advance(dueIn);
    }

    /// <summary>Links a client to an account by QR and waits until it is connected.</summary>
    public async Task LinkAsync(WhatsAppClient client, Account account)
    {
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await Server.ScanAsync(account, qr.Text).Within();
        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
    }

    /// <summary>A client that is linked to an account and connected.</summary>
    public async Task<(WhatsAppClient Client, Account Account)> ConnectedClientAsync(
        IWhatsAppStore? store = null, Func<WhatsAppOptions, WhatsAppOptions>? configure = null)
    {
        var account = Server.Accounts.Create();
        var client = CreateClient(store, configure);
        await LinkAsync(client, account);
        return (client, account);
    }

    /// <summary>The next event of a kind at the server; events before it are passed over.</summary>
    public async Task<SimulatorEvent> NextAsync(SimulatorEventKind kind)
    {
        var found = await Server.Events.WaitForAsync(e => e.Kind == kind, _seen).Within($"{kind} at the server");
        _seen = found.Sequence;
        return found;
    }

    /// <summary>Waits until the server got the acknowledgement of a stanza, given as class and id.</summary>
    public async Task AcknowledgedAsync(string stanza)
    {
        var found = await Server.Events
            .WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged && e.Detail == stanza, _seen)
            .Within($"the ack of {stanza}");
        _seen = found.Sequence;
    }

    /// <summary>Waits until the server got the acknowledgements of all these stanzas, in any order.</summary>
    public async Task AcknowledgedAllAsync(IReadOnlyCollection<string> stanzas)
    {
        foreach (var stanza in stanzas)
        {
            await Server.Events
                .WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged && e.Detail == stanza)
                .Within($"the ack of {stanza}");
        }
    }

    /// <summary>What the server found wrong with what clients did.</summary>
    public void AssertNothingRefused() => Assert.Empty(Server.Refusals);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
