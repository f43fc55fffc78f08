using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Core.Queries;
using Wuts.Core.Tenancy;
using Wuts.Simulator;
using Wuts.Storage;
using Wuts.WhatsApp;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>
/// A simulated WhatsApp, a database, and an engine that runs devices on them: what every engine is given alike. The clock is the
/// real one, since processes of a cluster cannot share a manual one.
/// </summary>
public abstract class ActorsWorld : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("wuts-cluster-");
    private readonly List<IAsyncDisposable> _processes = [];
    private SimulatorHost? _simulator;
    private WutsStorage? _storage;
    private User? _owner;

    /// <summary>The engine under test, as a caller outside of it sees it.</summary>
    internal abstract IActors Actors { get; }

    internal SimulatorServer Server => _simulator!.Server;

    internal WutsStorage Storage => _storage!;

    /// <summary>The events of all processes.</summary>
    internal EventStream Events { get; } = new();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 21 });
        _storage = await WutsStorage.OpenAsync(new StorageOptions { DataDirectory = _data.FullName }, NullLoggerFactory.Instance, TimeProvider.System);
        await StartEngineAsync();
        var tenants = new TenantService(
            Storage.Tenants, Storage.Devices, Actors, new TokenDirectory(Storage.Tenants, TimeProvider.System), TimeProvider.System);
        var registered = await tenants.RegisterAsync("Tenant", "owner@example.com", "correct horse", null, CancellationToken.None);
        _owner = registered.Value!.Admin.User;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await StopEngineAsync();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _storage!.DisposeAsync();
        await _simulator!.DisposeAsync();
        _data.Delete(recursive: true);
    }

    protected abstract Task StartEngineAsync();

    protected abstract Task StopEngineAsync();

    /// <summary>What the devices and contacts of one process work with. Leases are held by the process.</summary>
    protected (DeviceServices Devices, ContactServices Contacts) CreateProcess()
    {
        var metrics = new GatewayMetrics();
        var leases = new LeaseKeeper(Storage.Leases, new LeaseOptions(), TimeProvider.System, metrics, NullLogger<LeaseKeeper>.Instance);
        _processes.Add(leases);
        var devices = new DeviceServices
        {
            Catalog = Storage.Devices,
            Data = Storage.DeviceData,
            Leases = leases,
            Events = Events,
            Metrics = metrics,
            Queries = new QueryOptions { BatchWindow = TimeSpan.FromMilliseconds(20) },
            WhatsApp = new WhatsAppOptions
            {
                Endpoint = _simulator!.Endpoint,
                NoiseRootKey = _simulator.RootKey,
                MediaBaseUrl = _simulator.MediaBaseUrl,
                FirstPreKeyBatch = 8,
                PreKeyBatch = 6,
            },
        };
        var contacts = new ContactServices
        {
            Cache = Storage.ContactCache,
            Leases = leases,
            Pictures = new PictureDownloader(metrics, allowHttp: true),
            Metrics = metrics,
        };
        return (devices, contacts);
    }

    internal async Task<DeviceId> CreateDeviceAsync() =>
        (await new DeviceRegistry(Storage.Devices, TimeProvider.System).CreateAsync(_owner!, "Sales", CancellationToken.None)).Id;

    /// <summary>A device that is linked to an account of its own, and connected.</summary>
    internal async Task<LinkedDevice> LinkAsync(AccountSpec? spec = null, Action<Account>? prepare = null)
    {
        var id = await CreateDeviceAsync();
        var account = Server.Accounts.Create(spec);
        prepare?.Invoke(account);
        using var events = Events.Subscribe(16 * 1024);
        var qr = await Actors.Device(id).GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        var outcome = await Server.ScanAsync(account, qr.Text).Within();
        Assert.True(outcome.IsLinked, outcome.Reason);
        await ReachAsync(events, id, DeviceState.Connected);
        return new LinkedDevice(this, id, account);
    }

    /// <summary>Waits for the event that says that a device reached a state.</summary>
    internal static async Task ReachAsync(IEventSubscription events, DeviceId id, DeviceState state)
    {
        while (await events.Events.ReadAsync().AsTask().Within($"{id} becomes {state}") is var happened)
        {
            if (happened is DeviceEvent.StateChanged changed && changed.Device == id && changed.State == state)
            {
                return;
            }
        }
    }

    internal sealed record LinkedDevice(ActorsWorld World, DeviceId Id, Account Account)
    {
        public IDevice Device => World.Actors.Device(Id);

        /// <summary>How often it logged in at WhatsApp.</summary>
        public int Logins => Account.Devices.Single().Logins;

        public IContact Contact(Person person) => World.Actors.Contact(Id, person.Jid);
    }
}
