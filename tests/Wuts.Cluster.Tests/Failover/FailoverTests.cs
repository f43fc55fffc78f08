using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit.Abstractions;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>Processes on loopback, one PostgreSQL, one simulated WhatsApp: what happens to the devices of a process that ends.</summary>
public sealed class FailoverTests(ITestOutputHelper output)
{
    private const int Count = 6;

    [PostgresFact]
    public async Task Devices_of_a_killed_silo_are_connected_on_the_other()
    {
        await using var scene = await ClusterScene.StartAsync();
        var (victim, survivor, lost) = await TwoSilosAsync(scene);
        var before = Logins(scene);
        var begun = Stopwatch.GetTimestamp();

        victim.Kill();
        await scene.UntilTakenOverAsync(survivor);

        output.WriteLine($"{lost.Count} of {Count} devices connected again after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        AssertLogins(scene, before, lost);
        await scene.Wire.CatchUpAsync();
        Assert.Empty(scene.Wire.SecondLogins);
    }

    [PostgresFact]
    public async Task Devices_of_a_silo_that_stops_are_handed_over_without_waiting_for_their_leases()
    {
        await using var scene = await ClusterScene.StartAsync();
        var (victim, survivor, lost) = await TwoSilosAsync(scene);
        var before = Logins(scene);
        var begun = Stopwatch.GetTimestamp();

        var stopping = victim.StopAsync();
        await scene.UntilTakenOverAsync(survivor);

        output.WriteLine($"{lost.Count} of {Count} devices connected again after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        await stopping;
        Assert.Contains($"{lost.Count} of {lost.Count} devices have moved", victim.Output, StringComparison.Ordinal);
        AssertLogins(scene, before, lost);
        await scene.Wire.CatchUpAsync();
        Assert.Empty(scene.Wire.SecondLogins);
    }

    [PostgresFact]
    public async Task A_silo_that_was_frozen_and_replaced_ends_and_takes_nothing_back()
    {
        await using var scene = await ClusterScene.StartAsync();
        var (victim, survivor, lost) = await TwoSilosAsync(scene);
        var before = Logins(scene);
        var begun = Stopwatch.GetTimestamp();

        victim.Freeze();
        await scene.UntilTakenOverAsync(survivor);
        output.WriteLine($"{lost.Count} of {Count} devices connected again after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
        victim.Thaw();
        await victim.WhenExitedAsync();

        await scene.UntilTakenOverAsync(survivor);
        AssertLogins(scene, before, lost);
    }

    [PostgresFact]
    public async Task An_API_without_a_silo_says_when_to_try_again_and_recovers_with_it()
    {
        await using var scene = await ClusterScene.StartAsync();
        var silo = await scene.AddAsync("silo");
        var api = await scene.AddAsync("api");
        await scene.RegisterAsync(api);
        await scene.LinkAsync(api, 1);
        var device = scene.Devices.Single();

        silo.Kill();
        using var refused = await scene.AskForContactsAsync(api, device);
        await UntilHealthAsync(api, "degraded", "failing");
        await scene.AddAsync("silo", silo.Ports);
        await scene.UntilConnectedAsync(api);
        await UntilHealthAsync(api, "ok", "ok");
        using var answered = await scene.AskForContactsAsync(api, device);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [PostgresFact]
    public async Task A_silo_serves_its_health_and_no_API()
    {
        await using var scene = await ClusterScene.StartAsync();
        var silo = await scene.AddAsync("silo");

        using var answer = await silo.AskAsync(HttpMethod.Get, "/devices", "any");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task UntilHealthAsync(SiloProcess process, string status, string engine) => Eventually.IsAsync(
        async () =>
        {
            using var answer = await process.GetAsync("/health/ready");
            var health = (await answer.Content.ReadFromJsonAsync<JsonElement>())!;
            return (answer.StatusCode, health.GetProperty("status").GetString(), health.GetProperty("engine").GetString());
        },
        health => health == (HttpStatusCode.OK, status, engine),
        () => process.Output);

    private static Dictionary<SceneDevice, int> Logins(ClusterScene scene) => scene.Devices.ToDictionary(device => device, device => device.Linked.Logins);

    /// <summary>Who was lost has logged in once more, and nobody else.</summary>
    private static void AssertLogins(ClusterScene scene, Dictionary<SceneDevice, int> before, IReadOnlyList<SceneDevice> lost) =>
        Assert.All(Logins(scene), device => Assert.Equal(lost.Contains(device.Key) ? 1 : 0, device.Value - before[device.Key]));

    /// <summary>Two silos with devices on both; the victim is the one that has most.</summary>
    private static async Task<(SiloProcess Victim, SiloProcess Survivor, IReadOnlyList<SceneDevice> Lost)> TwoSilosAsync(ClusterScene scene)
    {
        var first = await scene.AddAsync("all");
        var second = await scene.AddAsync("all");
        await scene.RegisterAsync(first);
        await scene.LinkAsync(first, Count);
        var (ofFirst, ofSecond) = (await scene.OwnedByAsync(first), await scene.OwnedByAsync(second));
        Assert.Equal(Count, ofFirst.Count + ofSecond.Count);
        return ofFirst.Count >= ofSecond.Count ? (first, second, ofFirst) : (second, first, ofSecond);
    }
}
