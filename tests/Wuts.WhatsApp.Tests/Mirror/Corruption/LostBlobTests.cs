using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>Files of app state that are gone, cut off, changed, or cannot be reached.</summary>
public class LostBlobTests
{
    private const int Attempts = 5;

    [Theory]
    [InlineData(BlobDefect.NotFound)]
    [InlineData(BlobDefect.Gone)]
    [InlineData(BlobDefect.Forbidden)]
    public async Task File_that_is_gone_is_asked_for_again_and_comes_under_a_new_reference(BlobDefect defect)
    {
        await using var scene = await StartWithLargePatchAsync(defect, times: 2);

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task File_of_a_patch_that_stays_gone_leads_to_a_resync()
    {
        await using var scene = await StartWithLargePatchAsync(BlobDefect.Gone, times: 3);

        await scene.FetchAsync();

        await scene.AssertBookAsync();
        Assert.Equal(
            [
                (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.Resyncing, CollectionProblem.BlobUnavailable),
                (CollectionStatus.Healthy, CollectionProblem.None),
            ],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task When_every_file_stays_gone_the_phone_sends_its_copy()
    {
        await using var scene = await StartWithLargePatchAsync(BlobDefect.Gone, times: 0);

        await scene.FetchAsync();
        await scene.StatusAsync(CollectionStatus.Healthy);

        await scene.AssertBookAsync();
        Assert.Equal(
            [
                (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.Resyncing, CollectionProblem.BlobUnavailable),
                (CollectionStatus.Recovering, CollectionProblem.BlobUnavailable), (CollectionStatus.Healthy, CollectionProblem.None),
            ],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(BlobDefect.Truncated)]
    [InlineData(BlobDefect.Corrupted)]
    public async Task Damaged_file_is_downloaded_again(BlobDefect defect)
    {
        await using var scene = await StartWithLargePatchAsync(defect, times: 1);

        await scene.PassTimeUntilAsync(scene.FetchAsync());

        await scene.AssertBookAsync();
        Assert.Equal([(CollectionStatus.Healthy, CollectionProblem.None)], scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Theory]
    [InlineData(BlobDefect.Truncated)]
    [InlineData(BlobDefect.Corrupted)]
    public async Task File_that_stays_damaged_leads_to_a_resync(BlobDefect defect)
    {
        await using var scene = await StartWithLargePatchAsync(defect, times: Attempts * (1 + RepairPolicy.MaxBlobRetries));

        await scene.PassTimeUntilAsync(scene.FetchAsync());

        await scene.AssertBookAsync();
        Assert.Contains((CollectionStatus.Resyncing, CollectionProblem.BlobUnavailable), scene.Watch.PathOf(Book));
        Assert.Equal(CollectionStatus.Healthy, scene.Health.Status);
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Media_host_in_trouble_is_tried_again_later_and_nothing_is_read_anew()
    {
        await using var scene = await StartWithLargePatchAsync(BlobDefect.Unavailable, times: 2 * Attempts);

        await scene.PassTimeUntilAsync(scene.FetchAsync());
        Assert.Contains((CollectionStatus.Retrying, CollectionProblem.Network), scene.Watch.PathOf(Book));
        await scene.PassTimeUntilAsync(scene.StatusAsync(CollectionStatus.Healthy));

        await scene.AssertBookAsync();
        Assert.Equal(
            [
                (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.Retrying, CollectionProblem.Network),
                (CollectionStatus.Healthy, CollectionProblem.None),
            ],
            scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    // Every patch refers to a file: only the address book has one to download.
    private static async Task<CorruptionScene> StartWithLargePatchAsync(BlobDefect defect, int times)
    {
        var scene = await StartAsync();
        scene.Phone.Sync.MaxInlineMutations = 0;
        scene.Phone.AddressBook.AddRange([new PhoneContact(Anna, "Anna Neu"), new PhoneContact(Carla, "Carla")]);
        scene.Arm(new Fault.Blob { Defect = defect, Type = "md-app-state", Times = times });
        return scene;
    }
}
