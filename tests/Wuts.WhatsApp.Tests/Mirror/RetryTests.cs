using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Messages that cannot be read are asked for again, in both directions, and not for ever. Sync section 1.11.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(MessageDefect.Corrupted)]
    [InlineData(MessageDefect.Garbage)]
    public async Task Message_that_cannot_be_read_is_asked_for_and_read_when_it_comes_again(MessageDefect defect)
    {
        await using var scene = await MirrorScene.StartAsync();
        await using var client = await scene.LinkAsync(new EventWatch());
        scene.Server.Faults.Add(new Fault.Message { Defect = defect, Topic = "hello" });

        var id = new Correspondent(scene.Server).Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(id);

        Assert.Equal(["retry", "inactive"], scene.Server.ReceiptsFor(id));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Message_that_stays_unreadable_is_asked_for_five_times_with_a_count_and_then_confirmed()
    {
        await using var scene = await MirrorScene.StartAsync();
        var watch = new EventWatch();
        await using var client = await scene.LinkAsync(watch);
        scene.Server.Faults.Add(new Fault.Message { Topic = "hello", Times = 0 });

        var id = new Correspondent(scene.Server).Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(id);

        // The server refuses a count that is not the next one, and a second receipt without keys.
        Assert.Equal([.. Enumerable.Repeat("retry", 5), "inactive"], scene.Server.ReceiptsFor(id));
        Assert.Empty(watch.Changes.OfType<AccountEvent.OwnMessageLost>());
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Session_that_the_device_lost_is_replaced_by_the_keys_in_the_first_retry_receipt()
    {
        await using var scene = await MirrorScene.StartAsync();
        var store = new InMemoryWhatsAppStore();
        await using var client = await scene.LinkAsync(new EventWatch(), store);
        var writer = new Correspondent(scene.Server);
        await scene.Server.ConfirmedAsync(writer.Write(scene.Account.Devices[0], "Carla"));
        await (await SignalState.OfAsync(store.Account, writer.Account.Lid)).LoseAsync();

        var lost = writer.Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(lost);
        var next = writer.Write(scene.Account.Devices[0], "Carla");
        await scene.Server.ConfirmedAsync(next);

        Assert.Equal(["retry", "inactive"], scene.Server.ReceiptsFor(lost));
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(next));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Keys_of_the_phone_arrive_although_their_message_could_not_be_read_at_first()
    {
        await using var scene = await MirrorScene.StartAsync();
        scene.Save(scene.AddPeople(3));
        scene.Server.Faults.Add(new Fault.Message { Topic = "key-share", Times = 2 });
        var (watch, store) = MortalStore.WithWatch();

        await using var client = await scene.LinkAsync(watch, store);

        await scene.MirroredAsync(store, watch);
        Assert.Equal(2, scene.Server.Events.Since(0).Count(IsRetry));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Message_of_the_phone_that_is_lost_is_told_and_lost_keys_are_asked_for()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 3);
        var (scene, people, watch, store) = mirror;
        scene.Server.Faults.Add(new Fault.Message { Topic = "key-share", Times = 6 });

        scene.Account.Handset.RotateKey();
        await watch.SeenAsync<WhatsAppEvent.AccountChanged>(e => e.Change == new AccountEvent.OwnMessageLost(scene.Account.Jid));
        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Written with the lost key");

        await scene.MirroredAsync(store, watch);
        Assert.Single(watch.Changes.OfType<AccountEvent.OwnMessageLost>());
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Key_request_that_the_phone_cannot_read_is_sent_again_with_its_id_and_count()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 3);
        var (scene, people, watch, store) = mirror;

        scene.Account.Handset.ForgetSessions();
        AskForKeys(scene, people[0]);

        await scene.MirroredAsync(store, watch);
        var unreadable = Assert.Single(scene.Server.Events.Since(0), e => e.Kind == SimulatorEventKind.MessageUnreadable);
        var id = unreadable.Detail!.Split(' ')[1];
        Assert.Equal(2, scene.Server.Count(SimulatorEventKind.MessageReceived, id));
        Assert.Equal(1, scene.Server.Count(SimulatorEventKind.MessageOpened, $"app-state-sync-key-request {id}"));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Request_that_the_phone_asks_for_without_end_is_sent_again_five_times()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 3);
        var (scene, people, _, _) = mirror;
        AskForKeys(scene, people[0]);
        var opened = await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.MessageOpened).Within("the key request");
        var id = opened.Detail!.Split(' ')[1];

        for (var i = 0; i < 7; i++)
        {
            await scene.PushAsync(Receipt(scene.Account.Jid, id, i));
        }

        Assert.Equal(1 + 5, scene.Server.Count(SimulatorEventKind.MessageReceived, id));
        Assert.Equal(1 + 5, scene.Server.Count(SimulatorEventKind.MessageOpened, opened.Detail!));
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Retry_receipt_of_somebody_else_is_acknowledged_and_not_answered()
    {
        await using var mirror = await LinkedMirror.StartAsync(people: 3);
        var (scene, people, _, _) = mirror;
        AskForKeys(scene, people[0]);
        var opened = await scene.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.MessageOpened).Within("the key request");
        var id = opened.Detail!.Split(' ')[1];

        await scene.PushAsync(Receipt(people[1].Jid, id, 0));
        await scene.PushAsync(Receipt(scene.Account.Jid.WithDevice(9), id, 1));

        Assert.Equal(1, scene.Server.Count(SimulatorEventKind.MessageReceived, id));
    }

    // The phone writes with a key that it has not shared.
    private static void AskForKeys(MirrorScene scene, Person contact)
    {
        scene.Account.Handset.AppState.RotateKey();
        scene.Account.Handset.AddressBook.Rename(contact.Jid, "Written with an unknown key");
    }

    private static Node Receipt(Jid from, string id, int number) => new(
        "receipt",
        [("from", from), ("id", id), ("type", "retry"), ("t", 1_700_000_000 + number)],
        [
            new Node("retry", [("count", 1), ("id", id), ("t", 1_700_000_000), ("v", "1")]),
            new Node("registration", [], new byte[] { 0, 0, 0, 1 }),
        ]);

    private static bool IsRetry(SimulatorEvent e) =>
        e.Kind == SimulatorEventKind.ReceiptReceived && e.Detail!.StartsWith("retry ", StringComparison.Ordinal);
}
