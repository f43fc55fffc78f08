namespace Wuts.Hosting.Composition;

/// <summary>What of the gateway a process runs, and on which engine.</summary>
internal sealed record GatewayParts
{
    /// <summary>Adds <see cref="Core.Engine.IActors"/> and what belongs to it. Called when the stores are registered.</summary>
    public required Func<WebApplicationBuilder, HostSettings, CancellationToken, Task> AddEngine { get; init; }

    /// <summary>Whether the REST API is served. Health always is.</summary>
    public bool ServesApi { get; init; } = true;
}
