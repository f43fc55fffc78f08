using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Core.Devices;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Storage;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Benchmarks.Storage;

/// <summary>
/// The command <c>measure-storage</c>: how fast the stores are on each database that can be had here. PostgreSQL and SQLite both
/// wait for the disk before a commit returns.
/// </summary>
internal static class StorageReport
{
    private const int Contacts = 10_000;
    private const int Devices = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    /// <summary>Measures and prints.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await MeasureAsync(StorageKind.Sqlite, null, output, cancellationToken);
        if (PostgresServer.Missing is { } reason)
        {
            await output.WriteLineAsync($"PostgreSQL is not measured: {reason}");
            return 0;
        }

        var server = await PostgresServer.StartAsync(waitsForDisk: true);
        await MeasureAsync(StorageKind.Postgres, await server.CreateDatabaseAsync(), output, cancellationToken);
        return 0;
    }

    private static async Task MeasureAsync(StorageKind kind, string? connection, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wuts-measure-").FullName;
        try
        {
            var options = new StorageOptions { Kind = kind, DataDirectory = folder, ConnectionString = connection };
            await using var storage = await WutsStorage.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
            var devices = await AddDevicesAsync(storage, Devices, cancellationToken);
            var one = devices[0];

            async Task ReportAsync(string what, string figure) =>
                await output.WriteLineAsync($"| {kind} | {what} | {figure} |");

            await devices[1].Account.CommitAsync(Book(0), cancellationToken);
            await ReportAsync($"commit of {Contacts} new contacts and pairs", await TimeAsync(one, Book(0), cancellationToken));
            await ReportAsync("the same again, nothing changed", await TimeAsync(one, Book(0), cancellationToken));
            await ReportAsync("the same with every name changed", await TimeAsync(one, Book(1), cancellationToken));
            var read = Stopwatch.StartNew();
            var count = 0;
            await foreach (var contact in one.Account.ReadContactsAsync(cancellationToken))
            {
                count++;
            }

            await ReportAsync($"read {count} contacts", Milliseconds(read.Elapsed));
            await ReportAsync("push names, one device", await RateAsync(devices, 1, PushNameAsync));
            await ReportAsync($"push names, {Devices} devices at once", await RateAsync(devices, Devices, PushNameAsync));
            await ReportAsync("look up a contact, one after the other", await RateAsync(devices, 1, LookUpAsync));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static ValueTask PushNameAsync(IDeviceData data, int i)
        {
            var commit = new AccountCommit();
            commit.Add(new AccountWrite.Contact(new ContactRecord(Phone(i % Contacts)) { PushName = $"Name {i}" }));
            return data.Account.CommitAsync(commit, CancellationToken.None);
        }

        static async ValueTask LookUpAsync(IDeviceData data, int i) =>
            await data.Account.FindContactsAsync([Phone(i % Contacts)], CancellationToken.None);
    }

    private static async Task<string> TimeAsync(IDeviceData data, AccountCommit commit, CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        await data.Account.CommitAsync(commit, cancellationToken);
        var time = watch.Elapsed;
        process.Refresh();
        return $"{Milliseconds(time)}, of that {Milliseconds(process.TotalProcessorTime - before)} on a processor of this process";
    }

    private static async Task<string> RateAsync(IReadOnlyList<IDeviceData> devices, int atOnce, Func<IDeviceData, int, ValueTask> work)
    {
        await work(devices[0], 0);
        var done = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(devices.Take(atOnce).Select(data => Task.Run(async () =>
        {
            while (watch.Elapsed < Duration)
            {
                await work(data, Interlocked.Increment(ref done));
            }
        })));
        return string.Create(CultureInfo.InvariantCulture, $"{done / watch.Elapsed.TotalSeconds:N0} / s");
    }

    private static async Task<List<IDeviceData>> AddDevicesAsync(WutsStorage storage, int count, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var tenant = new Tenant(TenantId.New(), "Measured", now, now);
        var user = new User
        {
            Id = UserId.New(),
            TenantId = tenant.Id,
            Email = "measured@example.org",
            Role = Role.Admin,
            Active = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await storage.Tenants.CreateTenantAsync(tenant, new UserWithToken(user, Guid.NewGuid().ToString("D")), "", cancellationToken);
        var registry = new DeviceRegistry(storage.Devices, TimeProvider.System);
        var devices = new List<IDeviceData>();
        for (var i = 0; i < count; i++)
        {
            var device = await registry.CreateAsync(user, "Device", cancellationToken);
            var lease = (LeaseResult.Acquired)await storage.Leases.AcquireAsync(device.Id, "measure", TimeSpan.FromHours(1), cancellationToken);
            devices.Add(storage.DeviceData.Open(device.Id, () => lease.Fence));
        }

        return devices;
    }

    private static AccountCommit Book(int round)
    {
        var commit = new AccountCommit();
        for (var i = 0; i < Contacts; i++)
        {
            var name = $"Person {i} of round {round}";
            commit.Add(new AccountWrite.Contact(new ContactRecord(Phone(i)) { AddressBook = new(name, "Person"), SavedOnPhone = true, PushName = name }));
            AddressPair.TryCreate(Phone(i), Jid.Parse($"1{i:D14}@lid"), out var pair);
            commit.Add(new AccountWrite.PairSeen(pair, ObservationSource.AppStateContact, DateTimeOffset.UnixEpoch));
        }

        return commit;
    }

    private static Jid Phone(int i) => Jid.Parse($"4917{i:D8}@s.whatsapp.net");

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N0} ms");
}
