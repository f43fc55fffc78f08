using Wuts.Simulator;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.Testing.Mirror;

/// <summary>
/// A simulated network with one account whose phone is on, and clients that mirror it. The clocks are real, because what is
/// tested is how everything works together; nothing waits for a time, only for what happens.
/// </summary>
public sealed class MirrorScene : IAsyncDisposable
{
    private readonly SimulatorHost _host;

    private MirrorScene(SimulatorHost host, string? pushName)
    {
        _host = host;
        Account = host.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true, PushName = pushName });
    }

    public SimulatorServer Server => _host.Server;

    /// <summary>What clients logged lately.</summary>
    public LogTail Log { get; } = new();

    public Account Account { get; }

    /// <summary>The owner of the account.</summary>
    public Person Owner => Server.People.Of(Account);

    public static async Task<MirrorScene> StartAsync(ulong seed = 7, string? pushName = "Ada") =>
        new(await SimulatorHost.StartAsync(new SimulatorOptions { Seed = seed, DeviceQueueCapacity = 100_000 }), pushName);

    /// <summary>A client that trusts this network, reconnects at once, and tells its events to a watch.</summary>
    public WhatsAppClient CreateClient(
        IWhatsAppStore store, EventWatch watch, Func<WhatsAppOptions, WhatsAppOptions>? configure = null)
    {
        var options = new WhatsAppOptions
        {
            Endpoint = _host.Endpoint,
            NoiseRootKey = _host.RootKey,
            MediaBaseUrl = _host.MediaBaseUrl,
            ReconnectPolicy = new AtOnce(),
            FirstPreKeyBatch = 20,
            PreKeyBatch = 20,
            EventSink = watch,
            LoggerFactory = Log,
        };
        return new WhatsAppClient(configure?.Invoke(options) ?? options, store);
    }

    /// <summary>A client with a store of its own that is linked to the account and connected.</summary>
    public async Task<WhatsAppClient> LinkAsync(EventWatch watch, IWhatsAppStore? store = null, Func<WhatsAppOptions, WhatsAppOptions>? configure = null)
    {
        var client = CreateClient(store ?? new InMemoryWhatsAppStore(), watch, configure);
        await PairAsync(client);
        return client;
    }

    /// <summary>Links a client to the account by QR and waits until it is connected.</summary>
    public async Task PairAsync(WhatsAppClient client)
    {
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await Server.ScanAsync(Account, qr.Text).Within();
        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
    }

    /// <summary>Waits until a client's store equals what phone and network hold.</summary>
    public async Task MirroredAsync(IWhatsAppStore store, EventWatch watch, Familiar? familiar = null, TimeSpan? patience = null)
    {
        var left = await watch.SettledAsync(
            () => AccountComparison.DifferencesAsync(store.Account, this, familiar ?? new Familiar()), patience ?? TimeSpan.FromSeconds(60));
        if (left.Count > 0)
        {
            var refusals = Server.Refusals.Select(r => $"{r.Kind}: {r.Reason}");
            Assert.Fail(
                $"The mirror does not come to equal phone and network:\n  {string.Join("\n  ", left)}\nRefused:\n  "
                + $"{string.Join("\n  ", refusals)}\nLog:\n  {Log}");
        }
    }

    /// <summary>People in the user directory.</summary>
    public Person[] AddPeople(int count) => [.. Enumerable.Range(0, count).Select(i => Server.People.Add(new PersonSpec { PushName = $"Push {i}" }))];

    /// <summary>Puts somebody into the phone's address book, and into the one that the server knows.</summary>
    public void Save(params IReadOnlyCollection<Person> people)
    {
        foreach (var person in people)
        {
            Owner.AddContact(person);
        }

        Account.Handset.AddressBook.AddRange(
            [.. people.Select(p => new PhoneContact(p.Jid, $"Full {p.Phone}", $"First {p.Phone}", Alternative: p.Lid))]);
    }

    /// <summary>What the server found wrong with what clients did.</summary>
    public void AssertNothingRefused() => Assert.Empty(Server.Refusals.Select(r => $"{r.Kind}: {r.Reason}"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private sealed class AtOnce : IReconnectPolicy
    {
        public ReconnectDecision Decide(ReconnectState state, DisconnectReason reason, TimeSpan connectedFor, IRandomSource random) =>
            new(TimeSpan.FromMilliseconds(10), state);
    }
}
