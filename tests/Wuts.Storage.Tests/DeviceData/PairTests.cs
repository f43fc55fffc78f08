using Wuts.Core.Identity;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.DeviceData;

public class PairTests
{
    private static readonly DateTimeOffset Noon = TestStorage.Noon;

    [Theory, EachDatabase]
    public async Task The_history_of_an_address_begins_with_the_present_pair(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var (first, second) = (People.Pair(People.Alice, People.AliceLid), People.Pair(People.Alice, People.BobLid));
        await data.Account.CommitAsync(
            People.Commit(
                new AccountWrite.PairSeen(first, ObservationSource.History, Noon),
                new AccountWrite.PairSeen(first, ObservationSource.UserQuery, Noon.AddHours(1)),
                new AccountWrite.PairEnded(first, Noon.AddHours(2)),
                new AccountWrite.PairSeen(second, ObservationSource.Group, Noon.AddHours(2)),
                new AccountWrite.PairEnded(second, Noon.AddHours(3)),
                new AccountWrite.PairSeen(first, ObservationSource.Group, Noon.AddHours(3))),
            default);

        Assert.Equal(
            [
                new PairHistory(first, ObservationSource.Group, Noon.AddHours(3), Noon.AddHours(3), null),
                new PairHistory(second, ObservationSource.Group, Noon.AddHours(2), Noon.AddHours(2), Noon.AddHours(3)),
                new PairHistory(first, ObservationSource.UserQuery, Noon, Noon.AddHours(1), Noon.AddHours(2)),
            ],
            await data.ReadPairHistoryAsync(People.Alice, default));
        Assert.Equal(second, Assert.Single(await data.ReadPairHistoryAsync(People.BobLid, default)).Pair);
        Assert.Empty(await data.ReadPairHistoryAsync(People.Bob, default));
    }

    [Theory, EachDatabase]
    public async Task An_address_is_in_one_present_pair_even_when_nobody_ended_the_other(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var (old, other) = (People.Pair(People.Alice, People.AliceLid), People.Pair(People.Bob, People.BobLid));
        var crossed = People.Pair(People.Alice, People.BobLid);

        await data.Account.CommitAsync(
            People.Commit(Seen(old), Seen(other), Seen(crossed), Seen(People.Pair(People.Phone(5), People.AliceLid))), default);

        Assert.Equal(
            [crossed, People.Pair(People.Phone(5), People.AliceLid)],
            (await People.ToListAsync(data.Account.ReadPairsAsync(default))).Select(pair => pair.Pair).OrderBy(pair => pair.Phone.User));
        Assert.Equal(Noon, (await data.ReadPairHistoryAsync(People.Bob, default))[0].EndedAt);
    }

    [Theory, EachDatabase]
    public async Task Pages_follow_the_order_of_lids(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await data.Account.CommitAsync(
            People.Commit([.. Enumerable.Range(1, 25).Select(i => Seen(People.Pair(People.Phone(100 - i), People.Lid(i))))]), default);

        var page = await data.ReadPairsAsync(10, 10, default);
        var last = await data.ReadPairsAsync(20, 10, default);

        Assert.Equal((25, 25), (page.Total, last.Total));
        Assert.Equal(Enumerable.Range(11, 10).Select(People.Lid), page.Pairs.Select(pair => pair.Lid));
        Assert.Equal(Enumerable.Range(21, 5).Select(People.Lid), last.Pairs.Select(pair => pair.Lid));
        Assert.Empty((await data.ReadPairsAsync(25, 10, default)).Pairs);
    }

    private static AccountWrite.PairSeen Seen(AddressPair pair) => new(pair, ObservationSource.Group, Noon);
}
