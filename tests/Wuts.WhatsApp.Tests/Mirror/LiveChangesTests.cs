using System.Globalization;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Stores;
using Xunit.Abstractions;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>
/// Whatever happens on the phone and in the network, and however the connection fails meanwhile, the mirror comes to equal them.
/// </summary>
/// <remarks>
/// <c>WUTS_MIRROR_SEED</c> repeats a run; <c>WUTS_MIRROR_CHANGES</c> makes it longer (default 1000). The seed is printed.
/// </remarks>
public sealed class LiveChangesTests(ITestOutputHelper output)
{
    private const int Haste = 5;

    [Fact]
    public async Task Random_changes_with_failing_connections_and_restarts_end_in_equality()
    {
        var seed = Setting("WUTS_MIRROR_SEED", Random.Shared.Next());
        var count = Setting("WUTS_MIRROR_CHANGES", 1000);
        output.WriteLine($"WUTS_MIRROR_SEED={seed}, WUTS_MIRROR_CHANGES={count}");
        await using var scene = await MirrorScene.StartAsync((ulong)seed);
        var people = scene.AddPeople(60);
        scene.Save(people);
        LinkAndEqualTests.Populate(scene, people);
        var time = new HastyTime(Haste);
        var watch = new EventWatch();
        var store = new MortalStore(new InMemoryWhatsAppStore(), []) { Written = watch.Nudge };
        WhatsAppOptions Configure(WhatsAppOptions options) => time.Hasten(options with
        {
            // A half-open connection is noticed within some ten seconds of real time.
            KeepAlive = new KeepAliveOptions
            {
                MinInterval = TimeSpan.FromSeconds(4),
                MaxInterval = TimeSpan.FromSeconds(5),
                Timeout = TimeSpan.FromSeconds(5),
            },
        });
        var client = await scene.LinkAsync(watch, store, Configure);
        try
        {
            await scene.MirroredAsync(store, watch);
            var changes = new LiveChanges(scene, seed, people) { Device = scene.Account.Devices[0] };
            var faults = new SortedDictionary<string, int>(StringComparer.Ordinal);
            for (var i = 1; i <= count; i++)
            {
                changes.Next();
                if (changes.Draw(60) == 0)
                {
                    var fault = await FailAsync(changes.Draw(7));
                    faults[fault] = faults.GetValueOrDefault(fault) + 1;
                }

                if (i % 250 == 0)
                {
                    await EqualAsync(changes, $"after {i} changes");
                }
            }

            await EqualAsync(changes, "in the end");
            var ends = watch.Events.OfType<WhatsAppEvent.Disconnected>().CountBy(end => end.Reason.ToString());
            output.WriteLine(string.Join(", ", changes.Made.Concat(faults).Concat(ends).Select(kind => $"{kind.Key} {kind.Value}")));
            Assert.All(scene.Server.Refusals, r => Assert.Equal(RefusalKind.MissingAck, r.Kind));
        }
        finally
        {
            await client.DisposeAsync();
        }

        async Task EqualAsync(LiveChanges changes, string when)
        {
            try
            {
                await scene.MirroredAsync(store, watch, changes.Familiar, TimeSpan.FromSeconds(90));
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                Assert.Fail($"WUTS_MIRROR_SEED={seed}, {when}: {failure.Message}");
            }
        }

        async Task<string> FailAsync(int kind)
        {
            switch (kind)
            {
                case 0:
                    scene.Server.Faults.Add(new Fault.Drop());
                    return "drop";
                case 1:
                    scene.Server.Faults.Add(new Fault.HalfOpen());
                    return "half-open";
                case 2:
                    scene.Server.Faults.Add(new Fault.StreamError { Error = StreamErrorKind.Code });
                    return "stream error";
                case 3:
                    scene.Server.Faults.Add(new Fault.StreamError { Error = StreamErrorKind.RestartRequired });
                    return "restart required";
                case 4:
                    scene.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Send });
                    return "drop instead of a stanza";
                case 5:
                    scene.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Request });
                    return "drop instead of an answer";
                default:
                    await client.DisposeAsync();
                    client = scene.CreateClient(store, watch, Configure);
                    await client.ConnectAsync().Within();
                    return "restart";
            }
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
