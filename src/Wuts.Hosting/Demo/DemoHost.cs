using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Hosting.Composition;
using Wuts.Simulator;
using Wuts.WhatsApp.AppState;

namespace Wuts.Hosting.Demo;

/// <summary>
/// The gateway with a simulated WhatsApp in the same process, and a device that is linked to a made-up account. Everything takes
/// the way that it takes with a real phone: pairing by QR, login, keys, app state, history. Data are in a directory of their own
/// that is deleted at the end; settings that would lead to real data or to the real WhatsApp are overridden.
/// </summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private const string MasterTokenSetting = "Wuts:MasterToken";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SimulatorHost _simulator;
    private readonly GatewayHost _gateway;
    private readonly DirectoryInfo _data;
    private readonly TaskCompletionSource _ready;

    private DemoHost(SimulatorHost simulator, GatewayHost gateway, DirectoryInfo data, TaskCompletionSource ready)
    {
        _simulator = simulator;
        _gateway = gateway;
        _data = data;
        _ready = ready;
    }

    /// <summary>The web application.</summary>
    public WebApplication App => _gateway.App;

    /// <summary>The simulated WhatsApp.</summary>
    public SimulatorServer WhatsApp => _simulator.Server;

    /// <summary>Where the control interface of the simulated WhatsApp is.</summary>
    public Uri ControlAddress => new(_simulator.BaseAddress, "sim");

    /// <summary>Builds the demo; nothing is served yet.</summary>
    /// <param name="builder">With the configuration.</param>
    /// <param name="parts">What it runs; and on which engine.</param>
    /// <param name="cancellationToken">Cancels building.</param>
    public static async Task<DemoHost> BuildAsync(
        WebApplicationBuilder builder, GatewayParts parts, CancellationToken cancellationToken = default)
    {
        var data = Directory.CreateTempSubdirectory("wuts-demo-");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SimulatorHost? simulator = null;
        try
        {
            simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = DemoWorld.Seed, FirstPictureId = DemoWorld.FirstPictureId }, cancellationToken);
            builder.Configuration.AddInMemoryCollection(SettingsFor(simulator, data));
            if (string.IsNullOrWhiteSpace(builder.Configuration[MasterTokenSetting]))
            {
                // Nobody needs tenants of their own here: a token that nobody knows, in place of one that is printed.
                builder.Configuration[MasterTokenSetting] = Guid.NewGuid().ToString("D");
            }

            builder.Services.AddSingleton<IStartupFilter>(new HoldUntilReady(ready.Task));
            return new DemoHost(simulator, await GatewayHost.BuildAsync(builder, parts, cancellationToken), data, ready);
        }
        catch
        {
            await (simulator?.DisposeAsync() ?? default);
            data.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Serves, links the device, and returns when it knows what its phone knows.</summary>
    /// <exception cref="InvalidOperationException">The device could not be linked; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var account = Task.Run(() => DemoWorld.Create(WhatsApp), cancellationToken);
            await App.StartAsync(cancellationToken);
            await RegisterAsync(cancellationToken);
            await LinkAsync(await account, cancellationToken);
            _ready.SetResult();
        }
        catch (Exception e)
        {
            _ready.TrySetException(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ready.TrySetCanceled();
        await _gateway.DisposeAsync();
        await _simulator.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static Dictionary<string, string?> SettingsFor(SimulatorHost simulator, DirectoryInfo data) => new()
    {
        ["Wuts:Storage"] = "sqlite",
        ["Wuts:ConnectionString"] = "",
        ["Wuts:DataDirectory"] = data.FullName,
        ["Wuts:MasterKey"] = "",
        ["WhatsApp:Endpoint"] = simulator.Endpoint.ToString(),
        ["WhatsApp:NoiseRootKey"] = Convert.ToHexString(simulator.RootKey.Span),
        ["WhatsApp:MediaBaseUrl"] = simulator.MediaBaseUrl.ToString(),
    };

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var services = App.Services;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var admin = new User
        {
            Id = DemoIds.User,
            TenantId = DemoIds.Tenant,
            Email = "demo@example.com",
            Role = Role.Admin,
            Active = true,
            CreatedAt = now,
            UpdatedAt = now,
        };

        // No password is stored, so none is ever right.
        var conflict = await services.GetRequiredService<ITenantStore>().CreateTenantAsync(
            new Tenant(DemoIds.Tenant, "Demo", now, now), new UserWithToken(admin, DemoIds.Token), passwordHash: "", cancellationToken);
        if (conflict != TenantConflict.None)
        {
            throw new InvalidOperationException("The demo's database is not empty.");
        }

        await services.GetRequiredService<IDeviceCatalog>().AddAsync(
            new DeviceRecord
            {
                Id = DemoIds.Device,
                InstanceId = DemoIds.Instance,
                TenantId = DemoIds.Tenant,
                UserId = DemoIds.User,
                Name = "Demo phone",
                CreatedAt = now,
                UpdatedAt = now,
            },
            cancellationToken);
    }

    private async Task LinkAsync(Account account, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var device = App.Services.GetRequiredService<IActors>().Device(DemoIds.Device);
        using var events = App.Services.GetRequiredService<IEventStream>().Subscribe();
        if (!(await device.GetQrAsync(refresh: false, Patience, patience.Token)).TryGet(out var qr, out var failure))
        {
            throw new InvalidOperationException($"The demo got no QR code: {failure}.");
        }

        var outcome = await WhatsApp.ScanAsync(account, qr.Text, patience.Token);
        if (!outcome.IsLinked)
        {
            throw new InvalidOperationException($"The demo's phone could not be linked: {outcome.Reason}");
        }

        // Connected, with address book, history and groups: each of them announces itself.
        while (!await IsCompleteAsync(device, patience.Token))
        {
            await events.Events.ReadAsync(patience.Token);
        }

        await device.SyncAppStateAsync([SyncScope.Chats], full: false, patience.Token);
    }

    private static async Task<bool> IsCompleteAsync(IDevice device, CancellationToken cancellationToken) =>
        (await device.GetStatusAsync(cancellationToken)).Value is { IsConnected: true, HistoryDone: true, AddressBook.Status: CollectionStatus.Healthy };
}
