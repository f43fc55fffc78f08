using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>A patch that is not right is never taken over: the client reads everything anew and has it all in the end.</summary>
public class CorruptPatchTests
{
    [Theory]
    [InlineData(AppStateDefect.ValueMac, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.IndexMac, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.PatchMac, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.SnapshotMac, CollectionProblem.HashMismatch)]
    [InlineData(AppStateDefect.MissingRecord, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.LostPatch, CollectionProblem.Gap)]
    [InlineData(AppStateDefect.WrongVersion, CollectionProblem.Gap)]
    [InlineData(AppStateDefect.FatalMarker, CollectionProblem.HashMismatch)]
    [InlineData(AppStateDefect.Garbage, CollectionProblem.PatchRejected)]
    [InlineData(AppStateDefect.GarbageFile, CollectionProblem.PatchRejected)]
    public async Task Spoilt_patch_leads_to_a_resync_that_brings_everything(AppStateDefect defect, CollectionProblem problem)
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.AddRange([new PhoneContact(Anna, "Anna Neu"), new PhoneContact(Carla, "Carla")]);
        scene.Phone.AddressBook.Remove(Bert);
        scene.Spoil(defect, AppStatePart.Patch);

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal(
            [(CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.Resyncing, problem), (CollectionStatus.Healthy, CollectionProblem.None)],
            scene.Watch.PathOf(Book));
        Assert.Empty(scene.Network.Server.Faults.List());
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Patch_that_names_an_entry_twice_is_legal_and_applied()
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Spoil(AppStateDefect.DuplicateIndex, AppStatePart.Patch);

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], scene.Watch.PathOf(Book));
        Assert.Empty(scene.Network.Server.Faults.List());
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Only_patch_that_is_lost_is_noticed_with_the_next_one()
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Spoil(AppStateDefect.LostPatch, AppStatePart.Patch, times: 2);
        await scene.FetchAsync();
        Assert.Equal("Anna", (await scene.NamesAsync())[Anna]);
        scene.Phone.AddressBook.Rename(Bert, "Bert Neu");

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Contains((CollectionStatus.Resyncing, CollectionProblem.Gap), scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(AppStateDefect.UnknownKey)]
    [InlineData(AppStateDefect.UnknownRecordKey)]
    public async Task Key_that_nobody_has_leads_to_the_copy_of_the_phone(AppStateDefect defect)
    {
        await using var scene = await StartAsync();
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        scene.Spoil(defect, AppStatePart.Patch);

        await scene.FetchAsync();
        await scene.Watch.UntilAsync(() => scene.Watch.PathOf(Book) is [_, .., (CollectionStatus.Healthy, _)], "the book is healthy again");

        await scene.AssertBookAsync();
        Assert.Equal(
            [
                (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.BlockedOnKeys, CollectionProblem.MissingKeys),
                (CollectionStatus.Recovering, CollectionProblem.MissingKeys), (CollectionStatus.Healthy, CollectionProblem.None),
            ],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }
}
