using Wuts.Core.Engine;

namespace Wuts.Cluster.Tests.Conformance;

/// <summary>The local engine.</summary>
public sealed class LocalWorld : ActorsWorld
{
    private LocalEngine? _engine;

    internal override IActors Actors => _engine!;

    protected override Task StartEngineAsync()
    {
        var (devices, contacts) = CreateProcess();
        _engine = new LocalEngine(devices, contacts);
        return Task.CompletedTask;
    }

    protected override async Task StopEngineAsync() => await _engine!.DisposeAsync();
}
