using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Wuts.Storage.Sql;
using Wuts.Testing;
using Wuts.WhatsApp;

namespace Wuts.Storage.Tests.Sql;

/// <summary>A server that is restarted, gone, or hangs: behind a way of its own, so that other tests are not disturbed.</summary>
public sealed class PostgresOutageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task Writes_go_on_over_new_connections_when_all_old_ones_broke()
    {
        await using var proxy = TcpProxy.To((await PostgresServer.GetAsync()).Port);
        await using var database = await OpenAsync(proxy);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(database)));

        proxy.Cut();
        proxy.Restore();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(database)));

        Assert.Equal(16, await CountAsync(database));
    }

    [PostgresFact]
    public async Task A_server_that_hangs_is_found_out_costs_nobody_more_than_the_limit_and_is_used_again_when_it_is_back()
    {
        await using var proxy = TcpProxy.To((await PostgresServer.GetAsync()).Port);
        await using var database = await OpenAsync(proxy);
        await AddAsync(database);
        proxy.Hang();
        var begun = Stopwatch.GetTimestamp();

        var failures = await Task.WhenAll(
            FailureOfAsync(AddAsync(database)), FailureOfAsync(CountAsync(database)), FailureOfAsync(StreamAsync(database)));
        var waited = Stopwatch.GetElapsedTime(begun);
        Assert.All(failures, AssertAway);

        // Twice what it takes on an idle machine.
        Assert.InRange(waited, TimeSpan.Zero, (DatabaseWatch.Every + DatabaseWatch.Limit) * 2);
        while (database.AwaySince is null)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "It was not found out.");
            await Task.Delay(50);
        }

        begun = Stopwatch.GetTimestamp();
        Assert.IsType<WhatsAppStoreException>(await FailureOfAsync(AddAsync(database)));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.NotNull(database.AwaySince);

        proxy.Restore();
        begun = Stopwatch.GetTimestamp();
        while (database.AwaySince is not null)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "It was not found again.");
            await Task.Delay(50);
        }

        // Whoever was told that nothing was stored is right, although the server got the statement and answers it now.
        await AddAsync(database);
        Assert.Equal(2, await CountAsync(database));
    }

    [PostgresFact]
    public async Task A_server_that_is_gone_is_a_failure_at_once()
    {
        await using var proxy = TcpProxy.To((await PostgresServer.GetAsync()).Port);
        await using var database = await OpenAsync(proxy);
        proxy.Cut();

        var failure = await FailureOfAsync(AddAsync(database)).WaitAsync(Limit);

        AssertAway(failure);
    }

    [PostgresFact]
    public async Task A_process_that_hangs_in_a_transaction_does_not_keep_others_from_its_rows()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await using var hanging = new PostgresDatabase(
            new NpgsqlConnectionStringBuilder(connection) { Options = "-c idle_in_transaction_session_timeout=100" }.ConnectionString,
            NullLoggerFactory.Instance);
        await using var other = new PostgresDatabase(connection, NullLoggerFactory.Instance);
        await other.WriteAsync(session => session.ExecuteAsync("CREATE TABLE t (n integer)"), default);
        await AddAsync(other);
        var (locked, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());

        var hung = hanging.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("UPDATE t SET n = 2");
                locked.SetResult();
                await thaw.Task;
                return await session.ExecuteAsync("UPDATE t SET n = 3");
            },
            default);
        await locked.Task.WaitAsync(Limit);
        await other.WriteAsync(session => session.ExecuteAsync("UPDATE t SET n = 4"), default).WaitAsync(Limit);
        thaw.SetResult();

        AssertAway(await FailureOfAsync(hung));
        Assert.Equal(4, await other.ReadAsync(session => session.FirstAsync("SELECT n FROM t", row => row.GetInt32(0)), default));
    }

    [PostgresFact]
    public async Task Such_a_transaction_ends_before_a_lease_does_whatever_other_options_are_given()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await using var database = new PostgresDatabase(
            new NpgsqlConnectionStringBuilder(connection) { Options = "-c application_name=mine" }.ConnectionString, NullLoggerFactory.Instance);

        Assert.Equal("5s", await database.ReadAsync(
            session => session.FirstAsync("SELECT current_setting('idle_in_transaction_session_timeout')", row => row.GetString(0)), default));
    }

    private static void AssertAway(Exception failure) => Assert.True(failure is DbException or WhatsAppStoreException, failure.ToString());

    private static async Task<PostgresDatabase> OpenAsync(TcpProxy proxy)
    {
        var settings = new NpgsqlConnectionStringBuilder(await (await PostgresServer.GetAsync()).CreateDatabaseAsync()) { Port = proxy.Port };
        settings.Remove("Timeout");
        settings.Remove("Command Timeout");
        var database = new PostgresDatabase(settings.ConnectionString, NullLoggerFactory.Instance);
        await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE t (n integer)"), default);
        database.StartWatching();
        return database;
    }

    private static Task AddAsync(PostgresDatabase database) =>
        database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t VALUES (1)"), default);

    private static Task<long> CountAsync(PostgresDatabase database) => database.ReadAsync(
        session => session.FirstAsync("SELECT count(*) FROM t", row => row.GetInt64(0)), default);

    private static async Task StreamAsync(PostgresDatabase database)
    {
        await foreach (var row in database.StreamAsync("SELECT n FROM t", row => row.GetInt32(0), default))
        {
            Assert.Equal(1, row);
        }
    }

    private static async Task<Exception> FailureOfAsync(Task work) =>
        await Record.ExceptionAsync(() => work.WaitAsync(Limit)) ?? new InvalidOperationException("It did not fail.");
}
