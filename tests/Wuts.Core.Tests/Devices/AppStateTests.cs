using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>Fetching app state on somebody's wish, and the chats that it tells of.</summary>
public sealed class AppStateTests
{
    [Fact]
    public async Task A_sync_that_takes_longer_than_a_minute_is_a_time_out()
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource();
        using var script = scene.Server.OnIqLater("w:sync:app:state", async _ =>
        {
            asked.TrySetResult();
            await hold.Task.Within();
            return null;
        });

        var sync = scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: true, CancellationToken.None);
        await asked.Task.Within();
        scene.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sync.IsCompleted);
        scene.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<Failure.TimedOut>(await sync.Failure());
        hold.SetResult();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_sync_that_WhatsApp_refuses_is_no_time_out(int code)
    {
        await using var scene = await Scene.StartAsync();
        await scene.LinkedDeviceAsync();
        scene.Server.Faults.Add(new Fault.RequestError { Xmlns = "w:sync:app:state", Code = code, Backoff = 60, Times = 0 });

        var failure = await scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: false, CancellationToken.None).Failure();

        Assert.Equal(code == 429 ? new Failure.RateLimited(TimeSpan.FromSeconds(60), IsOwnLimit: false) : new Failure.Refused(0), failure);
    }

    [Fact]
    public async Task Chats_show_pins_archives_and_mutes()
    {
        await using var scene = await Scene.StartAsync();
        Group group = null!;
        var account = await scene.LinkedWithPhoneAsync(
            own => group = scene.Server.Groups.Create(new GroupSpec { Subject = "Team", Creator = scene.Server.People.Of(own) }));
        var pinned = Jid.Parse("15550002222@s.whatsapp.net");
        account.Handset.AddressBook.Add(new PhoneContact(pinned, "Zoe"));
        account.Handset.SetAction("regular_low", 5, [0x2A, 0x02, 0x08, 0x01], "pin_v1", pinned.ToString());
        account.Handset.SetAction("regular_low", 3, [0x8A, 0x01, 0x02, 0x08, 0x01], "archive", group.Jid.ToString());
        account.Handset.SetAction(
            "regular_high", 2, [0x22, 0x0D, 0x08, 0x01, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "mute", group.Jid.ToString());
        await scene.Device.SyncAppStateAsync([SyncScope.Contacts, SyncScope.Chats], false, CancellationToken.None).Value();
        await scene.Device.ListGroupsAsync(true, CancellationToken.None).Value();

        var chats = await scene.Device.ListChatsAsync(CancellationToken.None).Value();

        Assert.Equal(["Zoe", "Team"], chats.Select(c => c.Name));
        Assert.Equal((true, false, null, 1), (chats[0].Pinned, chats[0].Archived, chats[0].MutedUntil, chats[0].Participants));
        Assert.Equal((false, true, DateTimeOffset.MaxValue, true), (chats[1].Pinned, chats[1].Archived, chats[1].MutedUntil, chats[1].IsGroup));
        await scene.Device.SyncAppStateAsync([SyncScope.Contacts], full: true, CancellationToken.None).Value();
        Assert.Single((await scene.Device.ListContactsAsync(new ContactListRequest(), CancellationToken.None).Value()).Rows);
    }
}
