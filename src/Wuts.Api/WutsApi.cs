using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Wuts.Api.Http;
using Wuts.Api.Metrics;
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
        services.AddMetrics();
        services.TryAddSingleton<ApiMetrics>();
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
        var api = routes.ServiceProvider.GetRequiredService<ApiServices>();
        DeviceProfile.ProfileRoutes.MapDeviceProfile(routes, api, "/wa");
        Wawp.WawpRoutes.MapWawp(routes, api, "/wawp", "");
        return routes;
    }

    /// <summary>Maps the WUTS dialect under a base path: empty for the root, else with a leading and without a trailing slash.</summary>
    public static IEndpointRouteBuilder MapWutsDialect(this IEndpointRouteBuilder routes, string basePath)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var api = routes.ServiceProvider.GetRequiredService<ApiServices>();
        var dialect = new WutsDialect(api.Time);
        var map = new DialectRoutes(routes, basePath, dialect, api);
        MapDevices(map);
        MapContacts(map);
        MapIdentity(map);
        MapTenancy(map);
        map.RefuseOtherMethods().CatchAll();
        return routes;
    }

    private static void MapDevices(DialectRoutes map) => map
        .Post("/devices", Access.Member, DeviceEndpoints.CreateAsync)
        .Get("/devices", Access.Member, DeviceEndpoints.ListAsync)
        .Get("/user/devices", Access.Member, DeviceEndpoints.ListMineAsync)
        .Delete("/devices/{deviceID}", Access.Member, DeviceEndpoints.DisconnectAsync)
        .Get("/qr", Access.Member, PairingEndpoints.QrAsync)
        .Get("/qr/status", Access.Member, PairingEndpoints.QrStatusAsync)
        .Post("/paircode", Access.Member, PairingEndpoints.PairCodeAsync)
        .Get("/status", Access.Member, SessionEndpoints.StatusAsync)
        .Post("/connect", Access.Member, SessionEndpoints.ConnectAsync)
        .Post("/disconnect", Access.Member, SessionEndpoints.DisconnectAsync)
        .Post("/logout", Access.Member, SessionEndpoints.LogoutAsync);

    private static void MapContacts(DialectRoutes map) => map
        .Get("/contacts", Access.Member, ContactEndpoints.ListAsync)
        .Get("/contacts/profile", Access.Member, ProfileEndpoints.ProfileAsync)
        .Get("/contacts/profile-picture", Access.Member, PictureEndpoints.AddressAsync)
        .Get("/contacts/{jid}/picture", Access.Member, PictureEndpoints.FileAsync)
        .Post("/contacts/resolve", Access.Member, ResolveEndpoints.ResolveAsync)
        .Post("/contact/check", Access.Member, CheckEndpoints.CheckAsync)
        .Get("/contacts/blocklist", Access.Member, BlocklistEndpoints.ListAsync)
        .Post("/contacts/block", Access.Member, BlocklistEndpoints.BlockAsync)
        .Post("/contacts/unblock", Access.Member, BlocklistEndpoints.UnblockAsync)
        .Post("/appstate/sync", Access.Member, SyncEndpoints.SyncAsync)
        .Get("/groups", Access.Member, GroupEndpoints.ListAsync)
        .Get("/groups/{jid}", Access.Member, GroupEndpoints.GetAsync)
        .Get("/groups/{jid}/invite", Access.Member, GroupEndpoints.InviteAsync)
        .Get("/chats", Access.Member, GroupEndpoints.ChatsAsync);

    private static void MapIdentity(DialectRoutes map) => map
        .Post("/identity/verifications", Access.Member, IdentityEndpoints.OpenAsync)
        .Post("/identity/verifications/{id}/confirm", Access.Member, IdentityEndpoints.ConfirmAsync)
        .Post("/identity/links", Access.Member, IdentityEndpoints.LinkAsync)
        .Delete("/identity/links/{id}", Access.Member, IdentityEndpoints.UndoAsync)
        .Get("/identity/people", Access.Member, IdentityEndpoints.PersonAsync);

    private static void MapTenancy(DialectRoutes map) => map
        .Get("/users", Access.Member, UserEndpoints.ListAsync)
        .Post("/users", Access.Member, UserEndpoints.CreateAsync)
        .Get("/users/{id}", Access.MemberOrMaster, UserEndpoints.GetAsync)
        .Put("/users/{id}", Access.Member, UserEndpoints.UpdateAsync)
        .Delete("/users/{id}", Access.Member, UserEndpoints.DeleteAsync)
        .Post("/users/{id}/promote", Access.Member, UserEndpoints.PromoteAsync)
        .Post("/register", Access.Master, TenantEndpoints.RegisterAsync)
        .Get("/tenants", Access.Master, TenantEndpoints.ListAsync)
        .Get("/global/tenants/{id}", Access.Master, TenantEndpoints.GetAsync)
        .Delete("/global/tenants/{id}", Access.Master, TenantEndpoints.DeleteAsync);
}
