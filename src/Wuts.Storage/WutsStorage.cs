using System.Data.Common;
using Microsoft.Extensions.Logging;
using Wuts.Core.Stores;
using Wuts.Storage.Contacts;
using Wuts.Storage.DeviceData;
using Wuts.Storage.Devices;
using Wuts.Storage.Identity;
using Wuts.Storage.Keys;
using Wuts.Storage.Migrations;
using Wuts.Storage.Sql;
using Wuts.Storage.Tenancy;

namespace Wuts.Storage;

/// <summary>
/// Everything that the gateway keeps, on one database. Open it once per process and dispose it after everything that uses it.
/// </summary>
public sealed class WutsStorage : IAsyncDisposable
{
    private readonly Database _database;
    private readonly TimeProvider _time;

    private WutsStorage(Database database, MasterKeyRing ring, TimeProvider time)
    {
        _database = database;
        _time = time;
        Tenants = new TenantStore(database, ring);
        Devices = new DeviceCatalog(database);
        DeviceData = new DeviceDataStore(database, ring);
        Leases = new LeaseStore(database);
        Links = new LinkStore(database);
        ContactCache = new ContactCacheStore(database);
        Installation = new InstallationStore(database, ring);
        ClientVersions = new ClientVersionStore(database);
    }

    /// <summary>Tenants and users.</summary>
    public ITenantStore Tenants { get; }

    /// <summary>The devices of all tenants.</summary>
    public IDeviceCatalog Devices { get; }

    /// <summary>What devices hold.</summary>
    public IDeviceDataStore DeviceData { get; }

    /// <summary>Who owns which device.</summary>
    public ILeaseStore Leases { get; }

    /// <summary>People and verified links.</summary>
    public ILinkStore Links { get; }

    /// <summary>What contact actors keep.</summary>
    public IContactCacheStore ContactCache { get; }

    /// <summary>Secrets of the installation.</summary>
    public IInstallationStore Installation { get; }

    /// <summary>The newest version of WhatsApp Web that was found.</summary>
    public IClientVersionStore ClientVersions { get; }

    /// <summary>Opens the database, brings its schema up to date and verifies the master key.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="loggers">For what is worth telling; never values.</param>
    /// <param name="time">The clock of leases on SQLite. PostgreSQL has its own.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StorageSetupException">It cannot be opened as it is set up.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public static async Task<WutsStorage> OpenAsync(
        StorageOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(time);
        var ring = OpenKeys(options);
        var database = OpenDatabase(options, loggers, time);
        try
        {
            var logger = loggers.CreateLogger<WutsStorage>();
            await new Migrator(database, options.Kind == StorageKind.Postgres, logger).RunAsync(Migration.All, cancellationToken).ConfigureAwait(false);
            await MasterKeyCheck.RunAsync(database, ring, cancellationToken).ConfigureAwait(false);
            database.StartWatching();
            return new WutsStorage(database, ring, time);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Since when the server of the database does not answer; <see langword="null"/> while it does, and on SQLite.</summary>
    public DateTimeOffset? AwaySince => _database.AwaySince;

    /// <summary>How often the server of the database went away.</summary>
    public long Outages => _database.Outages;

    /// <summary>Finds out whether the database answers and can be written to.</summary>
    /// <returns>How long it took, or why it cannot.</returns>
    public async Task<StorageHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        try
        {
            await _database.WriteAsync(
                async session =>
                {
                    await session.ExecuteAsync("UPDATE wuts_schema SET applied_at = applied_at WHERE version = 1").ConfigureAwait(false);
                    session.Abandon();
                },
                cancellationToken).ConfigureAwait(false);
            return new StorageHealth(true, _time.GetElapsedTime(begun), null);
        }
        catch (Exception e) when (StoreFailure.Is(e))
        {
            return new StorageHealth(false, _time.GetElapsedTime(begun), e.GetType().Name);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static MasterKeyRing OpenKeys(StorageOptions options)
    {
        if (options.MasterKey is { Length: > 0 } setting)
        {
            return MasterKeyRing.Parse(setting, "Wuts:MasterKey");
        }

        MakeDirectory(options.DataDirectory);
        return MasterKeyFile.ReadOrCreate(Path.Combine(options.DataDirectory, StorageOptions.MasterKeyFileName));
    }

    private static Database OpenDatabase(StorageOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        if (options.Kind == StorageKind.Postgres)
        {
            return options.ConnectionString is { Length: > 0 } connection
                ? new PostgresDatabase(connection, loggers, time)
                : throw new StorageSetupException("Wuts:ConnectionString is not set. PostgreSQL needs it.");
        }

        MakeDirectory(options.DataDirectory);
        return new SqliteDatabase(Path.Combine(options.DataDirectory, StorageOptions.DatabaseFileName), time);
    }

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>How the database is.</summary>
/// <param name="IsHealthy">Whether it answers and can be written to.</param>
/// <param name="Latency">How long finding out took.</param>
/// <param name="Problem">What failed: the kind of failure only.</param>
public sealed record StorageHealth(bool IsHealthy, TimeSpan Latency, string? Problem);
