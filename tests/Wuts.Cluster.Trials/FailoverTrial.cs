using Wuts.Cluster.Scene;

namespace Wuts.Cluster.Trials;

/// <summary>
/// Silos that end, one after the other, while callers ask about all devices: how long each device is away, and what callers see.
/// The victim is the silo with most devices; it is started again at its ports, and gets a share again, before the next one ends.
/// </summary>
internal sealed class FailoverTrial
{
    // Between two ends the devices are to be spread again, which with the default takes minutes.
    private const int MovesPerMinute = 600;

    // What the device knows by itself, and what WhatsApp may have to be asked for: docs/cluster.md.
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan QueryDeadline = TimeSpan.FromSeconds(46);

    // After this a call to a device of a silo that goes on has nothing to do with the one that ended.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(4);

    private readonly string _how;
    private readonly ClusterScene _scene;
    private readonly SiloProcess _api;
    private readonly TextWriter _to;
    private readonly List<TimeSpan> _away = [];
    private readonly List<Call> _calls = [];
    private readonly List<Call> _failedElsewhere = [];
    private readonly List<string> _writes = [];
    private WriteAudit? _audit;
    private int _disturbed;

    private FailoverTrial(string how, ClusterScene scene, SiloProcess api, TextWriter to)
    {
        _how = how;
        _scene = scene;
        _api = api;
        _to = to;
    }

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(TrialOptions options, TextWriter to)
    {
        var how = options.Text("how", "kill");
        if (how is not ("kill" or "stop" or "freeze"))
        {
            throw new ArgumentException($"--how is \"{how}\". It must be kill, stop or freeze.");
        }

        var times = options.Number("times", 20);
        var (scene, silos, api) = await Setting.StartAsync(options, options.Number("silos", 2), options.Number("devices", 200), MovesPerMinute, to);
        await using (scene)
        {
            await to.WriteLineAsync(Setting.Line($"{how}, {times} times, {options.Number("rate", 100)} calls a second"));
            var trial = new FailoverTrial(how, scene, api, to);
            for (var i = 1; i <= times; i++)
            {
                await trial.EndOneAsync(i, silos, options.Number("rate", 100));
            }

            return await trial.JudgeAsync(options.Number("limit", how switch { "kill" => 8, "stop" => 2, _ => 15 }));
        }
    }

    private async Task EndOneAsync(int round, List<SiloProcess> living, int rate)
    {
        await UntilSpreadAsync(living);
        _audit ??= _how == "freeze" ? await _scene.AuditAsync() : null;
        await using var traffic = Traffic.Begin(_scene, _api, rate);
        await Task.Delay(WarmUp);
        var owned = await _scene.OwnersAsync(living);
        var victim = living.MaxBy(silo => owned[silo].Count)!;
        var lost = owned[victim];
        var kept = _scene.Devices.Except(lost).ToDictionary(device => device, _scene.Wire.Activations);

        var at = DateTimeOffset.UtcNow;
        var ended = End(victim);
        await Eventually.IsAsync(
            () => Task.FromResult(lost.Count(device => _scene.Wire.FirstActivation(device, at) is null)), away => away == 0, () => _api.Output);
        if (_audit is { } audit)
        {
            var thawed = await audit.NowAsync();
            victim.Thaw();
            await victim.WhenExitedAsync();
            _writes.AddRange(await audit.WritesAsync(victim, thawed, kept.Keys));
        }

        await ended;
        await Task.Delay(WarmUp);
        await traffic.StopAsync();
        await _scene.Wire.CatchUpAsync();
        var away = lost.Select(device => _scene.Wire.FirstActivation(device, at)!.Value - at).ToList();
        _away.AddRange(away);
        _calls.AddRange(traffic.Calls);
        _failedElsewhere.AddRange(traffic.Calls.Where(call =>
            kept.ContainsKey(call.Device) && call.Outcome != CallOutcome.Right && call.Begun + call.Took > at && call.Begun < at + Aftermath));
        _disturbed += kept.Count(device => _scene.Wire.Activations(device.Key) != device.Value);
        await _to.WriteLineAsync(Setting.Line($"{round,3}: {Figures(away)}; {Setting.Summary(traffic.Calls)}"));
        living[living.IndexOf(victim)] = await _scene.AddAsync("silo", victim.Ports);
    }

