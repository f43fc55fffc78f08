using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Api.Http;
using Wuts.Api.Wawp.Contacts;
using Wuts.Api.Wawp.Groups;
using Wuts.Api.Wawp.Lids;
using Wuts.Api.Wawp.Pictures;
using Wuts.Api.Wawp.Sessions;
using Wuts.Core.Stores;

namespace Wuts.Api.Wawp;

/// <summary>The paths of the Wawp dialect.</summary>
internal static class WawpRoutes
{
    /// <summary>
    /// Maps <c>/v2</c> under several base paths, empty for the root. The limits per instance hold across all of them.
    /// </summary>
    public static void MapWawp(this IEndpointRouteBuilder routes, ApiServices api, params ReadOnlySpan<string> basePaths)
    {
        var services = routes.ServiceProvider;
        var lookups = new LookupGate(api.Time);
        var numbers = new NumberEndpoints(lookups, services.GetRequiredService<IDeviceDataStore>());
        var list = new ContactListEndpoint(services.GetRequiredService<ILinkStore>());
        var lids = new LidEndpoints(lookups);
        var groups = new GroupEndpoints(new RefreshGate(api.Time));
        var sessions = new SessionEndpoints(services.GetService<WawpOptions>() ?? new WawpOptions());
        foreach (var basePath in basePaths)
        {
            new DialectRoutes(routes, basePath, new WawpDialect(), api)
                .MapContacts(list, numbers)
                .MapIdentity(lids)
                .MapGroups(groups)
                .MapSessions(sessions)
                .RefuseOtherMethods()
                .CatchAll(basePath.Length == 0 ? "/v2" : "");
        }
    }

    private static DialectRoutes MapContacts(this DialectRoutes routes, ContactListEndpoint list, NumberEndpoints numbers) => routes
        .Get("/v2/contacts", Access.Member, ContactEndpoints.GetAsync)
        .Get("/v2/contacts/all", Access.Member, list.ListAsync)
        .Get("/v2/contacts/check-exists", Access.Member, numbers.CheckAsync)
        .Get("/v2/contacts/about", Access.Member, ContactEndpoints.GetAboutAsync)
        .Get("/v2/contacts/profile-picture", Access.Member, PictureEndpoints.OfContactAsync)
        .Post("/v2/contacts/block", Access.Member, ContactEndpoints.BlockAsync)
        .Post("/v2/contacts/unblock", Access.Member, ContactEndpoints.UnblockAsync)
        .Get("/v2/contacts/{chatId}", Access.Member, ContactEndpoints.GetByPathAsync)
        .Put("/v2/contacts/{chatId}", Access.Member, ContactEndpoints.SaveAsync)
        .Get("/v2/chats/picture", Access.Member, PictureEndpoints.OfChatAsync)
        .Get("/v2/chats/{chatId}/picture", Access.Member, PictureEndpoints.OfChatInPathAsync);

    private static DialectRoutes MapIdentity(this DialectRoutes routes, LidEndpoints lids) => routes
        .Get("/v2/lids", Access.Member, LidEndpoints.ListAsync)
        .Get("/v2/lids/count", Access.Member, LidEndpoints.CountAsync)
        .Get("/v2/lids/pn/{number}", Access.Member, lids.FindLidAsync)
        .Get("/v2/lids/{lid}", Access.Member, LidEndpoints.FindPhoneAsync);

    private static DialectRoutes MapGroups(this DialectRoutes routes, GroupEndpoints groups) => routes
        .Get("/v2/groups", Access.Member, GroupEndpoints.ListAsync)
        .Get("/v2/groups/count", Access.Member, GroupEndpoints.CountAsync)
        .Get("/v2/groups/detail", Access.Member, GroupEndpoints.GetDetailAsync)
        .Get("/v2/groups/join-info", Access.Member, GroupEndpoints.PreviewAsync)
        .Post("/v2/groups/refresh", Access.Member, groups.RefreshAsync)
        .Get("/v2/groups/{id}", Access.Member, GroupEndpoints.GetAsync)
        .Get("/v2/groups/{id}/picture", Access.Member, PictureEndpoints.OfGroupAsync)
        .Get("/v2/groups/{id}/participants", Access.Member, GroupEndpoints.GetParticipantsAsync);

    private static DialectRoutes MapSessions(this DialectRoutes routes, SessionEndpoints sessions) => routes
        .Post("/v2/session/create", Access.Member, sessions.CreateAsync)
        .GetOrPost("/v2/session/start", SessionEndpoints.StartAsync)
        .GetOrPost("/v2/session/stop", SessionEndpoints.StopAsync)
        .GetOrPost("/v2/session/restart", SessionEndpoints.RestartAsync)
        .GetOrPost("/v2/session/logout", SessionEndpoints.LogoutAsync)
        .Delete("/v2/session/delete", Access.Member, SessionEndpoints.DeleteAsync)
        .GetOrPost("/v2/session/info", SessionEndpoints.GetInfoAsync)
        .Get("/v2/session/me", Access.Member, SessionEndpoints.GetMeAsync)
        .GetOrPost("/v2/auth/qr", LoginEndpoints.GetQrAsync)
        .GetOrPost("/v2/auth/qr-image", LoginEndpoints.GetQrImageAsync)
        .Post("/v2/auth/request-code", Access.Member, LoginEndpoints.RequestCodeAsync);

    private static DialectRoutes GetOrPost(this DialectRoutes routes, string pattern, Endpoint endpoint) =>
        routes.Get(pattern, Access.Member, endpoint).Post(pattern, Access.Member, endpoint);
}
