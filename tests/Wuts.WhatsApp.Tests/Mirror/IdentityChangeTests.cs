using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>People who install WhatsApp anew, and those who only pretend to be the own phone. Sync section 1.12.</summary>
public sealed class IdentityChangeTests
{
    private static readonly Node Identity = new("identity");

    [Fact]
    public async Task Message_with_another_identity_key_is_read_and_tells_that_the_person_installed_anew()
    {
        await using var scene = await MirrorScene.StartAsync();
        var (watch, store) = (new EventWatch(), new InMemoryWhatsAppStore());
        await using var client = await scene.LinkAsync(watch, store);
        var writer = new Correspondent(scene.Server);
        await scene.Server.ConfirmedAsync(writer.Write(scene.Account.Devices[0], "Carla"));
        var before = await SignalState.OfAsync(store.Account, writer.Account.Lid);
        Assert.Empty(watch.Events.OfType<WhatsAppEvent.IdentityChanged>());

        writer.Reinstall();
        var id = writer.Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(id);

        var told = await watch.SeenAsync<WhatsAppEvent.IdentityChanged>();
        Assert.Equal((writer.Account.Lid, writer.Account.Lid), (told.Person, told.Lid));
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(id));
        var after = await SignalState.OfAsync(store.Account, writer.Account.Lid);
        Assert.Equal(writer.Identity, after.Identity(0));
        Assert.NotEqual(before.Identity(0), after.Identity(0));
        var contact = Assert.Single(await store.Account.FindContactsAsync([writer.Account.Lid], default));
        Assert.Equal("Carla", contact.PushName);
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Another_identity_key_in_a_message_is_told_until_that_is_stored()
    {
        await using var scene = await MirrorScene.StartAsync();
        var watch = new EventWatch();
        await using var client = await scene.LinkAsync(watch, configure: o => o with { StoragePatience = TimeSpan.FromMinutes(1) });
        var writer = new Correspondent(scene.Server);
        await scene.Server.ConfirmedAsync(writer.Write(scene.Account.Devices[0], "Carla"));
        var refusals = 0;
        watch.Refuses = happened => happened is WhatsAppEvent.IdentityChanged && refusals++ < 2;

        writer.Reinstall();
        var id = writer.Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(id);

        Assert.Equal(3, refusals);
        Assert.Single(watch.Events.OfType<WhatsAppEvent.IdentityChanged>());
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(id));
    }

    [Fact]
    public async Task Message_of_the_own_phone_with_another_identity_key_is_never_believed()
    {
        await using var scene = await MirrorScene.StartAsync();
        scene.Save(scene.AddPeople(2));
        var (watch, store) = MortalStore.WithWatch();
        await using var client = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch);
        var before = await SignalState.OfAsync(store.Account, scene.Account.Lid);
        byte[] keyId = [0, 1, 0, 0, 0, 9];

        var forged = new Correspondent(scene.Server).Forge(scene.Account.Devices[0], new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.AppStateSyncKeyShare,
            AppStateSyncKeyShare = new AppStateSyncKeyShare
            {
                Keys =
                {
                    new AppStateSyncKey
                    {
                        KeyId = new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(keyId) },
                        KeyData = new AppStateSyncKeyData { KeyData = ByteString.CopyFrom(new byte[32]), Timestamp = 1 },
                    },
                },
            },
        });
        await watch.SeenAsync<WhatsAppEvent.AccountChanged>(e => e.Change is WhatsApp.Mirror.AccountEvent.OwnMessageLost);

        Assert.Equal(5, scene.Server.ReceiptsFor(forged).Count(type => type == "retry"));
        Assert.DoesNotContain(await store.Account.LoadKeysAsync(default), key => key.Id.Bytes.SequenceEqual(keyId));
        var after = await SignalState.OfAsync(store.Account, scene.Account.Lid);
        Assert.Equal(before.Session(0), after.Session(0));
        Assert.Equal(before.Identity(0), after.Identity(0));
        Assert.Empty(watch.Events.OfType<WhatsAppEvent.IdentityChanged>());
    }

    [Fact]
    public async Task Notification_drops_the_sessions_keeps_the_names_and_is_told()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 1);
        var (scene, people, watch, store) = mirror;
        var person = people[0];
        await scene.Server.ConfirmedAsync(person.SendMessage(scene.Account, new PersonMessage("Hello"))!);
        Assert.False((await SignalState.OfAsync(store.Account, person.Lid)).IsEmpty);

        var since = scene.Server.Events.Latest;
        person.Reinstall();
        await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged, since).Within("the ack");

        Assert.True((await SignalState.OfAsync(store.Account, person.Lid)).IsEmpty);
        var told = await watch.SeenAsync<WhatsAppEvent.IdentityChanged>();
        Assert.Equal((person.Jid, person.Lid), (told.Person, told.Lid));
        var contact = Assert.Single(await store.Account.FindContactsAsync([person.Jid], default));
        Assert.Equal($"Full {person.Phone}", contact.AddressBook?.FullName);
        Assert.NotEmpty(await store.Account.FindPairsAsync([person.Jid], default));

        var id = person.SendMessage(scene.Account, new PersonMessage("Hello again"))!;
        await scene.Server.ConfirmedAsync(id);
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(id));
        Assert.Single(watch.Events.OfType<WhatsAppEvent.IdentityChanged>());
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Notification_that_names_only_the_number_drops_what_is_kept_under_the_lid()
    {
        await using var scene = await MirrorScene.StartAsync();
        var store = new InMemoryWhatsAppStore();
        await using var client = await scene.LinkAsync(new EventWatch(), store);
        var writer = new Correspondent(scene.Server);
        await scene.Server.ConfirmedAsync(writer.Write(scene.Account.Devices[0], "Carla"));
        Assert.False((await SignalState.OfAsync(store.Account, writer.Account.Lid)).IsEmpty);

        await scene.PushAsync(Notification(writer.Account.Jid));

        Assert.True((await SignalState.OfAsync(store.Account, writer.Account.Lid)).IsEmpty);
    }

    [Fact]
    public async Task Notification_about_a_companion_drops_nothing_and_tells_nothing()
    {
        await using var scene = await MirrorScene.StartAsync();
        var (watch, store) = (new EventWatch(), new InMemoryWhatsAppStore());
        await using var client = await scene.LinkAsync(watch, store);
        var writer = new Correspondent(scene.Server);
        await scene.Server.ConfirmedAsync(writer.Write(scene.Account.Devices[0], "Carla"));

        await scene.PushAsync(Notification(writer.Account.Lid.WithDevice(3)));

        Assert.False((await SignalState.OfAsync(store.Account, writer.Account.Lid)).IsEmpty);
        Assert.Empty(watch.Events.OfType<WhatsAppEvent.IdentityChanged>());
    }

    [Fact]
    public async Task Notification_about_the_own_phone_changes_nothing()
    {
        await using var mirror = await LinkedMirror.StartAsync();
        var (scene, _, _, store) = mirror;
        var before = await SignalState.OfAsync(store.Account, scene.Account.Lid);
        Assert.False(before.IsEmpty);

        await scene.PushAsync(Notification(scene.Account.Jid));

        var after = await SignalState.OfAsync(store.Account, scene.Account.Lid);
        Assert.Equal(before.Session(0), after.Session(0));
        Assert.Equal(before.Identity(0), after.Identity(0));
    }

    private static Node Notification(Jid from) => new(
        "notification", [("id", "identity-1"), ("from", from), ("type", "encrypt"), ("t", 1_700_000_000)], [Identity]);
}
