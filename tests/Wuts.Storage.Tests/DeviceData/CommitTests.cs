using Wuts.Core.Stores;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.Tests.DeviceData;

public class CommitTests
{
    private static readonly SignalAddress Address = new("100000000000001_1", 0);

    [Theory, EachDatabase]
    public async Task A_commit_for_an_app_state_that_moved_on_leaves_nothing_of_all_it_holds(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await data.Account.CommitAsync(AppStateRowTests.Delta(0, 1, AppStateRowTests.Record(1)), default);

        await Assert.ThrowsAsync<AppStateConflictException>(
            () => data.Account.CommitAsync(FullCommit(AppStateRowTests.Delta(0, 2, AppStateRowTests.Record(2))), default).AsTask());

        await AssertOnlyAppStateAsync(data, version: 1);
    }

    [Theory, EachDatabase]
    public async Task A_commit_that_fails_at_its_last_write_leaves_nothing_of_those_before(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var commit = FullCommit(AppStateRowTests.Delta(0, 1, AppStateRowTests.Record(1)));
        commit.Add(new AccountWrite.HistoryQueued(new HistoryTask(1, null!, new byte[] { 1 })));

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => data.Account.CommitAsync(commit, default).AsTask());

        await AssertOnlyAppStateAsync(data, version: 0);
    }

    [Theory, EachDatabase]
    public async Task Nothing_is_written_once_another_process_owns_the_device(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, data) = await test.AddOwnedDeviceAsync();
        await test.Storage.Leases.ReleaseAsync(fence, default);

        // Given back, and then taken by another.
        for (var i = 0; i < 2; i++)
        {
            foreach (var write in Writes(data))
            {
                await Assert.ThrowsAsync<LeaseLostException>(write);
            }

            await test.AcquireAsync(device.Id, "two");
        }

        await AssertOnlyAppStateAsync(data, version: 0);
        Assert.Null(await data.Credentials.LoadAsync(default));
    }

    [Theory, EachDatabase]
    public async Task A_fence_of_another_device_is_no_fence(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, _, _) = await test.AddOwnedDeviceAsync();
        var (_, otherFence, _) = await test.AddOwnedDeviceAsync();
        var data = test.Storage.DeviceData.Open(device.Id, () => otherFence);

        await Assert.ThrowsAsync<LeaseLostException>(() => data.Account.CommitAsync(FullCommit(null), default).AsTask());
    }

    [Theory, EachDatabase]
    public async Task What_was_committed_is_there_after_a_restart(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (device, fence, data) = await test.AddOwnedDeviceAsync();
        await data.Account.CommitAsync(FullCommit(AppStateRowTests.Delta(0, 1, AppStateRowTests.Record(1))), default);

        await test.ReopenAsync();
        data = test.Storage.DeviceData.Open(device.Id, () => fence);

        Assert.Equal(People.FullContact(People.Alice), Assert.Single(await data.Account.FindContactsAsync([People.Alice], default)));
        Assert.Equal("Me", await data.Account.FindSettingAsync(AccountSetting.OwnPushName, default));
        Assert.Equal(1ul, (await data.Account.LoadStateAsync(AppStateCollection.Regular, default)).Version);
        Assert.Equal([7, 7], await SessionAsync(data));
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Setting(AccountSetting.OwnPushName, null)), default);
        Assert.Null(await data.Account.FindSettingAsync(AccountSetting.OwnPushName, default));
    }

    [Theory, EachDatabase]
    public async Task Devices_do_not_see_each_other(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, one) = await test.AddOwnedDeviceAsync();
        var (_, _, two) = await test.AddOwnedDeviceAsync();
        await one.Account.CommitAsync(FullCommit(AppStateRowTests.Delta(0, 1, AppStateRowTests.Record(1))), default);

        await AssertOnlyAppStateAsync(two, version: 0);
        Assert.Equal(0, await two.GetBookVersionAsync(default));
        await two.Account.CommitAsync(FullCommit(null), default);
        await two.DeleteAccountDataAsync(default);
        Assert.Single(await one.Account.FindContactsAsync([People.Alice], default));
    }

    [Theory, EachDatabase]
    public async Task Many_devices_commit_at_once_and_nothing_is_lost(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var devices = new List<IDeviceData>();
        for (var i = 0; i < 6; i++)
        {
            devices.Add((await test.AddOwnedDeviceAsync()).Data);
        }

        await Task.WhenAll(devices.Select(data => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await data.Account.CommitAsync(People.Commit(Named(i)), default);
                Assert.Equal($"name {i}", Assert.Single(await data.Account.FindContactsAsync([People.Phone(i)], default)).PushName);
            }
        })));

        foreach (var data in devices)
        {
            Assert.Equal(25, await data.GetBookVersionAsync(default));
            Assert.Equal(25, (await People.ToListAsync(data.Account.ReadContactsAsync(default))).Count);
        }
    }

    [Theory, EachDatabase]
    public async Task Commits_of_one_device_that_overlap_each_get_a_version_of_their_own(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => Task.Run(() => data.Account.CommitAsync(People.Commit(Named(i)), default).AsTask())));

        Assert.Equal(20, await data.GetBookVersionAsync(default));
        Assert.Single((await data.FindChangedAsync(19, default))!);
    }

    [Theory, EachDatabase]
    public async Task Text_that_a_database_cannot_hold_does_not_stop_a_commit(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();

        await data.Account.CommitAsync(
            People.Commit(new AccountWrite.Contact(new WhatsApp.Mirror.ContactRecord(People.Alice) { PushName = "a\0b\ud83d", ChatTitle = "\udc00🙂" })), default);

        var contact = Assert.Single(await data.Account.FindContactsAsync([People.Alice], default));
        Assert.Equal(("a\ufffdb\ufffd", "\ufffd🙂"), (contact.PushName, contact.ChatTitle));
    }

    [Theory, EachDatabase]
    public async Task A_cancelled_commit_writes_nothing(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => data.Account.CommitAsync(FullCommit(null), new CancellationToken(canceled: true)).AsTask());

        await AssertOnlyAppStateAsync(data, version: 0);
    }

    private static AccountWrite.Contact Named(int i) => new(new WhatsApp.Mirror.ContactRecord(People.Phone(i)) { PushName = $"name {i}" });

    private static IEnumerable<Func<Task>> Writes(IDeviceData data)
    {
        yield return () => data.Account.CommitAsync(FullCommit(null), default).AsTask();
        yield return () => data.Account.CommitAsync(SignalChange(), default).AsTask();
        yield return () => data.Account.CommitAsync(AppStateRowTests.Delta(0, 1, AppStateRowTests.Record(1)), default).AsTask();
        yield return () => data.Account.ForgetBeforeAsync(TestStorage.Noon, default).AsTask();
        yield return () => data.Account.SaveKeysAsync([new(new AppStateKeyId([1]), new byte[32], 1)], default).AsTask();
        yield return () => data.Account.SaveHealthAsync(AppStateCollection.Regular, CollectionHealth.Unknown, default).AsTask();
        yield return () => data.Credentials.SaveAsync(WhatsApp.Stores.DeviceCredentials.Create(TestStorage.Noon), default).AsTask();
        yield return () => data.PreKeys.AddAsync(WhatsApp.PreKeys.PreKey.Generate(1, 1), default).AsTask();
        yield return () => data.PreKeys.MarkUploadedAsync([1], default).AsTask();
        yield return () => data.PreKeys.RemoveAsync(1, default).AsTask();
        yield return () => data.SavePendingEditAsync(new(People.Alice, "", "", TestStorage.Noon), new(People.Alice), default).AsTask();
        yield return () => data.RemovePendingEditAsync(new(People.Alice, "", "", TestStorage.Noon), default).AsTask();
        yield return () => data.SaveRegistrationsAsync(
            [new(WhatsApp.Binary.PhoneNumber.Parse("491700000001"), true, null, null, TestStorage.Noon)], default).AsTask();
        yield return () => data.DeleteAccountDataAsync(default).AsTask();
        yield return () => data.DeleteKeysAsync(default).AsTask();
    }

    private static AccountCommit FullCommit(AppStateDelta? delta)
    {
        var commit = new AccountCommit { AppState = delta, Signal = SignalChange() };
        commit.Add(new AccountWrite.Contact(People.FullContact(People.Alice)));
        commit.Add(new AccountWrite.PairSeen(People.Pair(People.Alice, People.AliceLid), ObservationSource.Group, TestStorage.Noon));
        commit.Add(new AccountWrite.Token(People.Alice, new PrivacyToken(new byte[] { 1 }, TestStorage.Noon)));
        commit.Add(new AccountWrite.Group(new GroupInfo { Jid = People.Group }));
        commit.Add(new AccountWrite.Setting(AccountSetting.OwnPushName, "Me"));
        return commit;
    }

    private static SignalTransaction SignalChange()
    {
        var signal = new SignalTransaction();
        signal.Sessions.Set(Address, [7, 7]);
        return signal;
    }

    private static async Task<byte[]?> SessionAsync(IDeviceData data)
    {
        var query = new SignalQuery();
        query.Addresses.Add(Address);
        return (await data.Account.LoadAsync(query, default)).Sessions.TryGet(Address, out var session) ? session : null;
    }

    private static async Task AssertOnlyAppStateAsync(IDeviceData data, ulong version)
    {
        Assert.Empty(await People.ToListAsync(data.Account.ReadContactsAsync(default)));
        Assert.Empty(await People.ToListAsync(data.Account.ReadPairsAsync(default)));
        Assert.Empty(await People.ToListAsync(data.Account.ReadGroupsAsync(default)));
        Assert.Null(await data.Account.FindTokenAsync(People.Alice, default));
        Assert.Null(await data.Account.FindSettingAsync(AccountSetting.OwnPushName, default));
        Assert.Null(await SessionAsync(data));
        Assert.Equal(version, (await data.Account.LoadStateAsync(AppStateCollection.Regular, default)).Version);
        Assert.Equal(0, await data.GetBookVersionAsync(default));
    }
}
