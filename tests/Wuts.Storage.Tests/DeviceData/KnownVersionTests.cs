using Wuts.Core.Stores;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.DeviceData;

/// <summary>The version of the book is remembered while a lease holds, and never longer.</summary>
public class KnownVersionTests
{
    [Theory, EachDatabase]
    public async Task A_version_from_before_another_owner_is_not_remembered(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, first, _) = await test.AddOwnedDeviceAsync();
        Fence? held = first;
        var one = test.Storage.DeviceData.Open(device.Id, () => held ?? throw new LeaseLostException());
        Assert.Equal(0, await one.GetBookVersionAsync(default));

        // The lease goes to another process, which writes, and comes back.
        held = null;
        await test.Storage.Leases.ReleaseAsync(first, default);
        var second = await test.AcquireAsync(device.Id, "two");
        var other = test.Storage.DeviceData.Open(device.Id, () => second);
        await other.Account.CommitAsync(People.Commit(new AccountWrite.Contact(People.FullContact(People.Alice))), default);
        Assert.Equal(1, await one.GetBookVersionAsync(default));
        await other.Account.CommitAsync(People.Commit(new AccountWrite.Contact(People.FullContact(People.Bob))), default);
        Assert.Equal(2, await one.GetBookVersionAsync(default));

        await test.Storage.Leases.ReleaseAsync(second, default);
        held = await test.AcquireAsync(device.Id, "one");
        Assert.Equal(2, await one.GetBookVersionAsync(default));
        await one.DeleteAccountDataAsync(default);
        Assert.Equal(3, await one.GetBookVersionAsync(default));
    }
}
