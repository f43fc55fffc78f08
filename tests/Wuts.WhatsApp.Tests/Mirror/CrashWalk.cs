using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>
/// Walks through every point at which a process may die while it takes in what waits for its device: at each write of its
/// store, before it and after it, and after each acknowledgement that the server got. After each death another process goes on
/// with what was kept, and in the end everything has to be as if nobody had died. The points are found, not listed.
/// </summary>
internal sealed class CrashWalk(MirrorScene scene, HastyTime time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<AccountCommit> _commits = [];
    private InMemoryWhatsAppStore _kept = new();
    private int _round;

    /// <summary>What only messages and history can have told.</summary>
    public Familiar Familiar { get; } = new();

    /// <summary>The device, as the server knows it.</summary>
    public LinkedDevice Device { get; private set; } = null!;

    /// <summary>Where the device keeps what it knows.</summary>
    public InMemoryWhatsAppStore Kept => _kept;

    /// <summary>The points that were walked through, by what happened at them.</summary>
    public List<string> Points { get; } = [];

    /// <summary>Links a device to the account and leaves it disconnected. A device that was linked before is unlinked.</summary>
    public async Task LinkAsync(bool mirrored)
    {
        if (Device is not null)
        {
            scene.Server.Unlink(scene.Account, Device.Id);
        }

        _kept = new InMemoryWhatsAppStore();
        var watch = new EventWatch();
        await using var client = await scene.LinkAsync(watch, _kept, Configure);
        Device = scene.Account.Devices[^1];
        if (mirrored)
        {
            await scene.MirroredAsync(_kept, watch, Familiar);
            await EmptyAsync(Device);
        }
    }

    /// <summary>Walks. What happens in a round has to differ from what happened in those before.</summary>
    /// <param name="prepare">Makes what the device has not heard of; gets the number of the round.</param>
    /// <param name="check">What has to hold at the end of a round besides equality.</param>
    public async Task WalkAsync(Func<int, Task> prepare, Action<int, IReadOnlyList<AccountEvent>>? check = null)
    {
        foreach (var moment in Enum.GetValues<DeathMoment>())
        {
            // The order of writes may differ from round to round. What counts is that a round ends in which none is new.
            var walked = new HashSet<string>(StringComparer.Ordinal);
            while (await RoundAsync(prepare, check, moment, walked))
            {
            }
        }

        for (var acks = 1; await RoundAsync(prepare, check, default, walked: null, acks); acks++)
        {
        }
    }

    /// <returns>Whether the process died; otherwise there was no such point.</returns>
    private async Task<bool> RoundAsync(
        Func<int, Task> prepare, Action<int, IReadOnlyList<AccountEvent>>? check, DeathMoment moment, ISet<string>? walked, int diesAfterAcks = 0)
    {
        var round = ++_round;
        await prepare(round);
        _commits.Clear();
        var died = await LiveAsync(round, moment, walked, diesAfterAcks);
        if (died)
        {
            await LiveAsync(round, moment, walked: null, diesAfterAcks: 0);
        }

        var told = _commits.SelectMany(c => c.Events).Where(IsToldOnce).ToList();
        var twice = told.GroupBy(e => e).Where(same => same.Count() > 1).Select(same => same.Key.ToString());
        Assert.True(told.Distinct().Count() == told.Count, $"Round {round} ({Last}): applied twice: {string.Join(", ", twice)}.\n  "
            + string.Join("\n  ", _commits.Select(MortalStore.Describe)));
        Assert.True(Device.Mailbox.Count == 0 && Device.QueuedStanzas == 0, $"Round {round} ({Last}): the server waits for something.");
        await AssertPreKeysAsync(round);
        check?.Invoke(round, told);
        scene.AssertNothingRefused();
        return died;
    }

    private string Last => Points.Count == 0 ? "no death" : Points[^1];

    private WhatsAppOptions Configure(WhatsAppOptions options) => time.Hasten(options with
    {
        KeepAlive = new KeepAliveOptions { MinInterval = TimeSpan.FromDays(1), MaxInterval = TimeSpan.FromDays(1) },
        FirstPreKeyBatch = 200,
    });

    /// <summary>One process: it lives until it dies, or until everything is as it should be.</summary>
    private async Task<bool> LiveAsync(int round, DeathMoment moment, ISet<string>? walked, int diesAfterAcks)
    {
        var watch = new EventWatch();
        var store = new MortalStore(_kept, _commits) { Walked = walked, Moment = moment, Written = watch.Nudge };
        await using var client = scene.CreateClient(store, watch, Configure);
        var since = scene.Server.Events.Latest;
        using var stop = new CancellationTokenSource();
        var connecting = client.ConnectAsync(stop.Token);
        var acknowledged = diesAfterAcks > 0 ? AcknowledgedAsync(since, diesAfterAcks, stop.Token) : Task.Delay(Timeout.Infinite, stop.Token);
        var settled = SettleAsync(watch, stop.Token);
        await Task.WhenAny(store.Died, acknowledged, settled).WaitAsync(Patience + Patience);
        var isAcknowledged = diesAfterAcks > 0 && scene.Server.Events.Since(since).Count(IsAck) >= diesAfterAcks;
        if (!store.Died.IsCompleted && !isAcknowledged)
        {
            if (await settled is { Count: > 0 } left)
            {
                Assert.Fail($"Round {round} ({Last}):\n  {string.Join("\n  ", left)}\nLog:\n  {scene.Log}");
            }

            await connecting.Within();
            await stop.CancelAsync();
            return false;
        }

        Points.Add(isAcknowledged ? $"ack {diesAfterAcks}" : $"{moment}: {store.LastWrite}");
        store.Die();
        scene.Server.Faults.Add(new Fault.Drop());
        await stop.CancelAsync();
        await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    // Equal, and nothing under way in either direction.
    private async Task<IReadOnlyList<string>> SettleAsync(EventWatch watch, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            var since = scene.Server.Events.Latest;
            var next = watch.NextAsync();
            List<string> left = [.. await AccountComparison.DifferencesAsync(_kept.Account, scene, Familiar)];
            left.AddRange(Device.QueuedStanzas == 0 ? [] : [$"{Device.QueuedStanzas} stanzas are queued"]);
            left.AddRange(Device.Mailbox.Count == 0 ? [] : [$"{Device.Mailbox.Count} messages wait for receipts"]);
            if (left.Count == 0 || limit.IsCancellationRequested)
            {
                return left;
            }

            try
            {
                await Task.WhenAny(next, scene.Server.Events.WaitSinceAsync(since, limit.Token)).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return left;
            }
        }
    }

    private async Task AcknowledgedAsync(long since, int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            since = (await scene.Server.Events.WaitForAsync(IsAck, since, cancellationToken)).Sequence;
        }
    }

    private bool IsAck(SimulatorEvent happened) =>
        happened.Kind is SimulatorEventKind.StanzaAcknowledged or SimulatorEventKind.ReceiptReceived && happened.Device == Device.Id;

    private async Task EmptyAsync(LinkedDevice device)
    {
        while (true)
        {
            // What happens after the look is not missed: the number of the last event is taken before it.
            var since = scene.Server.Events.Latest;
            if (device.QueuedStanzas == 0 && device.Mailbox.Count == 0)
            {
                return;
            }

            await scene.Server.Events.WaitSinceAsync(since).Within("the rest of the acknowledgements");
        }
    }

    // A key that the server handed out was used, and who used a key deletes it.
    private async Task AssertPreKeysAsync(int round)
    {
        var onServer = Device.PreKeys.Ids();
        for (var id = 1u; id <= await _kept.PreKeys.GetLastIdAsync(default); id++)
        {
            if (!onServer.Contains(id) && await _kept.PreKeys.FindAsync(id, default) is not null
                && (await _kept.PreKeys.LoadNotUploadedAsync(int.MaxValue, default)).All(k => k.Id != id))
            {
                Assert.Fail($"Round {round} ({Last}): the used pre-key {id} is still there.");
            }
        }
    }

    // A group that changes several times says so several times, and once more when it was read to be sure.
    private static bool IsToldOnce(AccountEvent told) =>
        told is not (AccountEvent.CollectionHealthChanged or AccountEvent.Notified or AccountEvent.GroupChanged);
}

internal static class PreKeyStocks
{
    /// <summary>The ids of the one-time pre-keys that the server has not handed out.</summary>
    public static IReadOnlySet<uint> Ids(this Wuts.Simulator.PreKeyStock stock)
    {
        var snapshot = stock.Snapshot();
        var ids = new HashSet<uint>();
        for (var at = 0; at < snapshot.Length; at += Wuts.Simulator.PreKeyStock.RecordSize)
        {
            var id = Wuts.Simulator.PreKeyStock.Id(snapshot.AsSpan(at));
            ids.Add((uint)((id[0] << 16) | (id[1] << 8) | id[2]));
        }

        return ids;
    }
}
