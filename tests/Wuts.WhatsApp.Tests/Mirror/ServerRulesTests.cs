using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>What a server expects of a device that behaves well, over the wire. Sync section 14.</summary>
public sealed class ServerRulesTests
{
    [Fact]
    public async Task Groups_are_listed_once_although_the_server_calls_them_dirty_at_the_same_login()
    {
        await using var scene = await MirrorScene.StartAsync();
        scene.Server.Groups.Create(new GroupSpec { Creator = scene.Owner });
        var lists = 0;
        using var script = scene.Server.OnIq("w:g2", iq =>
        {
            lists += iq.Child("participating") is null ? 0 : 1;
            return null;
        });
        var (watch, store) = MortalStore.WithWatch();
        await using (await scene.LinkAsync(watch, store))
        {
            await scene.MirroredAsync(store, watch);
        }

        Assert.Equal(1, lists);
        scene.Account.Devices[0].MarkDirty("groups", 1_700_000_000);
        await using var client = scene.CreateClient(store, watch);
        await CleanedAsync(scene, client);

        // Once for the dirty mark; the list of half a minute ago was not due by itself.
        Assert.Equal(2, lists);
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Dirty_mark_stays_while_what_it_is_about_cannot_be_read()
    {
        await using var scene = await MirrorScene.StartAsync();
        var (watch, store) = MortalStore.WithWatch();
        await using (await scene.LinkAsync(watch, store))
        {
            await scene.MirroredAsync(store, watch);
        }

        scene.Account.Devices[0].MarkDirty("account_sync", 1_700_000_000);
        var since = scene.Server.Events.Latest;
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "blocklist", Code = 500 });
        await using (var client = scene.CreateClient(store, watch))
        {
            await client.ConnectAsync().Within();
            await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.FaultApplied, since).Within("the refusal");
        }

        Assert.Single(scene.Account.Devices[0].DirtyMarks());
        await using var again = scene.CreateClient(store, watch);
        await CleanedAsync(scene, again);
    }

    [Theory]
    [InlineData("something_new")]
    [InlineData("newsletter")]
    public async Task Notification_of_a_type_that_nobody_handles_is_acknowledged(string type)
    {
        await using var scene = await MirrorScene.StartAsync();
        var (watch, store) = MortalStore.WithWatch();
        await using var client = await scene.LinkAsync(watch, store);

        scene.Server.Push(scene.Account, new Node("notification", [("id", "n1"), ("from", Jid.WhatsApp), ("type", type), ("t", 1_700_000_000)]));

        await scene.Server.Events
            .WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged && e.Detail == "notification n1").Within("the ack");
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task App_state_that_changed_while_a_process_was_down_is_read_although_the_announcement_was_acknowledged()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(2);
        scene.Save(people);
        var (watch, store) = MortalStore.WithWatch();
        await using (await scene.LinkAsync(watch, store))
        {
            await scene.MirroredAsync(store, watch);
        }

        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Changed");

        // As if the process before had taken the announcement and died with it.
        await ForgetAnnouncementAsync(scene);
        await using var client = scene.CreateClient(store, watch);
        await client.ConnectAsync().Within();

        await scene.MirroredAsync(store, watch);
    }

    [Fact]
    public async Task App_state_that_changed_while_a_process_was_down_is_read_although_the_first_connection_is_lost_at_once()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(2);
        scene.Save(people);
        var (watch, store) = MortalStore.WithWatch();
        await using (await scene.LinkAsync(watch, store))
        {
            await scene.MirroredAsync(store, watch);
        }

        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Changed");
        await ForgetAnnouncementAsync(scene);
        store.LoadingState = connected =>
        {
            store.LoadingState = _ => Task.CompletedTask;
            scene.Server.Faults.Add(new Fault.Drop());
            return Task.Delay(Timeout.Infinite, connected);
        };
        await using var client = scene.CreateClient(store, watch);
        await client.ConnectAsync().Within();

        await scene.MirroredAsync(store, watch);
    }

    [Fact]
    public async Task Announced_app_state_is_read_although_its_connection_is_lost_before()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 2);
        var (scene, people, watch, store) = mirror;
        var logins = watch.Events.OfType<WhatsAppEvent.Connected>().Count();
        store.LoadingState = async _ =>
        {
            // The next connection has logged in before the work of this one ends.
            store.LoadingState = _ => Task.CompletedTask;
            scene.Server.Faults.Add(new Fault.Drop());
            while (watch.Events.OfType<WhatsAppEvent.Connected>().Count() == logins)
            {
                await watch.NextAsync();
            }

            await mirror.Client.QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "w:p")]), default);
            throw new OperationCanceledException();
        };

        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Changed");

        await scene.MirroredAsync(store, watch);
    }

    [Fact]
    public async Task Client_that_is_disposed_writes_nothing_afterwards()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 2);
        var (scene, people, watch, store) = mirror;
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.LoadingState = _ =>
        {
            reading.TrySetResult();
            return release.Task;
        };
        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Changed");
        await reading.Task.Within("the fetch");

        var disposing = mirror.Client.DisposeAsync().AsTask();
        await watch.SeenAsync<WhatsAppEvent.Disconnected>(e => e.Reason is DisconnectReason.ByUser);

        Assert.False(disposing.IsCompleted);
        release.SetResult();
        await disposing.Within("the client");
    }

    [Fact]
    public async Task Changes_of_profiles_become_events_that_say_what_is_stale()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 1);
        var (_, people, watch, _) = mirror;
        var person = people[0];

        person.SetPicture();
        person.SetAbout("Something else");
        person.RemovePicture();
        person.AnnounceUpdate();

        await NotifiedAsync<NotificationItem.PictureSet>();
        await NotifiedAsync<NotificationItem.AboutChanged>();
        await NotifiedAsync<NotificationItem.PictureRemoved>();
        await NotifiedAsync<NotificationItem.ContactChanged>();
        Task NotifiedAsync<TItem>() => watch.SeenAsync<WhatsAppEvent.AccountChanged>(
            e => e.Change is AccountEvent.Notified { Item: TItem });
    }

    private static async Task CleanedAsync(MirrorScene scene, WhatsAppClient client)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var script = scene.Server.OnIq("urn:xmpp:whatsapp:dirty", _ =>
        {
            asked.TrySetResult();
            return null;
        });
        await client.ConnectAsync().Within();
        await asked.Task.Within("the request to clean the mark");

        // What is asked after it is answered after it.
        await client.QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "w:p")])).Within();
        Assert.Empty(scene.Account.Devices[0].DirtyMarks());
    }

    // The server notices the end of the last connection a moment later; until then the announcement counts as on its way.
    private static async Task ForgetAnnouncementAsync(MirrorScene scene)
    {
        while (true)
        {
            var latest = scene.Server.Events.Latest;
            if (scene.Account.Devices[0].Session is null)
            {
                Assert.Equal(1, scene.Account.Devices[0].Queue.ForgetNotifications());
                return;
            }

            await scene.Server.Events.WaitSinceAsync(latest).Within("the end of the connection");
        }
    }
}
