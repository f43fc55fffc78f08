using Wuts.WhatsApp.Pairing;

namespace Wuts.Storage.Tests.Stores;

public class ClientVersionStoreTests
{
    private static readonly DateTimeOffset Noon = TestStorage.Noon;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory, EachDatabase]
    public async Task The_newest_version_is_kept_over_a_restart_and_an_older_one_does_not_replace_it(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        Assert.Null(await test.Storage.ClientVersions.FindAsync(default));

        foreach (var version in new[] { new ClientVersion(2, 3000, uint.MaxValue - 1), new(2, 3000, 5), new(2, 2999, uint.MaxValue), new(2, 3000, uint.MaxValue) })
        {
            await test.Storage.ClientVersions.RaiseAsync(version, default);
        }

        await test.ReopenAsync();
        Assert.Equal(new ClientVersion(2, 3000, uint.MaxValue), await test.Storage.ClientVersions.FindAsync(default));
        await test.Storage.ClientVersions.RaiseAsync(new ClientVersion(2, 3000, 7), default);
        Assert.Equal(new ClientVersion(2, 3000, uint.MaxValue), await test.Storage.ClientVersions.FindAsync(default));
    }

    [Theory, EachDatabase]
    public async Task Of_several_processes_one_looks_and_the_next_one_a_day_later(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var store = test.Storage.ClientVersions;

        var turns = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => store.TakeTurnAsync(Noon, Day, default))));

        Assert.Single(turns, turn => turn);
        Assert.False(await store.TakeTurnAsync(Noon + Day - TimeSpan.FromTicks(1), Day, default));
        Assert.True(await store.TakeTurnAsync(Noon + Day, Day, default));
        Assert.False(await store.TakeTurnAsync(Noon + Day, Day, default));
    }
}
