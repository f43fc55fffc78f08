using System.Diagnostics;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Core.Queries;
using Wuts.Core.Tenancy;
using Wuts.Core.Tests.Stores;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests;

/// <summary>
/// A simulated WhatsApp, a database, and a process that runs devices. The process can be stopped and started again. The clock of
/// the gateway is the test's; the server has one of its own.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly SimulatorHost _host;
    private readonly Func<DeviceServices, DeviceServices> _configure;
    private readonly LocalEngineOptions _engineOptions;
    private LeaseKeeper _leases = null!;
    private GatewayMetrics _metrics = null!;
    private PictureDownloader _pictures = null!;

    private Scene(SimulatorHost host, ManualTimeProvider serverTime, Func<DeviceServices, DeviceServices>? configure, LocalEngineOptions? engineOptions)
    {
        _host = host;
        ServerTime = serverTime;
        Database = new MemoryDatabase(Time);
        _configure = configure ?? (s => s);
        _engineOptions = engineOptions ?? new LocalEngineOptions();
        StartProcess();
    }

    public ManualTimeProvider Time { get; } = new();

    public ManualTimeProvider ServerTime { get; }

    public SimulatorServer Server => _host.Server;

    public MemoryDatabase Database { get; }

    public LocalEngine Engine { get; private set; } = null!;

    public EventStream Events { get; private set; } = null!;

    public LeaseKeeper Leases => _leases;

    public User Owner { get; } = new()
    {
        Id = UserId.New(),
        TenantId = new TenantId(Guid.NewGuid()),
        Email = "owner@example.com",
        Role = Role.Admin,
        Active = true,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    public static async Task<Scene> StartAsync(
        Func<DeviceServices, DeviceServices>? configure = null, LocalEngineOptions? engineOptions = null,
        Func<SimulatorOptions, SimulatorOptions>? server = null)
    {
        var time = new ManualTimeProvider();
        var options = new SimulatorOptions { Time = time, Seed = 11 };
        return new Scene(await SimulatorHost.StartAsync(server?.Invoke(options) ?? options), time, configure, engineOptions);
    }

    /// <summary>Ends the process in an orderly way and starts another one on the same database.</summary>
    public async Task RestartAsync()
    {
        await StopProcessAsync();
        StartProcess();
    }

    public async Task<IDevice> CreateDeviceAsync()
    {
        var record = await new DeviceRegistry(Database, Time).CreateAsync(Owner, "Sales", CancellationToken.None);
        Id = record.Id;
        return Engine.Device(record.Id);
    }

    /// <summary>The device that was created last.</summary>
    public DeviceId Id { get; private set; }

    public IDevice Device => Engine.Device(Id);

    public IContact Contact(Jid jid) => Engine.Contact(Id, jid);

    public async Task<DeviceRecord> RecordAsync() => (await Database.FindAsync(Id, CancellationToken.None))!;

    /// <summary>Links the device that was created last, and waits until it is connected.</summary>
    /// <param name="spec">The account; any when there is none.</param>
    /// <param name="prepare">Makes what the account has before the device first reads it.</param>
    public async Task<Account> LinkAsync(AccountSpec? spec = null, Action<Account>? prepare = null)
    {
        var account = Server.Accounts.Create(spec);
        prepare?.Invoke(account);
        using var events = Events.Subscribe();
        var qr = await Device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Value();
        var outcome = await Server.ScanAsync(account, qr.Text).Within();
        Assert.True(outcome.IsLinked, outcome.Reason);
        await ReachAsync(events, DeviceState.Connected);
        return account;
    }

    /// <summary>A linked and connected device.</summary>
    public async Task<Account> LinkedDeviceAsync(AccountSpec? spec = null, Action<Account>? prepare = null)
    {
        await CreateDeviceAsync();
        return await LinkAsync(spec, prepare);
    }

    /// <summary>A linked and connected device of a phone that is on, whose address book was read.</summary>
    public async Task<Account> LinkedWithPhoneAsync(Action<Account>? prepare = null)
    {
        await CreateDeviceAsync();
        using var events = Events.Subscribe();
        var account = await LinkAsync(new AccountSpec { PhoneIsOn = true }, prepare);
        using var limit = new CancellationTokenSource(Guard.Limit);
        while ((await Device.GetStatusAsync(limit.Token).Value()).AddressBook.Status != CollectionStatus.Healthy)
        {
            await events.Events.ReadAsync(limit.Token);
        }

        return account;
    }

    /// <summary>Lets time pass in small steps until something is so.</summary>
    public Task PassAsync(Func<bool> condition) => PassAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="PassAsync(Func{bool})"/>
    public async Task PassAsync(Func<Task<bool>> condition)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Guard.Limit, "Nothing happened.");
            Time.Advance(Step);

            // What the step has set going is real work on real sockets: on a busy machine the clock must not outrun it.
            do
            {
                await Task.Delay(1);
            }
            while (ThreadPool.PendingWorkItemCount > 0);
        }
    }

    /// <summary>Waits for an event that says that the device reached a state.</summary>
    public static async Task<DeviceEvent.StateChanged> ReachAsync(IEventSubscription events, DeviceState state)
    {
        while (true)
        {
            if (await NextAsync<DeviceEvent.StateChanged>(events) is var changed && changed.State == state)
            {
                return changed;
            }
        }
    }

    /// <summary>The next event of a kind; others before it are passed over.</summary>
    public static async Task<T> NextAsync<T>(IEventSubscription events) where T : DeviceEvent
    {
        while (true)
        {
            if (await events.Events.ReadAsync().AsTask().Within(typeof(T).Name) is T wanted)
            {
                return wanted;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopProcessAsync();
        await _host.DisposeAsync();
    }

    private void StartProcess()
    {
        Events = new EventStream();
        _metrics = new GatewayMetrics();
        _leases = new LeaseKeeper(
            Database, new LeaseOptions(), Time, _metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger<LeaseKeeper>.Instance);
        _pictures = new PictureDownloader(_metrics, allowHttp: true);
        var services = new DeviceServices
        {
            Catalog = Database,
            Data = Database,
            Leases = _leases,
            Events = Events,
            Metrics = _metrics,
            Time = Time,
            Random = new FixedRandom(0.5),
            Queries = new QueryOptions { BatchWindow = TimeSpan.Zero },
            WhatsApp = new WhatsAppOptions
            {
                Endpoint = _host.Endpoint,
                NoiseRootKey = _host.RootKey,
                MediaBaseUrl = _host.MediaBaseUrl,
                KeepAlive = new KeepAliveOptions { MinInterval = TimeSpan.FromDays(1), MaxInterval = TimeSpan.FromDays(1) },
                FirstPreKeyBatch = 8,
                PreKeyBatch = 6,
            },
        };
        Engine = new LocalEngine(
            _configure(services),
            new ContactServices { Cache = Database, Leases = _leases, Pictures = _pictures, Metrics = _metrics, Time = Time },
            _engineOptions);
    }

    private async Task StopProcessAsync()
    {
        await Engine.DisposeAsync();
        await _leases.DisposeAsync();
        _metrics.Dispose();
        _pictures.Dispose();
    }
}
