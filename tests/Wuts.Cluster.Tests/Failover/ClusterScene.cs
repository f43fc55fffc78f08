using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Wuts.Simulator;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>A simulated WhatsApp, a PostgreSQL database, processes of a cluster on them, and a user with devices.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    private const string MasterToken = "the-operators-token";

    private readonly SimulatorHost _simulator;
    private readonly Dictionary<string, string> _settings;
    private readonly string _connection;
    private readonly List<SiloProcess> _processes = [];
    private string _token = "";

    private ClusterScene(SimulatorHost simulator, string connection, params IEnumerable<(string Name, string Value)> more)
    {
        _simulator = simulator;
        _connection = connection;
        _settings = new()
        {
            ["Wuts__ConnectionString"] = connection,
            ["Wuts__DataDirectory"] = Path.GetTempPath(),
            ["Wuts__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Wuts__MasterToken"] = MasterToken,
            ["WhatsApp__Endpoint"] = simulator.Endpoint.ToString(),
            ["WhatsApp__NoiseRootKey"] = Convert.ToHexString(simulator.RootKey.Span),
            ["WhatsApp__MediaBaseUrl"] = simulator.MediaBaseUrl.ToString(),
            ["Logging__LogLevel__Default"] = "Warning",
        };
        foreach (var (name, value) in more)
        {
            _settings[name] = value;
        }
    }

    public SimulatorServer WhatsApp => _simulator.Server;

    /// <summary>The linked devices by id, each with the account on the other side.</summary>
    public Dictionary<string, Account> Devices { get; } = [];

    /// <summary>Starts WhatsApp and the database; processes come later.</summary>
    /// <param name="more">Settings of all processes besides those that every one needs.</param>
    public static async Task<ClusterScene> StartAsync(params IEnumerable<(string Name, string Value)> more) => new(
        await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 31 }), await (await PostgresServer.GetAsync()).CreateDatabaseAsync(), more);

    /// <summary>Starts a process and waits until it is ready.</summary>
    public async Task<SiloProcess> AddAsync(string role, SiloPorts? ports = null)
    {
        var process = await SiloProcess.StartAsync(role, _settings, ports);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts a process with settings that differ from the others', and does not wait for it.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="differing">What it has instead; an empty value takes a setting away.</param>
    public SiloProcess Launch(string role, IEnumerable<(string Name, string Value)> differing)
    {
        var settings = new Dictionary<string, string>(_settings);
        foreach (var (name, value) in differing)
        {
            settings[name] = value;
        }

        var process = SiloProcess.Launch(role, settings);
        _processes.Add(process);
        return process;
    }

    /// <summary>Registers a user.</summary>
    public async Task RegisterAsync(SiloProcess through)
    {
        var body = new { tenant_name = "Tenant", email = "owner@example.com", password = "correct horse" };
        _token = (await through.SendAsync(HttpMethod.Post, "/register", MasterToken, body)).GetProperty("token").GetString()!;
    }

    /// <summary>Links devices, each to an account of its own, and waits until they are connected.</summary>
    /// <param name="through">The process that links them.</param>
    /// <param name="count">How many.</param>
    /// <param name="spec">How the accounts are.</param>
    public async Task LinkAsync(SiloProcess through, int count, AccountSpec? spec = null)
    {
        for (var i = 0; i < count; i++)
        {
            var created = await through.SendAsync(HttpMethod.Post, "/devices", _token, new { name = string.Create(CultureInfo.InvariantCulture, $"Device {i}") });
            var id = created.GetProperty("device").GetProperty("id").GetString()!;
            var qr = await through.SendAsync(HttpMethod.Get, $"/qr?device_id={id}", _token);
            var account = WhatsApp.Accounts.Create(spec);
            var outcome = await WhatsApp.ScanAsync(account, qr.GetProperty("data").GetProperty("qr_code").GetString()!).Within();
            Assert.True(outcome.IsLinked, outcome.Reason);
            Devices.Add(id, account);
        }

        await UntilConnectedAsync(through);
    }

    /// <summary>Waits until every device is connected, as a process and WhatsApp say it.</summary>
    public async Task UntilConnectedAsync(SiloProcess through)
    {
        foreach (var (id, account) in Devices)
        {
            await Eventually.IsAsync(
                async () => await IsConnectedAsync(through, id) && account.Devices.Single().IsActive, connected => connected, () => through.Output);
        }
    }

    /// <summary>Waits until every device is owned by a process and connected there.</summary>
    public async Task UntilTakenOverAsync(SiloProcess by)
    {
        await Eventually.IsAsync(async () => (await OwnedByAsync(by)).Count, owned => owned == Devices.Count, () => by.Output);
        await UntilConnectedAsync(by);
    }

    /// <summary>Whether a process can say that a device is connected.</summary>
    public async Task<bool> IsConnectedAsync(SiloProcess through, string id) =>
        (await through.SendAsync(HttpMethod.Get, $"/status?device_id={id}", _token)).GetProperty("data").GetProperty("connected").GetBoolean();

    /// <summary>Asks a process for what only the owner of a device knows.</summary>
    public Task<HttpResponseMessage> AskForContactsAsync(SiloProcess through, string id) =>
        through.AskAsync(HttpMethod.Get, $"/contacts?device_id={id}", _token);

    /// <summary>The devices whose lease a process holds.</summary>
    public async Task<IReadOnlyList<string>> OwnedByAsync(SiloProcess process)
    {
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var command = source.CreateCommand("SELECT device_id::text FROM wuts_leases WHERE owner LIKE $1");
        command.Parameters.Add(new NpgsqlParameter { Value = $"%-{process.Id}-%" });
        await using var reader = await command.ExecuteReaderAsync();
        var devices = new List<string>();
        while (await reader.ReadAsync())
        {
            devices.Add(reader.GetString(0));
        }

        return devices;
    }

    /// <summary>How often each device logged in.</summary>
    public Dictionary<string, int> Logins() => Devices.ToDictionary(device => device.Key, device => device.Value.Devices.Single().Logins);

    /// <summary>
    /// Goes through all that happened at WhatsApp: a login while another connection of the same device was logged in, which is two
    /// sockets of one device that are both answered.
    /// </summary>
    public IReadOnlyList<SimulatorEvent> SecondLogins()
    {
        var open = new Dictionary<(string?, int?), long?>();
        var second = new List<SimulatorEvent>();
        foreach (var happened in WhatsApp.Events.Since(0))
        {
            var device = (happened.Account, happened.Device);
            switch (happened.Kind)
            {
                case SimulatorEventKind.LoggedIn:
                    if (!open.TryAdd(device, happened.Connection))
                    {
                        second.Add(happened);
                        open[device] = happened.Connection;
                    }

                    break;
                case SimulatorEventKind.Disconnected when open.TryGetValue(device, out var connection) && connection == happened.Connection:
                    open.Remove(device);
                    break;
            }
        }

        return second;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _simulator.DisposeAsync();
    }
}
