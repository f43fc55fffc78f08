using System.Diagnostics;
using System.Globalization;
using Wuts.Cluster.Scene;

namespace Wuts.Cluster.Trials;

/// <summary>
/// What devices cost: memory and idle processor time of the silo processes, and how fast all devices connect when the silos start.
/// </summary>
internal static class ScaleTrial
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(TrialOptions options, TextWriter to)
    {
        var silos = options.Number("silos", 1);
        var idle = TimeSpan.FromSeconds(options.Number("seconds", 30));
        var (scene, living, api) = await Setting.StartAsync(silos, devices: 0, movesPerMinute: 0, to);
        await using (scene)
        {
            await Task.Delay(Rest);
            var empty = living.Sum(silo => ProcessFigures.Of(silo).Resident);
            await to.WriteLineAsync($"| Devices | {silos} silo{(silos > 1 ? "s" : "")}: MiB | KiB per device | idle CPU of one core, % | all connected after, s | connects per second |");
            await to.WriteLineAsync("|---:|---:|---:|---:|---:|---:|");
            await to.WriteLineAsync(Setting.Line($"| 0 | {empty / 1048576.0:0} | | {await IdleAsync(living, idle):0.0} | | |"));
            foreach (var count in options.Text("counts", "100,500,1000,2000").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
            {
                await scene.LinkAsync(api, count - scene.Devices.Count);
                var connected = await RestartAsync(scene, living);
                await Task.Delay(Rest);
                var resident = living.Sum(silo => ProcessFigures.Of(silo).Resident);
                await to.WriteLineAsync(Setting.Line(
                    $"| {count} | {resident / 1048576.0:0} | {(resident - empty) / 1024.0 / count:0} | {await IdleAsync(living, idle):0.0} | {connected.TotalSeconds:0.0} | {count / connected.TotalSeconds:0} |"));
            }

            var verdict = new Verdict(to);
            await verdict.ExpectAsync(scene.Devices.All(device => device.Linked.IsActive), $"every device is connected");
            await verdict.ExpectAsync(scene.Wire.SecondLogins.Count == 0, $"no device has two sockets: {scene.Wire.SecondLogins.Count} times");
            return verdict.ExitCode;
        }
    }

    /// <summary>Starts every silo anew, so that what linking left behind is not counted.</summary>
    /// <returns>From the moment in which the first silo was ready until the last device was active.</returns>
    private static async Task<TimeSpan> RestartAsync(ClusterScene scene, List<SiloProcess> living)
    {
        await Task.WhenAll(living.Select(silo => silo.StopAsync()));
        var begun = DateTimeOffset.UtcNow;
        var started = await Task.WhenAll(living.Select(silo => scene.AddAsync("silo", silo.Ports)));
        living.Clear();
        living.AddRange(started);
        await Eventually.IsAsync(
            () => Task.FromResult(scene.Devices.Count(device => scene.Wire.FirstActivation(device, begun) is null)), away => away == 0, limit: TimeSpan.FromMinutes(5));
        var times = scene.Devices.Select(device => scene.Wire.FirstActivation(device, begun)!.Value).ToList();
        return times.Max() - times.Min();
    }

    private static async Task<double> IdleAsync(List<SiloProcess> living, TimeSpan idle)
    {
        var before = living.Sum(silo => ProcessFigures.Of(silo).Cpu.TotalSeconds);
        var begun = Stopwatch.GetTimestamp();
        await Task.Delay(idle);
        return 100 * (living.Sum(silo => ProcessFigures.Of(silo).Cpu.TotalSeconds) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