    private async Task<int> JudgeAsync(int limit)
    {
        var verdict = new Verdict(_to);
        var wrong = _calls.Where(call => call.Outcome == CallOutcome.Wrong).ToList();
        var late = _calls.Where(call => call.Took > (call.Path.Contains("/profile", StringComparison.Ordinal) ? QueryDeadline : ReadDeadline)).ToList();
        var second = _scene.Wire.SecondLogins.Count;
        var afterwards = _scene.Wire.OnReplacedConnections.Count;
        await _to.WriteLineAsync(Setting.Line($"all: {Figures(_away)}; {Setting.Summary(_calls)}, the longest {_calls.Max(call => call.Took).TotalSeconds:0.0} s"));
        await verdict.ExpectAsync(Percentiles.Of(_away).P99.TotalSeconds <= limit, $"99 of 100 devices are back within {limit} s");
        await verdict.ExpectAsync(wrong.Count == 0, $"no answer is wrong: {wrong.Count} are{Setting.Examples(wrong)}");
        await verdict.ExpectAsync(late.Count == 0, $"no call waits longer than its deadline: {late.Count} do{Setting.Examples(late)}");
        await verdict.ExpectAsync(
            _failedElsewhere.Count == 0, $"devices of the other silos keep answering: {_failedElsewhere.Count} calls do not{Setting.Examples(_failedElsewhere)}");
        await verdict.ExpectAsync(_disturbed == 0, $"devices of the other silos keep their sockets: {_disturbed} do not");
        if (_how == "freeze")
        {
            // The socket of a frozen process is open until WhatsApp replaces it: what counts is that nothing is said on it any more.
            await verdict.ExpectAsync(afterwards == 0, $"nothing is answered on a socket that was replaced: {afterwards} stanzas, {second} sockets replaced");
            await verdict.ExpectAsync(_writes.Count == 0, $"a silo that goes on past its leases writes nothing: {string.Join(", ", _writes)}");
        }
        else
        {
            await verdict.ExpectAsync(second == 0, $"no device has two sockets: {second} times");
        }

        return verdict.ExitCode;
    }

    /// <summary>Waits until every silo has about the same share, and nothing has moved for a while.</summary>
    private async Task UntilSpreadAsync(List<SiloProcess> living)
    {
        var least = _scene.Devices.Count / living.Count * 4 / 5;
        var (known, since) = ("", DateTimeOffset.UtcNow);
        await Eventually.IsAsync(
            async () =>
            {
                var owned = await _scene.OwnersAsync(living);
                var now = string.Join(' ', owned.Values.Select(devices => devices.Count));
                (known, since) = now == known ? (known, since) : (now, DateTimeOffset.UtcNow);
                return owned.Values.All(devices => devices.Count >= least) && owned.Values.Sum(devices => devices.Count) == _scene.Devices.Count
                    && _scene.Devices.All(device => device.Linked.IsActive) && DateTimeOffset.UtcNow - since > Settled
                    ? "spread"
                    : known;
            },
            state => state == "spread",
            limit: TimeSpan.FromMinutes(3));
    }

    private Task End(SiloProcess victim)
    {
        switch (_how)
        {
            case "kill":
                victim.Kill();
                return Task.CompletedTask;
            case "stop":
                return victim.StopAsync();
            default:
                victim.Freeze();
                return Task.CompletedTask;
        }
    }

    private static string Figures(IReadOnlyCollection<TimeSpan> away)
    {
        var figures = Percentiles.Of(away);
        return Setting.Line(
            $"{figures.Count} devices away: median {figures.Median.TotalSeconds:0.00} s, p99 {figures.P99.TotalSeconds:0.00} s, longest {figures.Longest.TotalSeconds:0.00} s");
    }
}
