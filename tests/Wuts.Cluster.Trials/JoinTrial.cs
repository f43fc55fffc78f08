using Wuts.Cluster.Scene;

namespace Wuts.Cluster.Trials;

/// <summary>A third silo joins two: how the devices spread with the default pace, and what moving costs.</summary>
internal static class JoinTrial
{
    private const int MovesPerMinute = 6;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(TrialOptions options, TextWriter to)
    {
        var (scene, silos, api) = await Setting.StartAsync(options, silos: 2, options.Number("devices", 60), MovesPerMinute, to);
        await using (scene)
        {
            var logins = scene.Devices.ToDictionary(device => device, scene.Wire.Activations);
            await using var traffic = Traffic.Begin(scene, api, options.Number("rate", 50));
            silos.Add(await scene.AddAsync("silo"));
            var minutes = options.Number("minutes", 5);
            var most = 0;
            var before = (await scene.OwnersAsync(silos))[silos[2]].Count;
            for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(minutes); passed += Look)
            {
                await Task.Delay(Look);
                var owned = await scene.OwnersAsync(silos);
                if ((passed + Look).TotalSeconds % 60 == 0)
                {
                    most = Math.Max(most, owned[silos[2]].Count - before);
                    before = owned[silos[2]].Count;
                }

                await to.WriteLineAsync(Setting.Line($"{(passed + Look).TotalSeconds,4:0} s: {string.Join(", ", silos.Select(silo => owned[silo].Count))} devices"));
            }

            await traffic.StopAsync();
            await scene.Wire.CatchUpAsync();
            var shares = (await scene.OwnersAsync(silos)).Values.Select(devices => devices.Count).ToList();
            var moved = scene.Devices.Count(device => scene.Wire.Activations(device) > logins[device]);
            var often = scene.Devices.Count(device => scene.Wire.Activations(device) > logins[device] + 1);
            var wrong = traffic.Calls.Where(call => call.Outcome == CallOutcome.Wrong).ToList();
            await to.WriteLineAsync(Setting.Line($"{moved} devices moved, at most {most} in a minute; {Setting.Summary(traffic.Calls)}"));
            var verdict = new Verdict(to);
            await verdict.ExpectAsync(shares.Sum() == scene.Devices.Count && scene.Devices.All(device => device.Linked.IsActive), $"no device is lost");
            await verdict.ExpectAsync(shares[2] >= scene.Devices.Count / 4, $"the new silo has its share after {minutes} minutes: {shares[2]} of {scene.Devices.Count}");
            await verdict.ExpectAsync(most <= (2 * MovesPerMinute) + 1, $"each silo gives away at most {MovesPerMinute} devices a minute");
            await verdict.ExpectAsync(often == 0, $"no device moves twice: {often} do");
            await verdict.ExpectAsync(scene.Wire.SecondLogins.Count == 0, $"no device has two sockets: {scene.Wire.SecondLogins.Count} times");
            await verdict.ExpectAsync(wrong.Count == 0, $"no answer is wrong: {wrong.Count} are{Setting.Examples(wrong)}");
            return verdict.ExitCode;
        }
    }
}
