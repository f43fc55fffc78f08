using System.Net;
using Wuts.Cluster.Scene;
using Wuts.Simulator;

namespace Wuts.Cluster.Trials;

/// <summary>
/// PostgreSQL is restarted, or gone for a while, while callers ask about all devices and phones go on writing their address books:
/// what is answered, what is lost, and how everything comes back.
/// </summary>
internal static class DatabaseTrial
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(TrialOptions options, TextWriter to)
    {
        var how = options.Text("how", "restart");
        if (how is not ("restart" or "gone"))
        {
            throw new ArgumentException($"--how is \"{how}\". It must be restart or gone.");
        }

        var (scene, silos, api) = await Setting.StartAsync(options, options.Number("silos", 2), options.Number("devices", 200), movesPerMinute: 0, to);
        await using (scene)
        {
            var gone = how == "gone" ? TimeSpan.FromSeconds(options.Number("seconds", 120)) : TimeSpan.Zero;
            var logins = scene.Devices.ToDictionary(device => device, scene.Wire.Activations);
            await using var traffic = Traffic.Begin(scene, api, options.Number("rate", 100));
            await Task.Delay(WarmUp);

            var at = DateTimeOffset.UtcNow;
            await scene.Server.StopAsync(immediately: false);
            WriteOnPhones(scene);
            await Task.Delay(gone);
            var health = await HealthAsync([api, .. silos]);
            var back = DateTimeOffset.UtcNow;
            await scene.Server.StartAgainAsync();
            await scene.UntilConnectedAsync(api);
            var recovered = DateTimeOffset.UtcNow - back;
            var missing = await UntilKnownAsync(scene, api);
            await traffic.StopAsync();
            await scene.Wire.CatchUpAsync();

            var during = traffic.Calls.Where(call => call.Begun > at && call.Begun < back).ToList();
            var wrong = traffic.Calls.Where(call => call.Outcome == CallOutcome.Wrong).ToList();
            var again = scene.Devices.Count(device => scene.Wire.Activations(device) != logins[device]);
            await to.WriteLineAsync(Setting.Line($"PostgreSQL away for {(back - at).TotalSeconds:0.0} s; everything connected {recovered.TotalSeconds:0.0} s after its return"));
            await to.WriteLineAsync($"meanwhile {Setting.Summary(during)}{Setting.Examples(during.Where(call => call.Outcome == CallOutcome.Later))}");
            foreach (var (name, status, body) in health)
            {
                await to.WriteLineAsync($"health of {name}: {(int)status} {body}");
            }

            var verdict = new Verdict(to);
            await verdict.ExpectAsync(wrong.Count == 0, $"no answer is wrong: {wrong.Count} are{Setting.Examples(wrong)}");
            await verdict.ExpectAsync(missing == 0, $"nothing that phones wrote meanwhile is lost: {missing} names are");
            await verdict.ExpectAsync(scene.Wire.SecondLogins.Count == 0, $"no device has two sockets: {scene.Wire.SecondLogins.Count} times");
            await verdict.ExpectAsync(during.Any(call => call.Outcome == CallOutcome.Right) || gone == TimeSpan.Zero, $"reads from memory go on");
            if (how == "restart")
            {
                await verdict.ExpectAsync(again == 0, $"sockets stay: {again} devices connected again");
            }
            else
            {
                await verdict.ExpectAsync(health.All(one => one.Body.Contains("\"storage\":\"unavailable\"", StringComparison.Ordinal)), $"health says that the storage is away");
            }

            return verdict.ExitCode;
        }
    }

    /// <summary>A new contact in every phone.</summary>
    private static void WriteOnPhones(ClusterScene scene)
    {
        var person = scene.WhatsApp.People.Add(new PersonSpec());
        foreach (var device in scene.Devices)
        {
            scene.WhatsApp.ContactsOf(device.Account).Save([new PhoneContact(person.Jid, device.NewName)]);
        }
    }

    private static async Task<List<(string Name, HttpStatusCode Status, string Body)>> HealthAsync(IEnumerable<SiloProcess> processes)
    {
        var all = new List<(string, HttpStatusCode, string)>();
        foreach (var process in processes)
        {
            using var answer = await process.GetAsync("/health/ready");
            all.Add((process.Name, answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }

        return all;
    }

    private static async Task<int> UntilKnownAsync(ClusterScene scene, SiloProcess api)
    {
        var missing = scene.Devices.ToHashSet();
        try
        {
            await Eventually.IsAsync(
                async () =>
                {
                    foreach (var device in missing.ToList())
                    {
                        using var answer = await scene.AskForContactsAsync(api, device);
                        if ((await answer.Content.ReadAsStringAsync()).Contains(device.NewName, StringComparison.Ordinal))
                        {
                            missing.Remove(device);
                        }
                    }

                    return missing.Count;
                },
                left => left == 0,
                limit: TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            // Said by the verdict.
        }

        return missing.Count;
    }
}
