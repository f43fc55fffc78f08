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
        var idle = TimeSpan.FromSeconds(options.Number("seconds", 20));
        var (scene, living, api) = await Setting.StartAsync(options, silos: 1, devices: 0, movesPerMinute: 0, to);
        await using (scene)
        {
            await to.WriteLineAsync("| Devices | Silos | MiB | KiB per device | Idle CPU, % of a core | Connected within, s | Connects per second |");
            await to.WriteLineAsync("|---:|---:|---:|---:|---:|---:|---:|");
            var empty = new Dictionary<int, long>();
            foreach (var count in Numbers(options.Text("counts", "0,100,500,1000,2000")))
            {
                await scene.LinkAsync(api, count - scene.Devices.Count);
                foreach (var silos in Numbers(options.Text("silos", "1,2")))
                {
                    var connected = await RestartAsync(scene, living, silos);
                    await Task.Delay(Rest);
                    var resident = living.Sum(silo => ProcessFigures.Of(silo).Resident);
                    empty.TryAdd(silos, resident);
                    await to.WriteLineAsync(Setting.Line(
                        $"| {count} | {silos} | {resident / 1048576.0:0} | {(count == 0 ? 0 : (resident - empty[silos]) / 1024.0 / count):0} | {await IdleAsync(living, idle):0.0} | {connected.TotalSeconds:0.0} | {(count == 0 ? 0 : count / connected.TotalSeconds):0} |"));
                }
            }

            var verdict = new Verdict(to);
            await verdict.ExpectAsync(scene.Devices.All(device => device.Linked.IsActive), $"every device is connected");
            await verdict.ExpectAsync(scene.Wire.SecondLogins.Count == 0, $"no device has two sockets: {scene.Wire.SecondLogins.Count} times");
            return verdict.ExitCode;
        }
    }

    /// <summary>Starts every silo anew, so that what linking left behind is not counted.</summary>
    /// <returns>From the first device that was active until the last.</returns>
    private static async Task<TimeSpan> RestartAsync(ClusterScene scene, List<SiloProcess> living, int silos)
    {
        await Task.WhenAll(living.Select(silo => silo.StopAsync()));
        var begun = DateTimeOffset.UtcNow;
        var ports = living.Select(silo => silo.Ports).ToList();
        living.Clear();
        living.AddRange(await Task.WhenAll(Enumerable.Range(0, silos).Select(i => scene.AddAsync("silo", i < ports.Count ? ports[i] : null))));

        if (scene.Devices.Count == 0)
        {
            return TimeSpan.Zero;
        }

        await Eventually.IsAsync(
            () => Task.FromResult(scene.Devices.Count(device => scene.Wire.FirstActivation(device, begun) is null)), away => away == 0, limit: TimeSpan.FromMinutes(5));
        var times = scene.Devices.Select(device => scene.Wire.FirstActivation(device, begun)!.Value).ToList();
        return times.Max() - times.Min();
    }

    private static IEnumerable<int> Numbers(string text) => text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture));

    private static async Task<double> IdleAsync(List<SiloProcess> living, TimeSpan idle)
    {
        var before = living.Sum(silo => ProcessFigures.Of(silo).Cpu.TotalSeconds);
        var begun = Stopwatch.GetTimestamp();
        await Task.Delay(idle);
        return 100 * (living.Sum(silo => ProcessFigures.Of(silo).Cpu.TotalSeconds) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
