using Microsoft.Extensions.Logging;
using Wuts.Api.Metrics;
using Wuts.Api.WutsRest;
using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Api;

/// <summary>What endpoints work with: one bundle for all dialects, made once.</summary>
internal sealed class ApiServices(
    IActors actors,
    IDeviceCatalog catalog,
    DeviceRegistry registry,
    TenantService tenants,
    LinkService links,
    TokenDirectory tokens,
    MasterToken master,
    DeviceDirectory devices,
    ApiMetrics metrics,
    TimeProvider time,
    ILogger<ApiServices> log) : IDisposable
{
    /// <summary>Devices and contacts.</summary>
    public IActors Actors { get; } = actors;

    /// <summary>Device records, always as the store has them.</summary>
    public IDeviceCatalog Catalog { get; } = catalog;

    /// <summary>Creates devices.</summary>
    public DeviceRegistry Registry { get; } = registry;

    /// <summary>Tenants and users.</summary>
    public TenantService Tenants { get; } = tenants;

    /// <summary>Verified links between addresses.</summary>
    public LinkService Links { get; } = links;

    /// <summary>Whose token it is.</summary>
    public TokenDirectory Tokens { get; } = tokens;

    /// <summary>The operator's token.</summary>
    public MasterToken Master { get; } = master;

    /// <summary>Device records, remembered for a moment: for finding the device of a call.</summary>
    public DeviceDirectory Devices { get; } = devices;

    /// <summary>What the API measures.</summary>
    public ApiMetrics Metrics { get; } = metrics;

    /// <summary>Encoded contact lists.</summary>
    public ContactListCache ContactLists { get; } = new();

    /// <summary>What was answered lately about people.</summary>
    public ResolvedCache Resolved { get; } = new(time);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The log of the API.</summary>
    public ILogger Log { get; } = log;

    /// <inheritdoc/>
    public void Dispose() => Resolved.Dispose();
}
