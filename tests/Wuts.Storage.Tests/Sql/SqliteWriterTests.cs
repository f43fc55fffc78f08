using Microsoft.Data.Sqlite;
using Wuts.Storage.Sql;
using Wuts.Testing;

namespace Wuts.Storage.Tests.Sql;

public sealed class SqliteWriterTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wuts-writer-").FullName;
    private SqliteDatabase _database = null!;

    private string Path => System.IO.Path.Combine(_folder, "test.db");

    public async Task InitializeAsync()
    {
        _database = new SqliteDatabase(Path, new ManualTimeProvider());
        await WriteAsync("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Writes_that_share_a_transaction_fail_alone()
    {
        using var held = new SemaphoreSlim(0);
        var first = _database.WriteAsync(
            async session =>
            {
                await held.WaitAsync();
                await session.ExecuteAsync("INSERT INTO t VALUES (1)");
            },
            default);
        var failing = _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t VALUES (2)");
                await session.ExecuteAsync("INSERT INTO t VALUES (2)");
            },
            default);
        var throwing = _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t VALUES (3)");
                throw new InvalidOperationException();
            },
            default);
        var abandoned = _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t VALUES (4)");
                session.Abandon();
                return "answer";
            },
            default);
        var last = WriteAsync("INSERT INTO t VALUES (5)");
        held.Release();

        await Task.WhenAll(first, last).Within();
        await Assert.ThrowsAsync<SqliteException>(() => failing);
        await Assert.ThrowsAsync<InvalidOperationException>(() => throwing);
        Assert.Equal("answer", await abandoned);
        Assert.Equal([1, 5], await ReadAsync());
    }

    [Fact]
    public async Task A_reader_sees_the_last_commit_while_a_write_goes_on()
    {
        using var held = new SemaphoreSlim(0);
        var written = new TaskCompletionSource();
        await WriteAsync("INSERT INTO t VALUES (1)");
        var writing = _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t VALUES (2)");
                written.SetResult();
                await held.WaitAsync();
            },
            default);
        await written.Task.Within();

        Assert.Equal([1], await ReadAsync());
        held.Release();
        await writing.Within();
        Assert.Equal([1, 2], await ReadAsync());
    }

    [Fact]
    public async Task A_transaction_that_cannot_be_begun_fails_its_write_and_the_next_one_works()
    {
        await _database.DisposeAsync();
        File.Move(Path, Path + ".away");
        Directory.CreateDirectory(Path);
        _database = new SqliteDatabase(Path, new ManualTimeProvider());

        await Assert.ThrowsAsync<SqliteException>(() => WriteAsync("INSERT INTO t VALUES (1)"));
        Directory.Delete(Path);
        File.Move(Path + ".away", Path);
        await WriteAsync("INSERT INTO t VALUES (1)");

        Assert.Equal([1], await ReadAsync());
    }

    [Fact]
    public async Task A_commit_waits_for_the_disk_and_readers_do_not_wait_for_it()
    {
        Assert.Equal("wal", await _database.WriteAsync(session => session.FirstAsync("PRAGMA journal_mode", row => row.GetString(0)), default));
        Assert.Equal(2, await _database.WriteAsync(session => session.FirstAsync("PRAGMA synchronous", row => row.GetInt32(0)), default));
    }

    [Fact]
    public async Task After_the_end_a_write_is_refused()
    {
        await _database.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync("INSERT INTO t VALUES (1)"));
    }

    private Task WriteAsync(string sql) => _database.WriteAsync(async session => await session.ExecuteAsync(sql), default);

    private Task<List<int>> ReadAsync() =>
        _database.ReadAsync(session => session.QueryAsync("SELECT id FROM t ORDER BY id", row => row.GetInt32(0)), default);
}
