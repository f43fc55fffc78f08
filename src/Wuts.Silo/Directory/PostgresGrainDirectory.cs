using System.Data;
using Npgsql;
using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Wuts.Silo.Directory;

/// <summary>
/// Where the devices of a cluster live, as rows in PostgreSQL, so that the end of a silo takes away the entries of its own devices
/// and no others. Every change is one statement: of registrations that race exactly one wins, and all learn which. Safe for concurrent
/// use.
/// </summary>
/// <remarks>
/// Orleans asks only about devices that it has not in its cache, and treats entries of silos that are known to be dead as absent.
/// While the database cannot be reached, devices that were called before are found; looking for others and activating fails.
/// </remarks>
internal sealed partial class PostgresGrainDirectory : IGrainDirectory, IAsyncDisposable
{
    /// <summary>The name that grains ask for it by.</summary>
    public const string Name = "wuts-postgres";

    // An activation has 30 s, and a caller waits 10 s: a statement that hangs must fail before either.
    private const int PatienceSeconds = 5;

    // Between two looks at an entry it can come and go; more than once is no coincidence.
    private const int Attempts = 3;

    private const string Columns = "grain_id, activation_id, silo, membership_version";

    private readonly NpgsqlDataSource _source;
    private readonly string _cluster;
    private readonly ILogger _logger;

