using System.Net;

namespace Wuts.Api.Tests.Live;

/// <summary>Every endpoint, called by a manager about what belongs to the admin of the same tenant.</summary>
public sealed class ManagerTests : IAsyncLifetime
{
    // The users of a tenant, and the end of what is somebody else's, are for admins and owners.
    private static readonly string[] Refused =
    [
        "wuts GET /users", "wuts POST /users", "wuts DELETE /users/{id}", "wuts DELETE /devices/{deviceID}",
    ];

    private TwoTenants _scene = null!;

    public async Task InitializeAsync() => _scene = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _scene.Gateway.DisposeAsync();

    [Fact]
    [Statement("wuts 1.2", "A manager uses every device of the tenant and decides about links, and gets 403 for what is an admin's, an owner's or the operator's.")]
    [Statement("device-profile 1.1", "The role of a caller opens nobody's device: a manager gets 404 not_found for a colleague's on every path.")]
    [Statement("wawp 1.2", "The role of a caller opens nobody's instance: a manager gets 404 invalid_instance for a colleague's on every path.")]
    public async Task A_manager_gets_what_the_role_gives_and_nothing_else()
    {
        var problems = new List<string>();
        foreach (var probe in ProbeTable.All)
        {
            foreach (var route in Routes(probe))
            {
                var answer = await probe.SendAsync(_scene.Manager.Http, route, _scene.Values);
                var (status, word) = Expected(probe);
                if ((int)answer.Status != status || !answer.Text.Contains(word, StringComparison.Ordinal) || LeaksTo(probe, answer))
                {
                    problems.Add($"{probe.Endpoint} at {route.RoutePattern.RawText}: {(int)answer.Status}, not {status} {word}: {answer.Text}");
                }
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    [Statement("wuts 1.2", "A manager can neither change nor remove an admin, nor become or make one; nothing has happened afterwards.")]
    public async Task A_manager_cannot_touch_or_make_an_admin()
    {
        var before = await _scene.Alpha.Http.GetAsync("/users");
        (string Method, string Path, string? Body)[] attempts =
        [
            ("PUT", $"/users/{_scene.Alpha.UserId}", """{"active":false}"""),
            ("PUT", $"/users/{_scene.Alpha.UserId}", """{"role":"user"}"""),
            ("POST", $"/users/{_scene.Alpha.UserId}/promote", """{"new_role":"manager"}"""),
            ("DELETE", $"/users/{_scene.Alpha.UserId}", null),
            ("PUT", $"/users/{_scene.Manager.UserId}", """{"role":"admin"}"""),
            ("POST", $"/users/{_scene.Manager.UserId}/promote", """{"new_role":"admin"}"""),
            ("PUT", $"/users/{_scene.Colleague.UserId}", """{"role":"admin"}"""),
            ("POST", $"/users/{_scene.Colleague.UserId}/promote", """{"new_role":"admin"}"""),
        ];
        foreach (var (method, path, body) in attempts)
        {
            (await _scene.Manager.Http.SendAsync(HttpMethod.Parse(method), path, body, null)).IsWutsError(HttpStatusCode.Forbidden, "FORBIDDEN");
            Assert.Equal(before.Text, (await _scene.Alpha.Http.GetAsync("/users")).Text);
        }
    }

    // What is allowed may only be done once; what is refused is tried under every base path.
    private IEnumerable<Microsoft.AspNetCore.Routing.RouteEndpoint> Routes(Probe probe) =>
        Expected(probe).Status is 403 or 404 ? _scene.RoutesOf(probe) : _scene.RoutesOf(probe).Take(1);

    private static (int Status, string Word) Expected(Probe probe) => probe switch
    {
        { Scope: ProbeScope.Master } => (403, "master token required"),
        { Scope: ProbeScope.Device, Dialect: "wawp" } => (404, "\"invalid_instance\""),
        { Scope: ProbeScope.Device, Dialect: "device-profile" } => (404, "\"not_found\""),
        _ when Refused.Contains(probe.Endpoint) => (403, "\"FORBIDDEN\""),
        _ => (probe.Owner, ""),
    };

    // Tokens are their owner's; a manager sees no other one, and nothing at all of what is refused.
    private bool LeaksTo(Probe probe, ApiAnswer answer) =>
        new[] { _scene.Alpha.Token, _scene.Colleague.Token }.Any(token => answer.Text.Contains(token, StringComparison.Ordinal))
        || ((int)answer.Status is 403 or 404 && answer.Text.Contains(TwoTenants.Mark, StringComparison.Ordinal) && probe.Scope == ProbeScope.Device);
}
