using Wuts.Core.Stores;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.Client;

/// <summary>A real client lives on the stores: links, mirrors an account, is restarted with its process, loses its lease.</summary>
public class ClientLifeTests
{
    [Theory, EachDatabase]
    public async Task An_account_is_mirrored_field_by_field_and_goes_on_after_a_restart(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, data) = await test.AddOwnedDeviceAsync();
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(200);
        scene.Save(people);
        AddGroups(scene, people);
        var watch = new EventWatch();
        await using (await scene.LinkAsync(watch, data))
        {
            await scene.MirroredAsync(data, watch);
        }

        var versionBefore = await data.GetBookVersionAsync(default);
        await test.ReopenAsync();
        data = test.Storage.DeviceData.Open(device.Id, () => fence);
        scene.Account.Handset.AddressBook.Rename(people[1].Jid, "Another name");
        scene.Account.Handset.AddressBook.Remove(people[2].Jid);
        await using (var client = scene.CreateClient(data, watch))
        {
            await client.ConnectAsync().Within();
            await scene.MirroredAsync(data, watch);
        }

        var changed = await data.FindChangedAsync(versionBefore, default);
        Assert.Contains(people[1].Jid, changed!);
        Assert.DoesNotContain(people[3].Jid, changed!);
        scene.AssertNothingRefused();
    }

    [Theory, EachDatabase]
    public async Task A_client_whose_lease_was_taken_stores_nothing_more(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, data) = await test.AddOwnedDeviceAsync();
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(3);
        scene.Save(people);
        var watch = new EventWatch();
        await using var client = await scene.LinkAsync(watch, data);
        await scene.MirroredAsync(data, watch);
        await test.Storage.Leases.ReleaseAsync(fence, default);
        await test.AcquireAsync(device.Id, "two");

        await Assert.ThrowsAsync<LeaseLostException>(
            () => data.Account.CommitAsync(DeviceData.People.Commit(new AccountWrite.Setting(AccountSetting.OwnPushName, "Stale")), default).AsTask());
        Assert.Equal("Ada", await data.Account.FindSettingAsync(AccountSetting.OwnPushName, default));
    }

    private static void AddGroups(MirrorScene scene, Person[] people)
    {
        for (var i = 0; i < 8; i++)
        {
            scene.Server.Groups.Create(new GroupSpec
            {
                Creator = i % 3 == 0 ? scene.Owner : people[i],
                Members = [scene.Owner, .. people.Skip(i).Take(8)],
                Subject = $"Group {i} ñ – \"quoted\"",
                Description = i % 2 == 0 ? $"About {i}" : null,
                LidAddressing = i % 5 != 0,
                IsAnnouncement = i % 7 == 0,
                DisappearingTimer = i % 4 == 0 ? TimeSpan.FromDays(7) : TimeSpan.Zero,
            });
        }

        scene.Owner.SetBlocked(people[4], true);
    }
}
