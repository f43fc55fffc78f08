namespace Wuts.Api.Wawp;

/// <summary>Settings of the Wawp dialect.</summary>
public sealed record WawpOptions
{
    /// <summary>How many instances a user may have; no limit by default. Contract wawp 1.2, <c>limit_reached</c>.</summary>
    public int? MaxInstances { get; init; }
}
