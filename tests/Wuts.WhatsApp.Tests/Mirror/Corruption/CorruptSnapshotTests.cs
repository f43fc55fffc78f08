using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>A snapshot that is not right cannot be repaired by the server, so the phone is asked for its copy.</summary>
public class CorruptSnapshotTests
{
    [Theory]
    [InlineData(AppStateDefect.ValueMac)]
    [InlineData(AppStateDefect.IndexMac)]
    [InlineData(AppStateDefect.SnapshotMac)]
    [InlineData(AppStateDefect.MissingRecord)]
    [InlineData(AppStateDefect.Garbage)]
    [InlineData(AppStateDefect.GarbageFile)]
    public async Task Spoilt_first_snapshot_leads_to_the_copy_of_the_phone(AppStateDefect defect)
    {
        await using var scene = await StartAsync(prepare: before => before.Spoil(defect, AppStatePart.Snapshot));

        await scene.AssertBookAsync();
        Assert.Equal(
            [(CollectionStatus.Recovering, CollectionProblem.SnapshotRejected), (CollectionStatus.Healthy, CollectionProblem.None)],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(AppStateDefect.UnknownKey)]
    [InlineData(AppStateDefect.UnknownRecordKey)]
    public async Task First_snapshot_under_a_key_that_nobody_has_leads_there_too(AppStateDefect defect)
    {
        await using var scene = await StartAsync(prepare: before => before.Spoil(defect, AppStatePart.Snapshot));

        await scene.AssertBookAsync();
        Assert.Equal(
            [
                (CollectionStatus.BlockedOnKeys, CollectionProblem.MissingKeys), (CollectionStatus.Recovering, CollectionProblem.MissingKeys),
                (CollectionStatus.Healthy, CollectionProblem.None),
            ],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Snapshot_that_holds_an_earlier_form_of_an_entry_too_shows_the_later_one()
    {
        await using var scene = await StartAsync(prepare: before => before.Spoil(AppStateDefect.DuplicateIndex, AppStatePart.Snapshot));

        await scene.AssertBookAsync();
        Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], scene.Watch.PathOf(Book));
        Assert.Empty(scene.Network.Server.Faults.List());
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Changes_go_on_after_the_copy_of_the_phone()
    {
        await using var scene = await StartAsync(prepare: before => before.Spoil(AppStateDefect.SnapshotMac, AppStatePart.Snapshot));
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Phone.AddressBook.Remove(Bert);

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal(CollectionStatus.Healthy, scene.Health.Status);
        scene.AssertNothingElseSuffered();
    }
}
