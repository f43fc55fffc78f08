using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wuts.Api.Tests.Fakes;
using Wuts.Api.Wawp;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Events;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.Harness;

/// <summary>
/// All dialects on Kestrel at a free loopback port, over actors and stores that tests hold in their hands. One per test class; every
/// test takes a tenant of its own from it.
/// </summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public const string MasterToken = "a-master-token-for-tests";

    public const int MaxInstances = 12;

    private WebApplication? _app;
    private int _tenants;

    internal ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 15, 13, 45, 2, TimeSpan.Zero));

    internal FakeActors Actors { get; } = new();

    internal MemoryCatalog Catalog { get; } = new();

    internal MemoryRegistrations Registrations { get; } = new();

    internal CapturedLog Log { get; } = new();

    internal Uri Address { get; private set; } = new("http://localhost");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        var tenants = new MemoryTenantStore(Catalog);
        builder.Services
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IActors>(Actors)
            .AddSingleton<IDeviceCatalog>(Catalog)
            .AddSingleton<ITenantStore>(tenants)
            .AddSingleton<IInstallationStore>(tenants)
            .AddSingleton<ILinkStore>(new MemoryLinkStore())
            .AddSingleton<IDeviceDataStore>(Registrations)
            .AddSingleton(new WawpOptions { MaxInstances = MaxInstances })
            .AddSingleton<IEventStream>(new QuietEvents())
            .AddSingleton(Wuts.Core.Tenancy.MasterToken.Of(MasterToken))
            .AddWutsApi();
        _app = builder.Build();
        _app.MapWutsApi();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    /// <summary>A service of the host.</summary>
    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>A caller without a token.</summary>
    internal ApiClient Anonymous() => new(Address, null);

    /// <summary>The operator of the platform.</summary>
    internal ApiClient Master() => new(Address, MasterToken);

    /// <summary>A new tenant with one admin.</summary>
    internal async Task<TestUser> NewTenantAsync()
    {
        // Straight into the store: hashing a password takes as long as a hundred tests.
        var tenant = new Tenant(TenantId.New(), $"Tenant {Interlocked.Increment(ref _tenants)}", Time.GetUtcNow(), Time.GetUtcNow());
        var admin = NewUser(tenant.Id, Role.Admin);
        await Service<ITenantStore>().CreateTenantAsync(tenant, admin, "no password", CancellationToken.None);
        return new TestUser(this, admin);
    }

    internal UserWithToken NewUser(TenantId tenant, Role role)
    {
        var id = UserId.New();
        var user = new User
        {
            Id = id,
            TenantId = tenant,
            Email = $"{id}@example.com",
            Role = role,
            Active = true,
            CreatedAt = Time.GetUtcNow(),
            UpdatedAt = Time.GetUtcNow(),
        };
        return new UserWithToken(user, Guid.NewGuid().ToString("D"));
    }
}

/// <summary>A user with a client that carries the token.</summary>
internal sealed class TestUser(ApiFixture fixture, UserWithToken user)
{
    public User User => user.User;

    public string Token => user.Token;

    public ApiClient Client { get; } = new(fixture.Address, user.Token);

    /// <summary>Another user of the same tenant.</summary>
    public async Task<TestUser> AddUserAsync(Role role)
    {
        var added = fixture.NewUser(User.TenantId, role);
        await fixture.Service<ITenantStore>().CreateUserAsync(added, "no password", CancellationToken.None);
        return new TestUser(fixture, added);
    }

    /// <summary>A device of this user.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="account">The linked account as a JID, which makes it connected; <see langword="null"/> for one that was never linked.</param>
    public async Task<TestDevice> AddDeviceAsync(string name = "Phone", string? account = "5511999999999@s.whatsapp.net")
    {
        var record = await fixture.Service<DeviceRegistry>().CreateAsync(User, name, CancellationToken.None);
        var device = new TestDevice(fixture, record);
        device.Is(account is null ? DeviceState.Created : DeviceState.Connected, account);
        return device;
    }
}

/// <summary>A device of a test.</summary>
internal sealed class TestDevice(ApiFixture fixture, DeviceRecord record)
{
    public DeviceId Id => record.Id;

    public InstanceId InstanceId => record.InstanceId;

    public FakeDevice Actor => fixture.Actors.Of(record.Id);

    public FakeContact Contact(string jid) => fixture.Actors.Of(record.Id, jid);

    /// <summary>Sets its state in the catalog and in its actor.</summary>
    public void Is(DeviceState state, string? account = "5511999999999@s.whatsapp.net", DateTimeOffset? lastSeen = null)
    {
        Wuts.WhatsApp.Binary.Jid? jid = account is null ? null : Wuts.WhatsApp.Binary.Jid.Parse(account);
        fixture.Catalog.Change(record.Id, current => current with { State = state, Account = jid, LastSeen = lastSeen });
        Actor.Status = new DeviceStatus(state, jid, null, null, null, lastSeen, null, null);
        fixture.Service<DeviceDirectory>().Forget();
    }
}
