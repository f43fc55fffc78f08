using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Wuts.Api.Http;
using Wuts.Api.WutsRest;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Tenancy;

namespace Wuts.Api;

/// <summary>Puts the REST dialects into a host.</summary>
public static class WutsApi
{
    /// <summary>
    /// Adds what the dialects need. The host adds the rest: <see cref="Core.Engine.IActors"/>, the stores,
    /// <see cref="Core.Events.IEventStream"/> and a <see cref="MasterToken"/>.
    /// </summary>
    public static IServiceCollection AddWutsApi(this IServiceCollection services)
    {
        services.AddRoutingCore();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(MasterToken.None);
        services.TryAddSingleton<TokenDirectory>();
        services.TryAddSingleton<TenantService>();
        services.TryAddSingleton<LinkService>();
        services.TryAddSingleton<DeviceRegistry>();
        services.TryAddSingleton<DeviceDirectory>();
        services.TryAddSingleton<ApiServices>();
        services.AddHostedService<DeviceEventWatcher>();

        // The host's own request log writes paths and query strings, which hold phone numbers and, in the Wawp dialect, tokens.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning));
        return services;
    }

    /// <summary>Maps every dialect: each in full under its base path, and at the root what the contracts put there.</summary>
    public static IEndpointRouteBuilder MapWutsApi(this IEndpointRouteBuilder routes)
    {
        routes.MapWutsDialect("/wuts");
        routes.MapWutsDialect("");
        return routes;
    }

    /// <summary>Maps the WUTS dialect under a base path: empty for the root, else with a leading and without a trailing slash.</summary>
    public static IEndpointRouteBuilder MapWutsDialect(this IEndpointRouteBuilder routes, string basePath)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var api = routes.ServiceProvider.GetRequiredService<ApiServices>();
        var dialect = new WutsDialect(api.Time);
        new DialectRoutes(routes, basePath, dialect, api)
            .RefuseOtherMethods()
            .CatchAll();
        return routes;
    }
}
