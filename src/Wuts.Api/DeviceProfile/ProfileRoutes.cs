using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Api.Http;
using Wuts.Core.Stores;

namespace Wuts.Api.DeviceProfile;

/// <summary>The paths of the device-profile dialect.</summary>
internal static class ProfileRoutes
{
    private const string Profile = "/devices/{device_id}/profile";
    private const string Groups = "/devices/{device_id}/groups";

    /// <summary>
    /// Maps the whole dialect under a base path, and at the root the two paths that no other dialect has.
    /// </summary>
    public static void MapDeviceProfile(this IEndpointRouteBuilder routes, ApiServices api, string basePath)
    {
        var dialect = new ProfileDialect();
        var profiles = new ProfileEndpoints(new FirstSight(routes.ServiceProvider.GetRequiredService<ILinkStore>(), api.Time));
        new DialectRoutes(routes, basePath, dialect, api)
            .Get(Profile, Access.Member, profiles.GetProfileAsync)
            .Get(Groups, Access.Member, ProfileEndpoints.ListGroupsAsync)
            .Get("/devices", Access.Member, DeviceEndpoints.ListAsync)
            .Post("/devices", Access.Member, DeviceEndpoints.CreateAsync)
            .Post("/devices/deploy", Access.Member, DeviceEndpoints.CreateAsync)
            .Post("/devices/{device_id}/qr", Access.Member, DeviceEndpoints.ResetQrAsync)
            .Post("/devices/{device_id}/disconnect", Access.Member, DeviceEndpoints.DisconnectAsync)
            .Delete("/devices/{device_id}", Access.Member, DeviceEndpoints.DestroyAsync)
            .Get("/health", Access.Public, GetHealthAsync)
            .RefuseOtherMethods()
            .CatchAll();
        new DialectRoutes(routes, "", dialect, api)
            .Get(Profile, Access.Member, profiles.GetProfileAsync)
            .Get(Groups, Access.Member, ProfileEndpoints.ListGroupsAsync)
            .RefuseOtherMethods();
    }

    // C4: the process answers; whether it is ready for traffic is asked elsewhere.
    private static Task<Reply> GetHealthAsync(Call call) => Task.FromResult(Reply.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("status", "ok");
        json.WriteEndObject();
    }));
}
