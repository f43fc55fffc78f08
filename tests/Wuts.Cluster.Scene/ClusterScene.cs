using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Wuts.Simulator;
using Wuts.Testing;

namespace Wuts.Cluster.Scene;

/// <summary>A simulated WhatsApp, a PostgreSQL database, processes of a cluster on them, and a user with devices.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    private const string MasterToken = "the-operators-token";
    private const int LinkParallelism = 8;
    private const int MembersPerGroup = 10;
    private const int EventCapacity = 1 << 20;

    // Several processes share a server of 300 connections.
    private const int PoolSize = 30;

    private readonly SimulatorHost _simulator;
    private readonly SceneOptions _options;
    private readonly Dictionary<string, string> _settings;
    private readonly NpgsqlDataSource _source;
    private readonly string _connection;
    private readonly List<SiloProcess> _processes = [];
    private readonly ConcurrentDictionary<string, SceneDevice> _devices = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<Person>> _people;
    private int _accounts;
    private int _named;

    private ClusterScene(SimulatorHost simulator, PostgresServer server, string connection, SceneOptions options)
    {
        _simulator = simulator;
        _options = options;
        _connection = connection;
        _source = NpgsqlDataSource.Create(connection);
        Server = server;
        Wire = new WireWatch(simulator.Server.Events);
        _people = new(() => [.. Enumerable.Range(0, options.ContactsPerAccount).Select(i => WhatsApp.People.Add(new PersonSpec { About = About(i) }))]);
        _settings = new()
        {
            ["Wuts__DataDirectory"] = Path.GetTempPath(),
            ["Wuts__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Wuts__MasterToken"] = MasterToken,
            ["WhatsApp__Endpoint"] = simulator.Endpoint.ToString(),
            ["WhatsApp__NoiseRootKey"] = Convert.ToHexString(simulator.RootKey.Span),
            ["WhatsApp__MediaBaseUrl"] = simulator.MediaBaseUrl.ToString(),
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__LogLevel__Wuts.Grains.DeviceDrain"] = "Information",
        };
        foreach (var (setting, value) in options.Settings)
        {
            _settings[setting] = value;
        }
    }

    /// <summary>The other side of the wire.</summary>
    public SimulatorServer WhatsApp => _simulator.Server;

    /// <summary>The database server.</summary>
    public PostgresServer Server { get; }

    /// <summary>What WhatsApp saw of the devices.</summary>
    public WireWatch Wire { get; }

    /// <summary>The linked devices.</summary>
    public IReadOnlyCollection<SceneDevice> Devices => [.. _devices.Values];

    /// <summary>The token of the user whose devices they are.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Starts WhatsApp and the database; processes come later.</summary>
    public static async Task<ClusterScene> StartAsync(SceneOptions? options = null)
    {
        options ??= new SceneOptions();
        var server = await (options.OwnDatabase ? PostgresServer.StartAsync(waitsForDisk: true) : PostgresServer.GetAsync());
        var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 31, EventCapacity = EventCapacity });
        return new ClusterScene(simulator, server, await server.CreateDatabaseAsync(), options);
    }

    /// <summary>Starts a process and waits until it is ready.</summary>
    public async Task<SiloProcess> AddAsync(string role, SiloPorts? ports = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{role}-{Interlocked.Increment(ref _named)}");
        var connection = new NpgsqlConnectionStringBuilder(_connection) { ApplicationName = name, MaxPoolSize = PoolSize }.ConnectionString;
        var process = await SiloProcess.StartAsync(
            role, new Dictionary<string, string>(_settings) { ["Wuts__ConnectionString"] = connection }, ports, name, _options.Program);
        lock (_processes)
        {
            _processes.Add(process);
        }

        return process;
    }

    /// <summary>Starts a process with settings that differ from the others', and does not wait for it.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="differing">What it has instead; an empty value takes a setting away.</param>
    public SiloProcess Launch(string role, IReadOnlyDictionary<string, string> differing)
    {
        var settings = new Dictionary<string, string>(_settings) { ["Wuts__ConnectionString"] = _connection };
        foreach (var (name, value) in differing)
        {
            settings[name] = value;
        }

        var process = SiloProcess.Launch(role, settings, program: _options.Program);
        _processes.Add(process);
        return process;
    }

    /// <summary>Registers a user.</summary>
    public async Task RegisterAsync(SiloProcess through)
    {
        var body = new { tenant_name = "Tenant", email = "owner@example.com", password = "correct horse" };
        Token = (await through.SendAsync(HttpMethod.Post, "/register", MasterToken, body)).GetProperty("token").GetString()!;
    }

    /// <summary>Links devices, each to an account of its own, and waits until they are connected and know their address books.</summary>
    public async Task LinkAsync(SiloProcess through, int count)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = LinkParallelism }, async (_, _) => await LinkAsync(through));
        await UntilConnectedAsync(through);
    }

    /// <summary>Waits until every device is connected, as a process and WhatsApp say it.</summary>
    public async Task UntilConnectedAsync(SiloProcess through)
    {
        foreach (var device in Devices)
        {
            await Eventually.IsAsync(
                async () => device.Linked.IsActive && await IsConnectedAsync(through, device), connected => connected, () => through.Output);
        }
    }

    /// <summary>Waits until every device is owned by a process and connected there.</summary>
    public async Task UntilTakenOverAsync(SiloProcess by)
    {
        await Eventually.IsAsync(async () => (await OwnedByAsync(by)).Count, owned => owned == _devices.Count, () => by.Output);
        await UntilConnectedAsync(by);
    }

    /// <summary>Whether a process can say that a device is connected.</summary>
    public async Task<bool> IsConnectedAsync(SiloProcess through, SceneDevice device)
    {
        using var answer = await through.AskAsync(HttpMethod.Get, $"/status?device_id={device.Id}", Token);
        return answer.IsSuccessStatusCode
            && (await answer.Content.ReadAsStringAsync()).Contains("\"connected\":true", StringComparison.Ordinal);
    }

    /// <summary>Asks a process for what only the owner of a device knows.</summary>
    public Task<HttpResponseMessage> AskForContactsAsync(SiloProcess through, SceneDevice device) =>
        through.AskAsync(HttpMethod.Get, $"/contacts?device_id={device.Id}", Token);

    /// <summary>The devices whose lease a process holds.</summary>
    public async Task<IReadOnlyList<SceneDevice>> OwnedByAsync(SiloProcess process)
    {
        await using var command = _source.CreateCommand("SELECT device_id::text FROM wuts_leases WHERE owner LIKE $1");
        command.Parameters.Add(new NpgsqlParameter { Value = $"%-{process.Id}-%" });
        await using var reader = await command.ExecuteReaderAsync();
        var owned = new List<SceneDevice>();
        while (await reader.ReadAsync())
        {
            owned.Add(_devices[reader.GetString(0)]);
        }

        return owned;
    }

    /// <summary>Records from now on which process writes.</summary>
    public Task<WriteAudit> AuditAsync() => WriteAudit.BeginAsync(_source);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Wire.DisposeAsync();
        await _simulator.DisposeAsync();
        await _source.DisposeAsync();
        if (_options.OwnDatabase)
        {
            await Server.DisposeAsync();
        }
    }

    private static string About(int person) => string.Create(CultureInfo.InvariantCulture, $"Person number {person}");

    private async Task LinkAsync(SiloProcess through)
    {
        var number = Interlocked.Increment(ref _accounts);
        var label = string.Create(CultureInfo.InvariantCulture, $"Account {number}");
        var account = WhatsApp.Accounts.Create(new AccountSpec { PushName = label, PhoneIsOn = true });
        var names = _people.Value.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{label} contact {i}")).ToList();
        WhatsApp.ContactsOf(account).Save([.. _people.Value.Zip(names, (person, name) => new PhoneContact(person.Jid, name, name))]);

        for (var i = 0; i < _options.GroupsPerAccount; i++)
        {
            WhatsApp.Groups.Create(new GroupSpec
            {
                Subject = string.Create(CultureInfo.InvariantCulture, $"{label} group {i}"),
                Creator = _people.Value[i % _people.Value.Count],
                Members = [WhatsApp.People.Of(account), .. _people.Value.Take(MembersPerGroup)],
            });
        }

        var created = await through.SendAsync(HttpMethod.Post, "/devices", Token, new { name = label });
        var id = created.GetProperty("device").GetProperty("id").GetString()!;
        var qr = await through.SendAsync(HttpMethod.Get, $"/qr?device_id={id}", Token);
        var outcome = await WhatsApp.ScanAsync(account, qr.GetProperty("data").GetProperty("qr_code").GetString()!).WaitAsync(Eventually.Limit);
        if (!outcome.IsLinked)
        {
            throw new InvalidOperationException($"{label} was not linked: {outcome.Reason}");
        }

        var device = new SceneDevice(id, account, names.Order(StringComparer.Ordinal).ToList(), _people.Value[number % _people.Value.Count]);
        _devices[id] = device;
        await Eventually.IsAsync(
            async () =>
            {
                using var answer = await AskForContactsAsync(through, device);
                return await device.FindFaultAsync(answer);
            },
            fault => fault is null,
            () => through.Output);
    }
}
