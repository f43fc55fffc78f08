using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Wuts.Storage.Sql;
using Wuts.Storage.Tests.DeviceData;
using Wuts.Storage.Tests.Schema;
using Wuts.Testing;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.Sql;

public class PostgresTests
{
    [PostgresFact]
    public async Task A_write_that_lost_a_deadlock_begins_again()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await using var database = new PostgresDatabase(connection, NullLoggerFactory.Instance);
        await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("CREATE TABLE t (id integer PRIMARY KEY, n integer)");
                await session.ExecuteAsync("INSERT INTO t VALUES (1, 0), (2, 0)");
            },
            default);
        using var met = new Barrier(2);
        var tries = 0;

        await Task.WhenAll(Task.Run(() => AddAsync(1, 2)), Task.Run(() => AddAsync(2, 1)));

        // One of the two loses, and both when the server looks for deadlocks in both at once.
        Assert.InRange(tries, 3, 8);
        Assert.Equal([2, 2], await database.ReadAsync(session => session.QueryAsync("SELECT n FROM t", row => row.GetInt32(0)), default));

        Task AddAsync(int first, int second) => database.WriteAsync(
            async session =>
            {
                var isFirstTry = Interlocked.Increment(ref tries) <= 2;
                await session.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = @id", ("id", first));
                if (isFirstTry)
                {
                    Assert.True(met.SignalAndWait(TimeSpan.FromMinutes(1)));
                }

                await session.ExecuteAsync("UPDATE t SET n = n + 1 WHERE id = @id", ("id", second));
            },
            default);
    }

    [PostgresFact]
    public async Task Connections_that_the_server_closed_are_replaced_and_a_server_that_is_gone_is_a_database_failure()
    {
        await using var test = await TestStorage.CreateAsync(StorageKind.Postgres);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await Dump.ExecuteAsync(
            test.Options,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        Assert.Equal(0, await data.GetBookVersionAsync(default));
        var settings = new NpgsqlConnectionStringBuilder(test.Options.ConnectionString) { Port = 1, Timeout = 5 };
        await Assert.ThrowsAnyAsync<DbException>(() => WutsStorage.OpenAsync(
            test.Options with { ConnectionString = settings.ConnectionString }, NullLoggerFactory.Instance, TimeProvider.System));
    }

    [PostgresFact]
    public async Task A_commit_whose_connections_break_is_a_database_failure_and_leaves_nothing()
    {
        await using var test = await TestStorage.CreateAsync(StorageKind.Postgres);
        var (device, _, data) = await test.AddOwnedDeviceAsync();

        // Somebody holds the lock that the commit waits for; meanwhile the server ends the commit's connection.
        await using var holder = new NpgsqlConnection(test.Options.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using var lockRow = new NpgsqlCommand($"SELECT 1 FROM wuts_leases WHERE device_id = '{device.Id}' FOR UPDATE", holder);
        await lockRow.ExecuteNonQueryAsync();
        var commit = data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(People.FullContact(People.Alice))), default).AsTask();
        var begun = Stopwatch.GetTimestamp();
        while (!commit.IsCompleted)
        {
            // Only the server knows when the commit has come to the lock. It is begun once more on a new connection, which ends too.
            await Dump.QueryAsync(
                test.Options,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
            Assert.True(Stopwatch.GetElapsedTime(begun) < Guard.Limit, "The commit does not end with its connections.");
            await Task.Delay(20);
        }

        await Assert.ThrowsAnyAsync<DbException>(() => commit.Within());
        await transaction.RollbackAsync();
        Assert.Empty(await data.Account.FindContactsAsync([People.Alice], default));
    }
}
