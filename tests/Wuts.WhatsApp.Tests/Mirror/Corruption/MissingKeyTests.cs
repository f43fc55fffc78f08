using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using static Wuts.WhatsApp.Tests.Mirror.Corruption.CorruptionScene;

namespace Wuts.WhatsApp.Tests.Mirror.Corruption;

/// <summary>Keys that the device does not have: it asks the phone, and waits as long as the phone takes.</summary>
public class MissingKeyTests
{
    private static readonly (CollectionStatus, CollectionProblem)[] Path =
    [
        (CollectionStatus.Healthy, CollectionProblem.None), (CollectionStatus.BlockedOnKeys, CollectionProblem.MissingKeys),
        (CollectionStatus.Retrying, CollectionProblem.MissingKeys), (CollectionStatus.Healthy, CollectionProblem.None),
    ];

    [Fact]
    public async Task New_key_that_was_not_shared_is_asked_for()
    {
        await using var scene = await StartAsync();
        scene.Phone.RotateKey(share: false);
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");

        await scene.FetchAsync();
        await scene.StatusAsync(CollectionStatus.Healthy);

        await scene.AssertBookAsync();
        Assert.Equal(Path, scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Phone_that_does_not_answer_leaves_the_contacts_as_they_are_until_it_shares_its_keys()
    {
        await using var scene = await StartAsync();
        scene.Arm(new Fault.KeyShare { Defect = KeyShareDefect.Silent });
        scene.Phone.RotateKey(share: false);
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        await scene.FetchAsync();
        Assert.Equal(CollectionStatus.BlockedOnKeys, scene.Health.Status);
        Assert.False(scene.Health.NeedsPhone(scene.Network.Time.GetUtcNow()));
        Assert.True(scene.Health.NeedsPhone(scene.Network.Time.GetUtcNow() + TimeSpan.FromMinutes(6)));
        Assert.Equal("Anna", (await scene.NamesAsync())[Anna]);

        scene.Phone.ShareKeys();
        await scene.StatusAsync(CollectionStatus.Healthy);

        await scene.AssertBookAsync();
        Assert.Equal(Path, scene.Watch.PathOf(Book));
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task Phone_that_is_off_answers_when_it_is_on_again()
    {
        await using var scene = await StartAsync();
        scene.Phone.SwitchOff();
        scene.Phone.RotateKey(share: false);
        scene.Phone.AddressBook.Rename(Anna, "Anna Neu");
        await scene.FetchAsync();
        Assert.Equal(CollectionStatus.BlockedOnKeys, scene.Health.Status);

        scene.Phone.SwitchOn();
        await scene.StatusAsync(CollectionStatus.Healthy);

        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }

    [Fact]
    public async Task First_keys_may_come_long_after_linking()
    {
        await using var scene = await StartAsync(isSynced: false, prepare: before => before.Phone.SharesKeys = false);
        Assert.Equal(CollectionStatus.NeverSynced, scene.Health.Status);

        scene.Phone.ShareKeys();
        await scene.HealthyAsync();

        await scene.AssertBookAsync();
        scene.AssertNothingElseSuffered();
    }
}
