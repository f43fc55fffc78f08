using Wuts.Simulator;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Wherever a process dies between receiving, storing and acknowledging, nothing is lost and nothing is applied twice.</summary>
public sealed class CrashWalkTests
{
    private const int Haste = 10;

    [Fact]
    public async Task Messages_with_names_pairs_and_used_pre_keys_survive_a_death_anywhere()
    {
        await using var scene = await MirrorScene.StartAsync();
        var walk = new CrashWalk(scene, new HastyTime(Haste));
        await walk.LinkAsync(mirrored: true);
        var known = new Correspondent(scene.Server);
        Correspondent stranger = known;

        await walk.WalkAsync(
            round =>
            {
                // Somebody new, whose first messages take a pre-key, and somebody with a session.
                stranger = new Correspondent(scene.Server);
                stranger.Write(walk.Device, $"Stranger {round}");
                stranger.Write(walk.Device, $"Stranger {round}", byLid: false);
                known.Write(walk.Device, $"Known {round}");
                walk.Familiar.PushNames[stranger.Account.Lid] = $"Stranger {round}";
                walk.Familiar.PushNames[stranger.Account.Jid] = $"Stranger {round}";
                walk.Familiar.PushNames[known.Account.Lid] = $"Known {round}";
                return Task.CompletedTask;
            },
            (_, told) =>
            {
                Assert.Equal(3, told.OfType<AccountEvent.PushNameChanged>().Count());
                Assert.Single(told.OfType<AccountEvent.PairLearned>(), e => e.Pair.Lid == stranger.Account.Lid);
            });

        Assert.DoesNotContain(scene.Server.Events.Since(0), e => e.Kind == SimulatorEventKind.ReceiptReceived && e.Detail?.StartsWith("retry", StringComparison.Ordinal) == true);
        AssertWalked(walk, 18, "Signal state", "used pre-key", "PushNameChanged", "ack");
    }

    [Fact]
    public async Task Notifications_survive_a_death_anywhere()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(6);
        scene.Save(people);
        var group = scene.Server.Groups.Create(new GroupSpec { Creator = scene.Owner, Members = people[..3] });
        scene.Server.Groups.Create(new GroupSpec { Creator = people[0], Members = [scene.Owner, people[^1]], LidAddressing = false });
        var walk = new CrashWalk(scene, new HastyTime(Haste));
        await walk.LinkAsync(mirrored: true);

        await walk.WalkAsync(round =>
        {
            var newcomer = scene.AddPeople(1)[0];
            group.SetSubject($"Subject {round}");
            group.Add([newcomer]);
            group.SetAdmin([newcomer], admin: true);
            group.SetSuspended(round % 2 == 0);
            scene.Owner.SetBlocked(newcomer, block: true);
            people[^1].ChangeNumber(phone: $"4917{round:D9}");
            return Task.CompletedTask;
        });

        AssertWalked(walk, 20, "GroupChanged", "BlocklistChanged", "GroupStale", "LookupDue", "LookupDone", "ack");
    }

    [Fact]
    public async Task Patches_and_missing_keys_survive_a_death_anywhere()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(10);
        scene.Save(people);
        var walk = new CrashWalk(scene, new HastyTime(Haste));
        await walk.LinkAsync(mirrored: true);
        var book = scene.Account.Handset.AddressBook;

        await walk.WalkAsync(
            round =>
            {
                // The phone writes with a key that it has not shared: the device has to ask for it.
                scene.Account.Handset.AppState.RotateKey();
                book.Rename(people[0].Jid, $"Renamed {round}");
                book.Remove(people[1].Jid);
                book.Add(new PhoneContact(people[1].Jid, $"Again {round}"));
                scene.Account.Handset.SetPushName($"Ada {round}");
                return Task.CompletedTask;
            },
            (round, told) =>
            {
                Assert.Single(told.OfType<AccountEvent.ContactChanged>(), e => e.Jid == people[0].Jid);
                Assert.Equal($"Ada {round}", Assert.Single(told.OfType<AccountEvent.OwnPushNameChanged>()).Name);
            });

        AssertWalked(walk, 30, "app-state keys", "health BlockedOnKeys", "CollectionSynced", "ack");
    }

    [Fact]
    public async Task First_login_with_keys_snapshots_and_history_survives_a_death_anywhere()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(8);
        scene.Save(people);
        scene.Account.Handset.History.IsOn = true;
        var walk = new CrashWalk(scene, new HastyTime(Haste));
        walk.Familiar.LearnHistory(scene);

        await walk.WalkAsync(
            async _ =>
            {
                scene.Account.Handset.SwitchOff();
                await walk.LinkAsync(mirrored: false);
                scene.Account.Handset.SwitchOn();
            },
            (_, told) => Assert.Equal(
                scene.Account.Handset.History.Deliveries.Count(d => d.Device == walk.Device.Id), told.OfType<AccountEvent.HistoryRead>().Count()));

        AssertWalked(walk, 40, "app-state keys", "HistoryQueued", "HistoryRead", "CollectionSynced", "ack");
    }

    // What is walked through is counted; these make sure that the count is of the right things.
    private static void AssertWalked(CrashWalk walk, int atLeast, params string[] kinds)
    {
        Assert.InRange(walk.Points.Count, atLeast, int.MaxValue);
        Assert.All(kinds, kind => Assert.Contains(walk.Points, point => point.Contains(kind, StringComparison.Ordinal)));
    }
}
