namespace Wuts.Simulator.Control;

/// <summary>Groups and communities. Changes are told to the linked devices of the members.</summary>
internal static class GroupEndpoints
{
    public static void MapGroupControl(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/groups", (JsonBody<GroupRequest> body) =>
            Results.Json(GroupView.Of(body.Value.Create(server), viewer: null, withMembers: true), statusCode: StatusCodes.Status201Created));
        routes.MapGet("/groups", (int? offset, int? limit) => Results.Json(Lookup.Page(
            [.. server.Groups.All.OrderBy(group => group.Jid.User, StringComparer.Ordinal)],
            offset,
            limit,
            group => GroupView.Of(group, viewer: null, withMembers: false))));
        routes.MapGet("/groups/{name}", (string name) => With(server, name, Show));
        routes.MapPatch("/groups/{name}", (string name, JsonBody<GroupPatch> body) => With(server, name, group =>
        {
            body.Value.Apply(server, group);
            return Show(group);
        }));
        routes.MapPost("/groups/{name}/members", (string name, JsonBody<MembersRequest> body) => With(server, name, group =>
        {
            body.Value.Apply(server, group);
            return Show(group);
        }));
        routes.MapDelete("/groups/{name}", (string name) => With(server, name, group =>
        {
            group.Delete();
            return Results.NoContent();
        }));
    }

    private static IResult Show(Group group) => Results.Json(GroupView.Of(group, viewer: null, withMembers: true));

    private static IResult With(SimulatorServer server, string name, Func<Group, IResult> answer) =>
        Lookup.Group(server, name) is { } group ? answer(group) : ControlErrors.NotFound("unknown-group", "There is no such group.");
}
