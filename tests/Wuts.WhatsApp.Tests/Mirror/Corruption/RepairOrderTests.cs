using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>The order of remedies: read anew, ask the phone, say that only linking again helps. Known contacts stay throughout.</summary>
public class RepairOrderTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Remedies_follow_each_other_and_the_last_word_is_relink_required_until_a_day_later()
    {
        await using var scene = await StartAsync();
        scene.Spoil(AppStateDefect.ValueMac, times: 0);
        scene.Phone.AddressBook.Rename(Anna, "Anna 2");
        await scene.FetchAsync();
        await scene.StatusAsync(CollectionStatus.Healthy);
        Assert.Equal("Anna 2", (await scene.NamesAsync())[Anna]);

        scene.Phone.AddressBook.Rename(Anna, "Anna 3");
        await scene.FetchAsync();

        Assert.Equal(
            [
                (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.Resyncing, CollectionProblem.PatchRejected),
                (CollectionStatus.Recovering, CollectionProblem.PatchRejected), (CollectionStatus.Healthy, CollectionProblem.None),
                (CollectionStatus.RelinkRequired, CollectionProblem.PatchRejected),
            ],
            scene.Watch.PathOf(Book));
        Assert.Equal(("Anna 2", "Bert"), ((await scene.NamesAsync())[Anna], (await scene.NamesAsync())[Bert]));
        scene.AssertNothingElseSuffered();

        scene.Network.Server.Faults.Clear();
        await scene.FetchAsync();
        Assert.Equal(CollectionStatus.RelinkRequired, scene.Health.Status);

        scene.Network.Time.Advance(Day);
        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal(CollectionStatus.Healthy, scene.Health.Status);
    }

    [Theory]
    [InlineData(RecoveryDefect.Empty)]
    [InlineData(RecoveryDefect.Garbage)]
    [InlineData(RecoveryDefect.Truncated)]
    [InlineData(RecoveryDefect.WrongCollection)]
    [InlineData(RecoveryDefect.WrongHash)]
    public async Task Copy_of_the_phone_that_cannot_be_used_means_relink_required(RecoveryDefect defect)
    {
        await using var scene = await StartAsync();
        await BreakAsync(scene, defect);

        await scene.StatusAsync(CollectionStatus.RelinkRequired);

        Assert.Equal(CollectionProblem.RecoveryRejected, scene.Health.Problem);
        await AssertKnownContactsStayAsync(scene);
    }

    [Fact]
    public async Task Phone_that_does_not_answer_for_a_day_means_relink_required()
    {
        await using var scene = await StartAsync();
        await BreakAsync(scene, RecoveryDefect.Silent);
        await scene.RecoveryAskedAsync();
        Assert.Equal(CollectionStatus.Recovering, scene.Health.Status);
        Assert.True(scene.Health.NeedsPhone(scene.Network.Time.GetUtcNow() + TimeSpan.FromMinutes(6)));

        await scene.Network.Time.WhenTimerDueAsync(Day);
        scene.Network.Time.Advance(Day);
        await scene.StatusAsync(CollectionStatus.RelinkRequired);

        Assert.Equal(CollectionProblem.RecoveryTimedOut, scene.Health.Problem);
        await AssertKnownContactsStayAsync(scene);
    }

    [Fact]
    public async Task Phone_that_was_off_sends_its_copy_when_it_is_on_again()
    {
        await using var scene = await StartAsync();
        scene.Phone.SwitchOff();
        await BreakAsync(scene, null);
        await scene.RecoveryAskedAsync();

        scene.Phone.SwitchOn();
        await scene.StatusAsync(CollectionStatus.Healthy);

        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    public async Task Refused_collection_is_read_anew_once_and_then_reported_as_refused(int code)
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Arm(new Fault.AppState { Defect = AppStateDefect.Refused, Code = code, Collection = BookName });
        await scene.FetchAsync();
        await scene.AssertBookAsync();

        scene.Arm(new Fault.AppState { Defect = AppStateDefect.Refused, Code = code, Collection = BookName, Times = 0 });
        await scene.FetchAsync();

        Assert.Equal((CollectionStatus.Refused, CollectionProblem.ServerError), (scene.Health.Status, scene.Health.Problem));
        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Overloaded_server_is_asked_again_later_and_later()
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Arm(new Fault.AppState { Defect = AppStateDefect.Refused, Code = 503, Collection = BookName, Times = 3 });

        await scene.FetchAsync();
        foreach (var pause in new[] { 0.75, 1.5, 3 })
        {
            Assert.Equal((CollectionStatus.Retrying, CollectionProblem.ServerError), (scene.Health.Status, scene.Health.Problem));
            await scene.Network.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(pause));
            scene.Network.Time.Advance(TimeSpan.FromSeconds(pause));
            await scene.Watch.UntilAsync(() => scene.Health.RetryAt is not { } at || at > scene.Network.Time.GetUtcNow(), "the next attempt");
        }

        await scene.StatusAsync(CollectionStatus.Healthy);
        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }

    // An unreadable patch, and a snapshot that does not verify: only the phone can help.
    private static Task BreakAsync(CorruptionScene scene, RecoveryDefect? defect)
    {
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Spoil(AppStateDefect.PatchMac, AppStatePart.Patch);
        scene.Spoil(AppStateDefect.SnapshotMac, AppStatePart.Snapshot);
        if (defect is { } wrong)
        {
            scene.Arm(new Fault.Recovery { Defect = wrong, Collection = BookName });
        }

        return scene.FetchAsync();
    }

    private static async Task AssertKnownContactsStayAsync(CorruptionScene scene)
    {
        var names = await scene.NamesAsync();
        Assert.Equal((2, "Anna", "Bert"), (names.Count, names[Anna], names[Bert]));
        scene.AssertNothingElseSuffered();
    }
}
