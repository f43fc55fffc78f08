using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>Edits of the client that meet edits of the phone, also when the server tells of them wrongly.</summary>
public class ConflictTests
{
    [Fact]
    public async Task Edit_that_meets_one_of_the_phone_is_built_again_on_top_of_it()
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");

        var outcome = await AddCarlaAsync(scene);

        Assert.Equal(new UploadOutcome.Accepted(3), outcome);
        Assert.Equal("Carla", scene.Phone.AddressBook.Find(Carla)!.FullName);
        await scene.AssertBookAsync();
        Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(AppStateDefect.ValueMac, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.SnapshotMac, CollectionProblem.HashMismatch)]
    [InlineData(AppStateDefect.WrongVersion, CollectionProblem.Gap)]
    public async Task Spoilt_patch_in_a_conflict_is_repaired_before_the_edit_is_tried_again(AppStateDefect defect, CollectionProblem problem)
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Spoil(defect, AppStatePart.Patch);

        await AddCarlaAsync(scene);
        await scene.StatusAsync(CollectionStatus.Healthy);
        await AddCarlaAsync(scene);

        Assert.Contains((CollectionStatus.Resyncing, problem), scene.Watch.PathOf(Book));
        Assert.Equal("Carla", scene.Phone.AddressBook.Find(Carla)!.FullName);
        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }

    private static Task<UploadOutcome> AddCarlaAsync(CorruptionScene scene) => scene.Client.EditAppStateAsync(
    [
        AppStateEdit.SetContact(Carla, new ContactNames("Carla", null, null), null, saveOnPhone: true, scene.Network.Time.GetUtcNow()),
    ]).Within();
}
