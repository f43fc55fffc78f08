using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wuts.Grains;

namespace Wuts.Silo.Composition;

/// <summary>What a process of the cluster reads from its configuration besides the settings of every host.</summary>
internal sealed record ClusterSettings
{
    /// <summary><c>Wuts:Cluster:Id</c>: processes with the same id and database are one cluster. Default <c>wuts</c>.</summary>
    public string Id { get; init; } = "wuts";

    /// <summary><c>Wuts:Cluster:Address</c>: the address under which other processes reach this one. Default: loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary><c>Wuts:Cluster:SiloPort</c>: between silos. Whoever reaches it is trusted: keep it private. Default 11111.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary><c>Wuts:Cluster:GatewayPort</c>: for API processes. Whoever reaches it is trusted: keep it private. Default 30000.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>
    /// <c>Wuts:Cluster:ProbeTimeout</c>, in seconds: how often silos probe each other; one that misses three is declared dead. Less
    /// finds a dead silo faster, and takes a busy one for dead. Default 1, 1 to 60.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// <c>Wuts:Cluster:LeaseDuration</c>, in seconds: how long a device of a dead silo stays reserved for it, and for how long a silo
    /// may be without the database before it closes its connections. Renewed every quarter of it. Default 6, 3 to 600.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// <c>Wuts:Cluster:MovesPerMinute</c>: how many devices this silo may hand over in a minute to others that have fewer. Default 6,
    /// 0 (none) to 600.
    /// </summary>
    public int MovesPerMinute { get; init; } = new GrainOptions().MovesPerMinute;

    /// <summary><c>Wuts:Cluster:MaxContacts</c>: how many contacts are held in memory here. Default 50 000, 10 to 10 million.</summary>
    public int MaxContacts { get; init; } = new GrainOptions().MaxContacts;

    /// <summary>A connection string alone means PostgreSQL here; a cluster has no other database.</summary>
    public static void PreferPostgres(IConfigurationManager configuration)
    {
        if (configuration["Wuts:Storage"] is null && configuration["Wuts:ConnectionString"] is { Length: > 0 })
        {
            configuration.AddInMemoryCollection([new("Wuts:Storage", "postgres")]);
        }
    }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting has no meaning; the message names it, its value and the rule.</exception>
    public static ClusterSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Wuts:Cluster");
        var settings = new ClusterSettings();
        return new ClusterSettings
        {
            Id = section["Id"] is { Length: > 0 } id ? id : settings.Id,
            Address = ReadAddress(section) ?? settings.Address,
            SiloPort = ReadNumber(section, "SiloPort", 1, 65535) ?? settings.SiloPort,
            GatewayPort = ReadNumber(section, "GatewayPort", 1, 65535) ?? settings.GatewayPort,
            ProbeTimeout = ReadSeconds(section, "ProbeTimeout", 1, 60) ?? settings.ProbeTimeout,
            LeaseDuration = ReadSeconds(section, "LeaseDuration", 3, 600) ?? settings.LeaseDuration,
            MovesPerMinute = ReadNumber(section, "MovesPerMinute", 0, 600) ?? settings.MovesPerMinute,
            MaxContacts = ReadNumber(section, "MaxContacts", 10, 10_000_000) ?? settings.MaxContacts,
        };
    }

    /// <summary>The settings of a silo that is alone: on ports that are free, so that several of them do not meet.</summary>
    public ClusterSettings Alone()
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return this with
        {
            Address = IPAddress.Loopback,
            SiloPort = ((IPEndPoint)silo.LocalEndpoint).Port,
            GatewayPort = ((IPEndPoint)gateway.LocalEndpoint).Port,
        };
    }

    private static IPAddress? ReadAddress(IConfigurationSection section) =>
        section["Address"] is not { Length: > 0 } text ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new ArgumentException($"{section.Path}:Address is set to \"{text}\". It must be an IP address.");

    private static TimeSpan? ReadSeconds(IConfigurationSection section, string name, int least, int most) =>
        ReadNumber(section, name, least, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static int? ReadNumber(IConfigurationSection section, string name, int least, int most) =>
        section[name] is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new ArgumentException($"{section.Path}:{name} is set to \"{text}\". It must be a whole number from {least} to {most}.");
}
