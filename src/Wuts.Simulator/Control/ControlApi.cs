namespace Wuts.Simulator.Control;

/// <summary>
/// The simulator over HTTP, for scripts in any language. Everything is under <c>/sim</c>, in and out as JSON; errors are
/// <c>{"error":{"code","message"}}</c> with a 4xx status. The README beside this project describes each call.
/// </summary>
internal static class ControlApi
{
    public const string Path = "/sim";

    public static void MapControl(this IEndpointRouteBuilder routes, SimulatorServer server)
    {
        var group = routes.MapGroup(Path);
        group.MapAccounts(server);
        group.MapPairing(server);
        group.MapPhones(server);
        group.MapPeople(server);
        group.MapContacts(server);
        group.MapAccountWorld(server);
        group.MapGroupControl(server);
        group.MapWorld(server);
        group.MapConnections(server);
        group.MapFaults(server);
        group.MapRecords(server);
        group.MapFallback(() => ControlErrors.NotFound("unknown-path", "There is nothing at this path; see the README of the simulator."));
    }
}
