using Wuts.Simulator.Faults;

namespace Wuts.Simulator.Control;

/// <summary>Misbehaviour on command.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        routes.MapPost("/faults", (JsonBody<Fault> fault) => Results.Json(server.Faults.Add(fault.Value), statusCode: StatusCodes.Status201Created));
        routes.MapGet("/faults", () => Results.Json(server.Faults.List()));
        routes.MapDelete("/faults", () =>
        {
            server.Faults.Clear();
            return Results.NoContent();
        });
        routes.MapDelete("/faults/{id:long}", (long id) =>
            server.Faults.Remove(id) ? Results.NoContent() : ControlErrors.NotFound("unknown-fault", "No fault with this number is armed."));
    }
}
