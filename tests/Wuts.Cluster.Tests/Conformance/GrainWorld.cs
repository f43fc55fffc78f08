using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Wuts.Core.Engine;
using Wuts.Grains;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>Two silos, and a client that is neither of them: every answer crosses the wire.</summary>
public class GrainWorld : ActorsWorld
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cancelled = new();
    private InProcessTestCluster? _cluster;

    internal override IActors Actors => Cluster.Client.ServiceProvider.GetRequiredService<IActors>();

    /// <summary>How the silos keep house.</summary>
    protected virtual GrainOptions Options { get; } = new();

    internal InProcessTestCluster Cluster => _cluster!;

    /// <summary>Completes when a call of a method ends on its silo because it was cancelled.</summary>
    internal Task WhenCancelledAsync(string method) =>
        _cancelled.GetOrAdd(method, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    protected override async Task StartEngineAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            var (devices, contacts) = CreateProcess();
            silo.Services.AddSingleton(devices).AddSingleton(contacts).AddSingleton(devices.Metrics).AddSingleton(devices.Catalog);
            silo.AddWutsGrains(Options);
            silo.AddIncomingGrainCallFilter(WatchAsync);
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

    private async Task WatchAsync(IIncomingGrainCallContext call)
    {
        try
        {
            await call.Invoke();
        }
        catch (OperationCanceledException) when (_cancelled.TryGetValue(call.MethodName, out var cancelled))
        {
            cancelled.TrySetResult();
            throw;
        }
    }
}
