using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Wuts.Testing;

/// <summary>
/// A PostgreSQL server for the tests of one process: a new cluster in a temporary directory, on a port of the loopback interface,
/// without passwords. It ends with the process, also when that is killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => Task.Run(() => StartAsync(waitsForDisk: false)));

    private readonly Process _process;
    private readonly string _connectionString;
    private int _databases;

    private PostgresServer(Process process, string connectionString)
    {
        _process = process;
        _connectionString = connectionString;
    }

    /// <summary>Why there can be no server here; <see langword="null"/> when there can be one.</summary>
    public static string? Missing { get; } =
        FindPrograms() is null ? "the programs of a PostgreSQL server are not installed (package postgresql)" : null;

    /// <summary>The server of this process; the first call starts it.</summary>
    public static Task<PostgresServer> GetAsync() => Shared.Value;

    /// <summary>Where it listens, on the loopback interface.</summary>
    public int Port => new NpgsqlConnectionStringBuilder(_connectionString).Port;

    /// <summary>Stops it, and waits until it has: for servers of one's own, since others use the shared one.</summary>
    /// <param name="immediately">At once, as in a crash; otherwise after it has ended its connections in an orderly way.</param>
    public Task StopAsync(bool immediately) => CommandAsync(immediately ? "QUIT" : "INT");

    /// <summary>Starts it again with what it has stored, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        await CommandAsync("start");
        await WaitUntilReadyAsync();
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name, Pooling = true }.ConnectionString;
    }

    /// <summary>Ends a server of one's own.</summary>
    public ValueTask DisposeAsync()
    {
        Stop();
        _process.Dispose();
        return default;
    }

    /// <summary>Starts a server of one's own.</summary>
    /// <param name="waitsForDisk">Whether a commit is on the disk when it returns. Tests need not wait; measurements must.</param>
    public static async Task<PostgresServer> StartAsync(bool waitsForDisk)
    {
        var programs = FindPrograms() ?? throw new InvalidOperationException(Missing);
        var port = FreePort.Take();

        // The script lives as long as its input, which the system closes when this process ends, in whatever way. PostgreSQL
        // refuses to run as root, so root becomes the user that its package made.
        const string Script = """
            set -e
            directory=$(mktemp -d /tmp/wuts-postgres.XXXXXX)
            as() { "$@"; }
            if [ "$(id -u)" = 0 ]; then
              chown postgres "$directory"
              as() { runuser -u postgres -- "$@"; }
            fi
            cd "$directory"
            as "$1/initdb" -D "$directory/data" -A trust -U wuts -E UTF8 --no-sync >"$directory/initdb.log" 2>&1 || { cat "$directory/initdb.log" >&2; exit 1; }
            start() {
              as "$1/postgres" -D "$directory/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync="$3" \
                -c max_connections=300 -c shared_buffers=64MB >>"$directory/server.log" 2>&1 &
              server=$!
            }
            stop() {
              kill "-$1" "$(head -n 1 "$directory/data/postmaster.pid" 2>/dev/null || echo $server)" 2>/dev/null || true
              wait "$server" || true
            }
            start "$@"
            while read -r command; do
              case "$command" in
                start) start "$@" ;;
                *) stop "$command" ;;
              esac
              echo "$command"
            done
            stop INT
            rm -rf "$directory"
            """;
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Script, "sh", programs, port.ToString(CultureInfo.InvariantCulture), waitsForDisk ? "on" : "off"])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "wuts",
            Database = "postgres",
            Pooling = false,
            Timeout = 60,
            CommandTimeout = 120,
        };
        var server = new PostgresServer(process, settings.ConnectionString);
        AppDomain.CurrentDomain.ProcessExit += server.OnExit;
        await server.WaitUntilReadyAsync();
        return server;
    }

    // The folder with the programs: where Debian puts them, the newest version first, or on the path.
    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(Version).Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return folders.Concat(path).FirstOrDefault(
            folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;

    private async Task WaitUntilReadyAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(_connectionString);
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begun) < StartLimit)
            {
                // Only the server itself knows when it is ready.
                await Task.Delay(50);
            }
            catch (NpgsqlException e)
            {
                var output = _process.HasExited ? await _process.StandardError.ReadToEndAsync() : "";
                throw new InvalidOperationException($"The PostgreSQL server did not start. {output}", e);
            }
        }
    }

    private async Task CommandAsync(string command)
    {
        if (Shared.IsValueCreated && Shared.Value.IsCompletedSuccessfully && ReferenceEquals(await Shared.Value, this))
        {
            throw new InvalidOperationException("The server of the process is not stopped: other tests use it.");
        }

        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var done = await _process.StandardOutput.ReadLineAsync().WaitAsync(StartLimit);
        if (done != command)
        {
            throw new InvalidOperationException($"The server did not carry out '{command}': {done}");
        }
    }

    private void OnExit(object? sender, EventArgs e) => Stop();

    private void Stop()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(20));
    }
}
