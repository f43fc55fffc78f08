using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Testing;

namespace Wuts.Storage.Tests;

/// <summary>A storage on a new database, with what most tests need in it.</summary>
public sealed class TestStorage : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder;

    private TestStorage(StorageOptions options, WutsStorage storage, ManualTimeProvider clock, string folder)
    {
        Options = options;
        Storage = storage;
        Clock = clock;
        _folder = folder;
    }

    public StorageOptions Options { get; private set; }

    public WutsStorage Storage { get; private set; }

    /// <summary>The clock of leases on SQLite.</summary>
    public ManualTimeProvider Clock { get; }

    public static async Task<TestStorage> CreateAsync(StorageKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("wuts-storage-").FullName;
        var connection = kind == StorageKind.Postgres ? await (await PostgresServer.GetAsync()).CreateDatabaseAsync() : null;
        var options = new StorageOptions { Kind = kind, DataDirectory = folder, ConnectionString = connection };
        var clock = new ManualTimeProvider(Noon);
        return new TestStorage(options, await WutsStorage.OpenAsync(options, NullLoggerFactory.Instance, clock), clock, folder);
    }

    /// <summary>Closes the storage and opens it again, as a new process would.</summary>
    public async Task ReopenAsync()
    {
        await Storage.DisposeAsync();
        Storage = await WutsStorage.OpenAsync(Options, NullLoggerFactory.Instance, Clock);
    }

    /// <summary>A tenant with an admin.</summary>
    public async Task<UserWithToken> AddUserAsync(string name = "Acme")
    {
        var tenant = new Tenant(TenantId.New(), name, Noon, Noon);
        var user = NewUser(tenant.Id, $"{name}@example.org");
        Assert.Equal(TenantConflict.None, await Storage.Tenants.CreateTenantAsync(tenant, user, "hash", default));
        return user;
    }

    /// <summary>A device of a user.</summary>
    public async Task<DeviceRecord> AddDeviceAsync(User user, string name = "Phone")
    {
        var device = new DeviceRecord
        {
            Id = DeviceId.New(),
            InstanceId = InstanceId.New(),
            TenantId = user.TenantId,
            UserId = user.Id,
            Name = name,
            CreatedAt = Noon,
            UpdatedAt = Noon,
        };
        await Storage.Devices.AddAsync(device, default);
        return device;
    }

    /// <summary>A device with a lease, and its data.</summary>
    public async Task<(DeviceRecord Device, Fence Fence, IDeviceData Data)> AddOwnedDeviceAsync()
    {
        var user = await AddUserAsync($"Tenant {Guid.NewGuid():N}");
        var device = await AddDeviceAsync(user.User);
        var fence = await AcquireAsync(device.Id);
        return (device, fence, Storage.DeviceData.Open(device.Id, () => fence));
    }

    public async Task<Fence> AcquireAsync(DeviceId device, string owner = "one", TimeSpan? duration = null) =>
        Assert.IsType<LeaseResult.Acquired>(
            await Storage.Leases.AcquireAsync(device, owner, duration ?? TimeSpan.FromMinutes(10), default)).Fence;

    public static UserWithToken NewUser(TenantId tenant, string email, Role role = Role.Admin) => new(
        new User
        {
            Id = UserId.New(),
            TenantId = tenant,
            Email = email,
            Role = role,
            Active = true,
            CreatedAt = Noon,
            UpdatedAt = Noon,
        },
        Guid.NewGuid().ToString("D"));

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