    /// <param name="connectionString">The database, with the tables of <see cref="Schema.ClusterSchema"/>.</param>
    /// <param name="cluster">The id of the cluster; several may share a database.</param>
    /// <param name="logger">Where failures go that nobody waits for.</param>
    public PostgresGrainDirectory(string connectionString, string cluster, ILogger<PostgresGrainDirectory> logger)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Timeout = PatienceSeconds,
            CommandTimeout = PatienceSeconds,
            IncludeErrorDetail = false,
            NoResetOnClose = true,
        };
        settings.ApplicationName ??= "wuts directory";
        if (!connectionString.Contains("Max Auto Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 10;
            settings.AutoPrepareMinUsages = 2;
        }

        _source = NpgsqlDataSource.Create(settings);
        _cluster = cluster;
        _logger = logger;
    }

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Register(address, null, CancellationToken.None);

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address, CancellationToken cancellationToken) => Register(address, null, cancellationToken);

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) =>
        Register(address, previousAddress, CancellationToken.None);

    /// <summary>
    /// Enters an activation unless there is another one, other than the one that it is known to follow. A silo that was declared dead
    /// enters nothing: it may have hung and not know it yet.
    /// </summary>
    /// <returns>The activation that the directory names now.</returns>
    /// <exception cref="OrleansException">The silo was declared dead, and the directory names no other activation.</exception>
    public async Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress, CancellationToken cancellationToken)
    {
        // 6 is "dead".
        const string Text = $"""
            INSERT INTO wuts_grain_directory AS d (cluster_id, {Columns})
            SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
                SELECT FROM OrleansMembershipTable m
                WHERE m.DeploymentId = $1 AND m.Address = $7 AND m.Port = $8 AND m.Generation = $9 AND m.Status = 6)
            ON CONFLICT (cluster_id, grain_id) DO UPDATE SET
                activation_id = excluded.activation_id, silo = excluded.silo, membership_version = excluded.membership_version
                WHERE d.activation_id = $6
            RETURNING {Columns}
            """;
        ArgumentNullException.ThrowIfNull(address);
        var silo = address.SiloAddress ?? throw new ArgumentException("The address names no silo.", nameof(address));
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var entered = await RunAsync(
                Text,
                ReadAsync,
                cancellationToken,
                address.GrainId.ToString(),
                address.ActivationId.ToParsableString(),
                silo.ToParsableString(),
                address.MembershipVersion.Value,
                (previousAddress ?? address).ActivationId.ToParsableString(),
                silo.Endpoint.Address.ToString(),
                silo.Endpoint.Port,
                silo.Generation);

            // Whoever was first may have been entered after this statement began: the next one sees it, unless it has gone since.
            if ((entered ?? await Lookup(address.GrainId, cancellationToken)) is { } winner)
            {
                return winner;
            }
        }

        throw new OrleansException("A silo that was declared dead enters nothing into the directory.");
    }

    /// <inheritdoc/>
    public Task Unregister(GrainAddress address) => Unregister(address, CancellationToken.None);

    /// <summary>Removes the entry of this activation; one of another activation stays.</summary>
    public Task Unregister(GrainAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return RunAsync(
            "DELETE FROM wuts_grain_directory WHERE cluster_id = $1 AND grain_id = $2 AND activation_id = $3",
            ExecuteAsync,
            cancellationToken,
            address.GrainId.ToString(),
            address.ActivationId.ToParsableString());
    }

    /// <inheritdoc/>
    public Task<GrainAddress?> Lookup(GrainId grainId) => Lookup(grainId, CancellationToken.None);

    /// <summary>Where a grain lives; <see langword="null"/> when nowhere.</summary>
    public Task<GrainAddress?> Lookup(GrainId grainId, CancellationToken cancellationToken) => RunAsync(
        $"SELECT {Columns} FROM wuts_grain_directory WHERE cluster_id = $1 AND grain_id = $2", ReadAsync, cancellationToken, grainId.ToString());

    /// <inheritdoc/>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => UnregisterSilos(siloAddresses, CancellationToken.None);

    /// <summary>
    /// Removes the entries of silos that are dead. Every silo of the cluster does it at the same time, so entries that another one is
    /// about to remove or replace are left to it. A database that cannot be reached is no failure: Orleans would stop to listen to its
    /// membership, and takes entries of dead silos for absent anyway.
    /// </summary>
    public async Task UnregisterSilos(List<SiloAddress> siloAddresses, CancellationToken cancellationToken)
    {
        const string Text = """
            DELETE FROM wuts_grain_directory WHERE cluster_id = $1 AND grain_id IN (
                SELECT grain_id FROM wuts_grain_directory WHERE cluster_id = $1 AND silo = ANY($2) FOR UPDATE SKIP LOCKED)
            """;
        ArgumentNullException.ThrowIfNull(siloAddresses);
        try
        {
            await RunAsync(Text, ExecuteAsync, cancellationToken, (object)siloAddresses.Select(silo => silo.ToParsableString()).ToArray());
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            LogNotRemoved(_logger, siloAddresses.Count, failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Runs a statement whose first parameter is the cluster. Every one of them may be run twice.</summary>
    private async Task<T> RunAsync<T>(
        string text, Func<NpgsqlCommand, CancellationToken, Task<T>> run, CancellationToken cancellationToken, params object[] parameters)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var command = new NpgsqlCommand(text, connection);
                foreach (var value in parameters.Prepend(_cluster))
                {
                    command.Parameters.Add(new NpgsqlParameter { Value = value });
                }

                return await run(command, cancellationToken);
            }
            catch (NpgsqlException failure) when (failure.IsTransient && failure.InnerException is not TimeoutException && attempt == 1)
            {
                // A pooled connection that the server closed meanwhile.
            }
        }
    }

    private static Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        command.ExecuteNonQueryAsync(cancellationToken);

    private static async Task<GrainAddress?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        return !await row.ReadAsync(cancellationToken) ? null : new GrainAddress
        {
            GrainId = GrainId.Parse(row.GetString(0)),
            ActivationId = ActivationId.FromParsableString(row.GetString(1)),
            SiloAddress = SiloAddress.FromParsableString(row.GetString(2)),
            MembershipVersion = new MembershipVersion(row.GetInt64(3)),
        };
    }

    [LoggerMessage(2401, LogLevel.Warning, "the entries of {Count} dead silos stay in the directory until their devices are woken")]
    private static partial void LogNotRemoved(ILogger logger, int count, Exception failure);
}
