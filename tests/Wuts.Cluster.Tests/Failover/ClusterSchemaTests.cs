using Npgsql;
using Wuts.Silo.Schema;
using Wuts.Storage;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>The statements that Orleans runs, run as it runs them.</summary>
public sealed class ClusterSchemaTests
{
    [PostgresFact]
    public async Task Processes_that_start_at_the_same_time_make_the_schema_once()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClusterSchema.ApplyAsync(connection, CancellationToken.None)));
        await ClusterSchema.ApplyAsync(connection, CancellationToken.None);

        await using var source = NpgsqlDataSource.Create(connection);
        Assert.Equal(9L, await source.CreateCommand("SELECT count(*) FROM OrleansQuery").ExecuteScalarAsync());
    }

    [PostgresFact]
    public async Task Tables_of_a_newer_program_are_left_alone()
    {
        await using var source = await CreateAsync();
        await source.CreateCommand("INSERT INTO wuts_cluster_schema (version, name, applied_at) VALUES (999, 'later', 0)").ExecuteNonQueryAsync();

        await Assert.ThrowsAsync<StorageSetupException>(() => ClusterSchema.ApplyAsync(source.ConnectionString, CancellationToken.None));
    }

    [PostgresFact]
    public async Task Of_two_silos_that_saw_the_same_table_one_may_write()
    {
        await using var source = await CreateAsync();
        Assert.Equal(1, await RunAsync(source, "InsertMembershipVersionKey"));
        Assert.Equal(0, await RunAsync(source, "InsertMembershipVersionKey"));

        var joined = await Task.WhenAll(Enumerable.Range(1, 8).Select(port => RunAsync(source, "InsertMembershipKey", port, version: 0)));

        Assert.Equal(1, joined.Sum());
        var port = Array.IndexOf(joined, 1) + 1;
        Assert.Equal(0, await RunAsync(source, "UpdateMembershipKey", port, version: 0));
        Assert.Equal(1, await RunAsync(source, "UpdateMembershipKey", port, version: 1));
        Assert.Equal(0, await RunAsync(source, "UpdateMembershipKey", port + 1, version: 2));
        Assert.Equal(0, await RunAsync(source, "InsertMembershipKey", port, version: 2));
        Assert.Equal(2, await VersionAsync(source));
    }

    private static async Task<NpgsqlDataSource> CreateAsync()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await ClusterSchema.ApplyAsync(connection, CancellationToken.None);
        return NpgsqlDataSource.Create(connection);
    }

    private static async Task<int> VersionAsync(NpgsqlDataSource source) =>
        (int)(await source.CreateCommand("SELECT Version FROM OrleansMembershipVersionTable").ExecuteScalarAsync())!;

    private static async Task<int> RunAsync(NpgsqlDataSource source, string key, int port = 1, int version = 0)
    {
        await using var find = source.CreateCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1");
        find.Parameters.Add(new NpgsqlParameter { Value = key });
        await using var command = source.CreateCommand((string)(await find.ExecuteScalarAsync())!);
        foreach (var (name, value) in new (string, object)[]
        {
            ("DeploymentId", "wuts"), ("Address", "127.0.0.1"), ("Port", port), ("Generation", 1), ("SiloName", "silo"), ("HostName", "host"), ("Status", 3),
            ("ProxyPort", 30000), ("SuspectTimes", ""), ("StartTime", DateTime.UtcNow), ("IAmAliveTime", DateTime.UtcNow), ("Version", version),
        })
        {
            command.Parameters.AddWithValue(name, value);
        }

        return (int)(await command.ExecuteScalarAsync())!;
    }
}
