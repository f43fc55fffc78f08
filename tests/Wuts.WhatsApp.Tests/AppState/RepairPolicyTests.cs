using System.Net;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.AppState;

public class RepairPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AppStateKeyId Key = new([1, 2, 3]);
    private static readonly AppStateKeyId OtherKey = new([4, 5, 6]);

    private readonly RepairPolicy _policy = new(() => 0.999_999);
    private CollectionHealth _health = CollectionHealth.Unknown;
    private DateTimeOffset _now = Start;

    public static TheoryData<string> LocalDivergence => ["gap", "hash", "patch"];

    [Fact]
    public void Success_is_healthy_and_ends_all_waiting()
    {
        Happens(new RepairEvent.NoAnswer());
        Happens(new RepairEvent.Synced());

        Assert.Equal(CollectionStatus.Healthy, _health.Status);
        Assert.Equal(CollectionProblem.None, _health.Problem);
        Assert.Equal(_now, _health.SyncedAt);
        Assert.Null(_health.RetryAt);
        Assert.Equal(0, _health.Failures);
    }

    [Theory]
    [MemberData(nameof(LocalDivergence))]
    public void Divergence_leads_to_one_resync_then_to_the_phone_then_to_linking_again(string kind)
    {
        Happens(new RepairEvent.Synced());

        Assert.IsType<RepairStep.Fetch>(Happens(Divergence(kind)));
        Assert.Equal(CollectionStatus.Resyncing, _health.Status);
        Assert.True(_health.WantsSnapshot);

        Later(TimeSpan.FromMinutes(59));
        Assert.IsType<RepairStep.AskForRecovery>(Happens(Divergence(kind)));
        Assert.Equal(CollectionStatus.Recovering, _health.Status);
        Happens(new RepairEvent.RecoveryAsked("3EB0A"));

        Assert.IsType<RepairStep.GiveUp>(Happens(Rejected(AppStateSource.Recovery)));
        Assert.Equal(CollectionStatus.RelinkRequired, _health.Status);
        Assert.Equal(CollectionProblem.RecoveryRejected, _health.Problem);
    }

    [Fact]
    public void Resync_is_possible_again_after_an_hour()
    {
        Assert.IsType<RepairStep.Fetch>(Happens(Divergence("gap")));
        Happens(new RepairEvent.Synced());
        Later(TimeSpan.FromHours(1));

        Assert.IsType<RepairStep.Fetch>(Happens(Divergence("gap")));
    }

    [Fact]
    public void Bad_snapshot_goes_straight_to_the_phone()
    {
        Assert.IsType<RepairStep.AskForRecovery>(Happens(Rejected(AppStateSource.Snapshot)));
        Assert.Equal(CollectionProblem.SnapshotRejected, _health.Problem);
    }

    [Fact]
    public void Phone_is_asked_for_its_copy_once_a_day()
    {
        Happens(Rejected(AppStateSource.Snapshot));
        Happens(new RepairEvent.RecoveryAsked("3EB0A"));
        Happens(new RepairEvent.Recovered());

        Later(TimeSpan.FromHours(23));
        Assert.IsType<RepairStep.GiveUp>(Happens(Rejected(AppStateSource.Snapshot)));

        Later(TimeSpan.FromHours(1));
        Assert.IsType<RepairStep.AskForRecovery>(Happens(Rejected(AppStateSource.Snapshot)));
    }

    [Fact]
    public void Recovered_collection_is_healthy_and_fetches_what_came_since()
    {
        Happens(Rejected(AppStateSource.Snapshot));
        Happens(new RepairEvent.RecoveryAsked("3EB0A"));

        Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.Recovered()));
        Assert.Equal(CollectionStatus.Healthy, _health.Status);
        Assert.False(_health.WantsSnapshot);
        Assert.Null(_health.RecoveryRequestId);
    }

    [Fact]
    public void Phone_that_does_not_send_its_copy_within_a_day_is_not_waited_for()
    {
        Happens(Rejected(AppStateSource.Snapshot));
        Happens(new RepairEvent.RecoveryAsked("3EB0A"));
        Assert.Equal(_now + TimeSpan.FromHours(24), RepairPolicy.DueAt(_health));

        Later(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.TimePassed()));
        Later(TimeSpan.FromSeconds(1));

        Assert.IsType<RepairStep.GiveUp>(Happens(new RepairEvent.TimePassed()));
        Assert.Equal(CollectionProblem.RecoveryTimedOut, _health.Problem);
        Assert.Equal("3EB0A", _health.RecoveryRequestId);
        Assert.Null(RepairPolicy.DueAt(_health));
    }

    [Fact]
    public void Request_for_a_copy_that_could_not_be_sent_is_sent_later()
    {
        Happens(Rejected(AppStateSource.Snapshot));
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.NoAnswer()));
        Assert.Equal(CollectionStatus.Recovering, _health.Status);
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.TimePassed()));
        _now = RepairPolicy.DueAt(_health)!.Value;

        Assert.IsType<RepairStep.AskForRecovery>(Happens(new RepairEvent.TimePassed()));
    }

    [Fact]
    public void Failures_that_pass_are_retried_with_doubling_pauses_up_to_an_hour()
    {
        Happens(new RepairEvent.Synced());
        var pauses = new List<double>();
        for (var i = 0; i < 14; i++)
        {
            Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.NoAnswer()));
            pauses.Add(Math.Round((_health.RetryAt!.Value - _now).TotalSeconds));
            Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.TimePassed()));
            _now = RepairPolicy.DueAt(_health)!.Value;
            Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.TimePassed()));
        }

        Assert.Equal(CollectionStatus.Retrying, _health.Status);
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600], pauses);
    }

    [Fact]
    public void Jitter_halves_a_pause_at_most()
    {
        var shortest = new RepairPolicy(() => 0);

        var (health, _) = shortest.After(CollectionHealth.Unknown, new RepairEvent.NoAnswer(), _now);

        Assert.Equal(_now + TimeSpan.FromSeconds(0.5), health.RetryAt);
    }

    [Fact]
    public void Pause_that_the_server_asks_for_is_kept()
    {
        Happens(new RepairEvent.ServerError(new QueryError(429, "rate-overlimit", TimeSpan.FromMinutes(7))));

        Assert.Equal(_now + TimeSpan.FromMinutes(7), _health.RetryAt);
        Assert.Equal(CollectionProblem.RateLimited, _health.Problem);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    public void Collection_that_the_server_refuses_is_read_anew_once(int code)
    {
        Happens(new RepairEvent.Synced());

        Assert.IsType<RepairStep.Fetch>(Happens(ServerError(code)));
        Assert.True(_health.WantsSnapshot);
        Assert.IsType<RepairStep.GiveUp>(Happens(ServerError(code)));

        Assert.Equal(CollectionStatus.Refused, _health.Status);
    }

    [Theory]
    [InlineData(CollectionStatus.Refused)]
    [InlineData(CollectionStatus.RelinkRequired)]
    public void Collection_that_was_given_up_is_tried_again_after_a_day_when_there_are_news(CollectionStatus status)
    {
        if (status == CollectionStatus.Refused)
        {
            Happens(ServerError(400));
            Happens(ServerError(400));
        }
        else
        {
            Happens(Rejected(AppStateSource.Recovery));
        }

        Assert.Equal(status, _health.Status);
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.NewsAnnounced()));
        Later(TimeSpan.FromHours(24));
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.TimePassed()));
        Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.NewsAnnounced()));
        Assert.True(_health.WantsSnapshot);
    }

    [Fact]
    public void Missing_keys_block_until_one_of_them_arrives()
    {
        var step = Happens(new RepairEvent.NotApplied(new AppStateOutcome.BlockedOnKeys([Key])));
        Assert.Equal([Key], Assert.IsType<RepairStep.AskForKeys>(step).Ids);
        Happens(new RepairEvent.KeysAsked());
        Assert.Equal(CollectionStatus.BlockedOnKeys, _health.Status);
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.NewsAnnounced()));
        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.KeysArrived([OtherKey])));
        Assert.IsType<RepairStep.AskForKeys>(Happens(new RepairEvent.TimePassed()));

        Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.KeysArrived([OtherKey, Key])));
        Assert.Empty(_health.MissingKeys);
    }

    [Fact]
    public void Resync_that_is_blocked_on_keys_is_still_a_resync_afterwards()
    {
        Happens(Divergence("hash"));
        Happens(new RepairEvent.NotApplied(new AppStateOutcome.BlockedOnKeys([Key])));
        Happens(new RepairEvent.KeysArrived([Key]));

        Assert.True(_health.WantsSnapshot);
    }

    [Fact]
    public void Keys_that_no_device_has_lead_to_the_phones_copy()
    {
        Happens(new RepairEvent.NotApplied(new AppStateOutcome.BlockedOnKeys([Key])));

        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.KeysUnavailable([OtherKey])));
        Assert.IsType<RepairStep.AskForRecovery>(Happens(new RepairEvent.KeysUnavailable([Key])));
    }

    [Fact]
    public void User_is_told_to_bring_the_phone_online_after_five_minutes()
    {
        Happens(new RepairEvent.NotApplied(new AppStateOutcome.BlockedOnKeys([Key])));
        Later(TimeSpan.FromMinutes(3));
        Happens(new RepairEvent.NotApplied(new AppStateOutcome.BlockedOnKeys([Key, OtherKey])));

        Assert.False(_health.NeedsPhone(_now));
        Assert.True(_health.NeedsPhone(Start + TimeSpan.FromMinutes(5)));
        Happens(new RepairEvent.Synced());
        Assert.False(_health.NeedsPhone(_now + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void First_keys_start_the_first_sync() =>
        Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.KeysArrived([Key])));

    [Theory]
    [InlineData(AppStateSource.Patch, typeof(RepairStep.Fetch), CollectionStatus.Resyncing)]
    [InlineData(AppStateSource.Snapshot, typeof(RepairStep.AskForRecovery), CollectionStatus.Recovering)]
    public void Lost_blob_is_asked_for_twice_and_then_gone_around(object source, Type step, CollectionStatus status)
    {
        Happens(new RepairEvent.Synced());
        var lost = new RepairEvent.NoBlob((AppStateSource)source, new MediaDownloadOutcome.Expired(HttpStatusCode.Gone));
        Assert.IsType<RepairStep.Fetch>(Happens(lost));
        Assert.IsType<RepairStep.Fetch>(Happens(lost));
        Assert.Equal(CollectionStatus.Healthy, _health.Status);

        Assert.IsType(step, Happens(lost));
        Assert.Equal(status, _health.Status);
        Assert.Equal(CollectionProblem.BlobUnavailable, _health.Problem);
    }

    [Fact]
    public void Media_hosts_that_are_not_reached_are_a_matter_of_time()
    {
        var unreachable = new RepairEvent.NoBlob(AppStateSource.Snapshot, new MediaDownloadOutcome.Unreachable(null, null));
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<RepairStep.Wait>(Happens(unreachable));
        }

        Assert.Equal(CollectionStatus.NeverSynced, _health.Status);
        Assert.Equal(CollectionProblem.Network, _health.Problem);
        Assert.NotNull(RepairPolicy.DueAt(_health));
    }

    [Fact]
    public void News_wait_for_the_end_of_a_pause()
    {
        Happens(new RepairEvent.NoAnswer());

        Assert.IsType<RepairStep.Wait>(Happens(new RepairEvent.NewsAnnounced()));
        Later(TimeSpan.FromSeconds(1));
        Assert.IsType<RepairStep.Fetch>(Happens(new RepairEvent.NewsAnnounced()));
    }

    [Fact]
    public void Numbers_of_stored_enumerations_do_not_change()
    {
        Assert.Equal(
            ["NeverSynced=0", "Healthy=1", "Retrying=2", "BlockedOnKeys=3", "Resyncing=4", "Recovering=5", "RelinkRequired=6", "Refused=7"],
            Enum.GetValues<CollectionStatus>().Select(v => $"{v}={(int)v}"));
        Assert.Equal(
            [
                "None=0", "Network=1", "ServerError=2", "MissingKeys=3", "PatchRejected=4", "SnapshotRejected=5", "Gap=6",
                "HashMismatch=7", "BlobUnavailable=8", "RecoveryRejected=9", "RecoveryTimedOut=10", "RateLimited=11",
            ],
            Enum.GetValues<CollectionProblem>().Select(v => $"{v}={(int)v}"));
        Assert.Equal(
            ["critical_block=0", "critical_unblock_low=1", "regular_high=2", "regular_low=3", "regular=4"],
            AppStateCollections.All.Select(c => $"{c.WireName()}={(int)c}"));
    }

    private RepairStep Happens(RepairEvent happened)
    {
        (_health, var step) = _policy.After(_health, happened, _now);
        return step;
    }

    private void Later(TimeSpan by) => _now += by;

    private static RepairEvent.ServerError ServerError(int code) => new(new QueryError(code, "refused", null));

    private static RepairEvent.NotApplied Rejected(AppStateSource source) =>
        new(new AppStateOutcome.Rejected(source, AppStateFault.SnapshotMac));

    private static RepairEvent.NotApplied Divergence(string kind) => new(kind switch
    {
        "gap" => new AppStateOutcome.Gap(6, 8),
        "hash" => new AppStateOutcome.NeedsResync(ResyncReason.HashMismatch),
        _ => new AppStateOutcome.Rejected(AppStateSource.Patch, AppStateFault.ValueMac),
    });
}
