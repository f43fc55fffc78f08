using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Changes of the address book from a device of ours reach the phone and the other device, and conflicts resolve.</summary>
public sealed class UploadEndToEndTests
{
    [Fact]
    public async Task Contact_that_is_created_renamed_and_removed_here_follows_on_the_phone_and_on_another_device()
    {
        await using var pair = await TwoDevices.StartAsync();
        var person = pair.Scene.AddPeople(1)[0];

        Assert.IsType<UploadOutcome.Accepted>(await pair.EditAsync(Named(person, "Created", now: 1)));
        Assert.Equal("Created", pair.Book.Find(person.Jid)?.FullName);
        await pair.BothMirroredAsync();

        Assert.IsType<UploadOutcome.Accepted>(await pair.EditAsync(Named(person, "Renamed", now: 2)));
        Assert.Equal("Renamed", pair.Book.Find(person.Jid)?.FullName);
        await pair.BothMirroredAsync();

        Assert.IsType<UploadOutcome.Accepted>(await pair.EditAsync(AppStateEdit.RemoveContact(person.Jid, At(3))));
        Assert.Null(pair.Book.Find(person.Jid));
        await pair.BothMirroredAsync();
        pair.Scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Own_name_that_is_changed_here_follows_everywhere()
    {
        await using var pair = await TwoDevices.StartAsync();

        Assert.IsType<UploadOutcome.Accepted>(await pair.EditAsync(AppStateEdit.SetPushName("Lovelace", DateTimeOffset.UtcNow)));

        foreach (var store in pair.Stores)
        {
            await TwoDevices.NamedAsync(store, "Lovelace");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Change_that_collides_with_one_of_the_phone_is_built_anew_on_top_of_it(bool sameContact)
    {
        await using var pair = await TwoDevices.StartAsync();
        var people = pair.Scene.AddPeople(2);
        pair.Scene.Save(people);
        await pair.BothMirroredAsync();

        // The phone changes something in the moment in which the upload arrives, which the device cannot know.
        var raced = false;
        using var script = pair.Scene.Server.OnIq("w:sync:app:state", iq =>
        {
            if (!raced && iq.Child("sync")?.Child("collection")?.Child("patch") is not null)
            {
                raced = true;
                pair.Book.Rename(people[sameContact ? 0 : 1].Jid, "By the phone");
            }

            return null;
        });
        var outcome = await pair.EditAsync(AppStateEdit.SetContact(
            people[0].Jid, new ContactNames("By the device", null), people[0].Lid, true, DateTimeOffset.UtcNow - TimeSpan.FromMinutes(1)));

        Assert.True(raced);
        if (sameContact)
        {
            // The phone's change is the later one: it counts.
            Assert.IsType<UploadOutcome.Superseded>(outcome);
            Assert.Equal("By the phone", pair.Book.Find(people[0].Jid)?.FullName);
        }
        else
        {
            Assert.IsType<UploadOutcome.Accepted>(outcome);
            Assert.Equal(("By the device", "By the phone"), (pair.Book.Find(people[0].Jid)?.FullName, pair.Book.Find(people[1].Jid)?.FullName));
        }

        await pair.BothMirroredAsync();
        pair.Scene.AssertNothingRefused();
    }

    private static DateTimeOffset At(int second) => DateTimeOffset.UtcNow + TimeSpan.FromSeconds(second);

    private static AppStateEdit Named(Person person, string name, int now) =>
        AppStateEdit.SetContact(person.Jid, new ContactNames(name, null), person.Lid, true, At(now));

    /// <summary>One account with two devices of ours.</summary>
    private sealed class TwoDevices(MirrorScene scene) : IAsyncDisposable
    {
        private readonly List<(WhatsAppClient Client, MortalStore Store, EventWatch Watch)> _devices = [];

        public MirrorScene Scene => scene;

        public AddressBook Book => scene.Account.Handset.AddressBook;

        public IEnumerable<(IWhatsAppStore Store, EventWatch Watch)> Stores => _devices.Select(d => ((IWhatsAppStore)d.Store, d.Watch));

        public static async Task<TwoDevices> StartAsync()
        {
            var pair = new TwoDevices(await MirrorScene.StartAsync());
            var time = new HastyTime(5);
            for (var i = 0; i < 2; i++)
            {
                var watch = new EventWatch();
                var store = new MortalStore(new InMemoryWhatsAppStore(), []) { Written = watch.Nudge };
                pair._devices.Add((await pair.Scene.LinkAsync(watch, store, time.Hasten), store, watch));
            }

            await pair.BothMirroredAsync();
            return pair;
        }

        public Task<UploadOutcome> EditAsync(AppStateEdit edit) => _devices[0].Client.EditAppStateAsync([edit]).Within();

        public async Task BothMirroredAsync()
        {
            foreach (var (_, store, watch) in _devices)
            {
                await scene.MirroredAsync(store, watch);
            }
        }

        public static async Task NamedAsync((IWhatsAppStore Store, EventWatch Watch) device, string name)
        {
            var left = await device.Watch.SettledAsync(
                async () => await device.Store.Account.FindSettingAsync(WhatsApp.Mirror.AccountSetting.OwnPushName, default) == name ? [] : ["own name"],
                TimeSpan.FromSeconds(60));
            Assert.Empty(left);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (client, _, _) in _devices)
            {
                await client.DisposeAsync();
            }

            await scene.DisposeAsync();
        }
    }
}
