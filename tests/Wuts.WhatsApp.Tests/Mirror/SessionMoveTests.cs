using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Sessions move from the phone number to the LID once it is known, before anything is decrypted. Sync section 1.3.</summary>
public sealed class SessionMoveTests
{
    private static readonly byte[] OldSession = [1], OldIdentity = new byte[32], NewSession = [2], NewIdentity = [.. Enumerable.Repeat((byte)2, 32)];

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Sessions_of_all_devices_move_with_the_message_that_tells_the_lid_and_the_lid_wins(bool byLid, bool fromPhone)
    {
        await using var scene = await MirrorScene.StartAsync();
        var store = new InMemoryWhatsAppStore();
        await using var client = await scene.LinkAsync(new EventWatch(), store);
        var device = scene.Account.Devices[0];
        var writer = new Correspondent(scene.Server);
        var (phone, lid) = (writer.Account.Jid, writer.Account.Lid);
        await scene.Server.ConfirmedAsync(writer.Write(device, "Carla", byLid: false, bothAddresses: false));
        var before = await SignalState.OfAsync(store.Account, phone);
        Assert.Equal([SignalAddress.FromJid(phone)], before.Sessions);
        Assert.True((await SignalState.OfAsync(store.Account, lid)).IsEmpty);
        await SignalState.SetAsync(store.Account, phone.WithDevice(1), OldSession, OldIdentity);
        await SignalState.SetAsync(store.Account, phone.WithDevice(2), OldSession, OldIdentity);
        await SignalState.SetAsync(store.Account, lid.WithDevice(2), NewSession, NewIdentity);

        var telling = writer.Write(device, "Carla", byLid);
        await scene.Server.ConfirmedAsync(telling);
        await AssertMovedAsync();
        var next = writer.Write(device, "Carla", byLid: !fromPhone);
        await scene.Server.ConfirmedAsync(next);

        // In the session of before: nobody had to be asked.
        await AssertMovedAsync();
        Assert.Equal(before.Identity(0), (await SignalState.OfAsync(store.Account, lid)).Identity(0));
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(telling));
        Assert.Equal(["inactive"], scene.Server.ReceiptsFor(next));
        scene.AssertNothingRefused();

        async Task AssertMovedAsync()
        {
            Assert.True((await SignalState.OfAsync(store.Account, phone)).IsEmpty);
            var moved = await SignalState.OfAsync(store.Account, lid);
            Assert.Equal([SignalAddress.FromJid(lid), new(moved.Sessions[0].User, 1), new(moved.Sessions[0].User, 2)], moved.Sessions);
            Assert.Equal(OldSession, moved.Session(1));
            Assert.Equal(OldIdentity, moved.Identity(1));
            Assert.Equal(NewSession, moved.Session(2));
            Assert.Equal(NewIdentity, moved.Identity(2));
        }
    }
}
