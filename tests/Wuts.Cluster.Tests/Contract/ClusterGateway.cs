using System.Security.Cryptography;
using Wuts.Contract.Scene;
using Wuts.Simulator;

namespace Wuts.Cluster.Tests.Contract;

/// <summary>The gateway in a cluster on PostgreSQL: a silo with the devices, and the API as an Orleans client in a process of its own.</summary>
public sealed class ClusterGateway : GatewayUnderTest
{
    /// <summary>The collection of all classes that share it.</summary>
    public const string Name = "cluster gateway";

    private readonly string _directory = Directory.CreateTempSubdirectory("wuts-contract-").FullName;
    private SiloProcess? _silo;
    private SiloProcess? _api;

    public override Uri Address => _api!.Address;

    protected override async Task StartAsync(SimulatorHost simulator)
    {
        // As environment variables, with what tells the processes where they store and that they belong together.
        var settings = Settings(simulator).ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
        settings["Wuts__ConnectionString"] = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        settings["Wuts__DataDirectory"] = _directory;
        settings["Wuts__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        _silo = await SiloProcess.StartAsync("silo", settings);
        _api = await SiloProcess.StartAsync("api", settings);
    }

    protected override async Task StopAsync()
    {
        foreach (var process in (SiloProcess?[])[_api, _silo])
        {
            await (process?.DisposeAsync() ?? default);
        }

        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>The classes that share a cluster.</summary>
[CollectionDefinition(ClusterGateway.Name)]
public sealed class ClusterGatewayCollection : ICollectionFixture<ClusterGateway>;
