using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Wuts.Core.Engine;
using Wuts.Grains;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>Two silos, and a client that is neither of them: every answer crosses the wire.</summary>
public sealed class GrainWorld : ActorsWorld
{
    private InProcessTestCluster? _cluster;

    internal override IActors Actors => Cluster.Client.ServiceProvider.GetRequiredService<IActors>();

    internal InProcessTestCluster Cluster => _cluster!;

    protected override async Task StartEngineAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            var (devices, contacts) = CreateProcess();
            silo.Services.AddSingleton(devices).AddSingleton(contacts).AddSingleton(devices.Metrics).AddSingleton(devices.Catalog);
            silo.AddWutsGrains();
        });
        builder.ConfigureClient(client => client.AddWutsGrains());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    protected override async Task StopEngineAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.StopAllSilosAsync();
            await _cluster.DisposeAsync();
        }
    }
}
