using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>A device says its name once and is never available, so that the phone keeps ringing. Sync section 11.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task Device_is_available_for_a_moment_after_each_login_and_unavailable_from_then_on()
    {
        await using var scene = await MirrorScene.StartAsync();
        var (watch, store) = MortalStore.WithWatch();
        await using (await scene.LinkAsync(watch, store))
        {
            await PresencesAsync(scene, 2);
            await scene.MirroredAsync(store, watch);
        }

        await using var again = scene.CreateClient(store, watch);
        await again.ConnectAsync().Within();

        Assert.Equal(["available Ada", "unavailable Ada", "available Ada", "unavailable Ada"], await PresencesAsync(scene, 4));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Device_without_a_name_says_nothing_until_the_phone_has_chosen_one()
    {
        await using var scene = await MirrorScene.StartAsync(pushName: null);
        var (watch, store) = MortalStore.WithWatch();
        await using var client = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch);
        Assert.Empty(Presences(scene));

        scene.Account.Handset.SetPushName("Grace");

        Assert.Equal(["available Grace", "unavailable Grace"], await PresencesAsync(scene, 2));
        scene.AssertNothingRefused();
    }

    private static async Task<IReadOnlyList<string>> PresencesAsync(MirrorScene scene, int count)
    {
        while (true)
        {
            var latest = scene.Server.Events.Latest;
            if (Presences(scene) is var found && found.Count >= count)
            {
                return found;
            }

            await scene.Server.Events.WaitSinceAsync(latest).Within($"{count} presences");
        }
    }

    private static IReadOnlyList<string> Presences(MirrorScene scene) =>
        [.. scene.Server.Events.Since(0).Where(e => e.Kind == SimulatorEventKind.PresenceReceived).Select(e => e.Detail!)];
}
