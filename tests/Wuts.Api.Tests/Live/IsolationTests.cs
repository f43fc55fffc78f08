using System.Net;
using Microsoft.AspNetCore.Routing;

namespace Wuts.Api.Tests.Live;

/// <summary>Every endpoint under every base path, called by everybody for whom it is not.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private TwoTenants _scene = null!;

    public async Task InitializeAsync() => _scene = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _scene.Gateway.DisposeAsync();

    [Fact]
    [Statement("wuts 1.2", "Every endpoint, tried by another tenant, a colleague, the operator, a stranger and nobody, keeps what is not theirs.")]
    [Statement("device-profile 1.1", "A device that belongs to another app answers 404 not_found on every path.")]
    [Statement("wawp 1.2", "An instance of another tenant is 404 invalid_instance on every path.")]
    public async Task Nothing_leaks_across_tenants_and_roles()
    {
        AssertNoneIsForgotten();
        var before = await ReadAlphaAsync();
        var problems = new List<string>();
        foreach (var probe in ProbeTable.All)
        {
            foreach (var route in _scene.RoutesOf(probe))
            {
                await TryAsync(problems, probe, route, "nobody", new ApiClient(_scene.Gateway.Address, null), OfNobody);
                await TryAsync(problems, probe, route, "stranger", _scene.Gateway.Client(Guid.NewGuid().ToString()), OfNobody);
                if (probe.Scope != ProbeScope.Master)
                {
                    await TryAsync(problems, probe, route, "operator", _scene.Gateway.Master, OfOperator);
                }

                await TryAsync(problems, probe, route, "other tenant", _scene.Beta.Http, OfOtherTenant);
                await TryAsync(problems, probe, route, "other tenant's manager", _scene.BetaManager.Http, OfOtherManager);
                await TryAsync(problems, probe, route, "colleague", _scene.Colleague.Http, OfColleague);
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.Equal(before, await ReadAlphaAsync());
        await AssertOwnerIsServedAsync();
    }

    // That the same calls are good in the hands of their owner proves that it was the caller who was refused.
    private async Task AssertOwnerIsServedAsync()
    {
        var problems = new List<string>();
        foreach (var probe in ProbeTable.All)
        {
            var client = probe.Scope == ProbeScope.Master ? _scene.Gateway.Master : _scene.Alpha.Http;
            var answer = await probe.SendAsync(client, _scene.RoutesOf(probe).First(), _scene.Values);
            if ((int)answer.Status != probe.Owner)
            {
                problems.Add($"{probe.Endpoint}: {(int)answer.Status} {answer.Text}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private void AssertNoneIsForgotten()
    {
        string[] operations = ["/health/", "/metrics", "/openapi", "/docs", "/dashboard"];
        var served = _scene.Gateway.Routes
            .Where(route => route.DisplayName is { } name && !name.Contains(" *", StringComparison.Ordinal))
            .Where(route => route.RoutePattern.RawText is { } path && path != "/" && !operations.Any(path.StartsWith))
            .Select(route => route.DisplayName!).ToHashSet();
        Assert.Equal(served.Order(), ProbeTable.All.Select(probe => probe.Endpoint).Distinct().Order());
    }

    private async Task TryAsync(
        List<string> problems, Probe probe, RouteEndpoint route, string who, ApiClient client, Func<Probe, ApiAnswer, bool?> expectation)
    {
        var answer = await probe.SendAsync(client, route, _scene.Values);
        var expected = expectation(probe, answer);
        var leaked = who is "other tenant" or "other tenant's manager" or "nobody" or "stranger" ? _scene.Secrets.FirstOrDefault(secret => answer.Text.Contains(secret, StringComparison.Ordinal)) : null;
        if (expected == false || leaked is not null || (int)answer.Status >= 500)
        {
            problems.Add($"{who}: {probe.Endpoint} at {route.RoutePattern.RawText}: {(int)answer.Status} {answer.Text} {leaked}");
        }
    }

    private static bool? OfNobody(Probe probe, ApiAnswer answer) => probe.Scope == ProbeScope.Public || answer.Status == HttpStatusCode.Unauthorized;

    private static bool? OfOperator(Probe probe, ApiAnswer answer) => probe switch
    {
        { Scope: ProbeScope.Public } or { Endpoint: "wuts GET /users/{id}" } => null,
        { Dialect: "wuts" } => answer.Status == HttpStatusCode.Forbidden,
        _ => answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized,
    };

    private static bool? OfOtherTenant(Probe probe, ApiAnswer answer) => probe switch
    {
        { Scope: ProbeScope.Public or ProbeScope.Own } => null,
        { Scope: ProbeScope.Master } => answer.Status == HttpStatusCode.Forbidden,
        { Endpoint: "wuts GET /status" } => answer.Status == HttpStatusCode.OK && answer.Text.Contains("\"not_found\"", StringComparison.Ordinal),
        { Dialect: "wuts" } => answer.Status == HttpStatusCode.NotFound && answer.Text.Contains("NOT_FOUND", StringComparison.Ordinal),
        { Dialect: "wawp" } => answer.Status == HttpStatusCode.NotFound && answer.Text.Contains("\"invalid_instance\"", StringComparison.Ordinal),
        _ => answer.Status == HttpStatusCode.NotFound && answer.Text.Contains("\"not_found\"", StringComparison.Ordinal),
    };

    // The role is checked before anything is looked for, so a refusal says nothing about who exists.
    private static bool? OfOtherManager(Probe probe, ApiAnswer answer) => probe.Endpoint == "wuts DELETE /users/{id}"
        ? answer.Status == HttpStatusCode.Forbidden
        : OfOtherTenant(probe, answer);

    private static bool? OfColleague(Probe probe, ApiAnswer answer) => probe switch
    {
        { Scope: ProbeScope.Public } => null,
        { Scope: ProbeScope.Master } => answer.Status == HttpStatusCode.Forbidden,
        { Endpoint: "wuts GET /status" } => answer.Text.Contains("\"not_found\"", StringComparison.Ordinal),
        { Scope: ProbeScope.Own, Pattern: "/users" or "/identity/links" } => answer.Status == HttpStatusCode.Forbidden,
        { Scope: ProbeScope.Own } or { Endpoint: "wuts GET /users/{id}" or "wuts PUT /users/{id}" } => null,
        { Dialect: "wuts" } => answer.Status == HttpStatusCode.Forbidden,
        _ => answer.Status == HttpStatusCode.NotFound,
    };

    private async Task<string> ReadAlphaAsync()
    {
        var http = _scene.Alpha.Http;
        var texts = new List<string>();
        foreach (var path in new[] { "/contacts", "/contacts/blocklist", "/status", $"/users/{_scene.Colleague.UserId}", "/groups" })
        {
            texts.Add((await http.GetAsync(path)).Text);
        }

        return string.Join('\n', texts);
    }
}
