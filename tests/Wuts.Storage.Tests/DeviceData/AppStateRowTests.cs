using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.AppState;

namespace Wuts.Storage.Tests.DeviceData;

public class AppStateRowTests
{
    private const AppStateCollection Collection = AppStateCollection.Regular;

    [Theory, EachDatabase]
    public async Task Records_versions_and_hashes_follow_the_deltas(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var (one, two, three) = (Record(1), Record(2), Record(3));
        var changed = one with { ValueMac = Mac("other"), Value = Encoding.UTF8.GetBytes("other"), ActionVersion = 9 };

        Assert.Equal(CollectionState.Empty, await data.Account.LoadStateAsync(Collection, default));
        await data.Account.CommitAsync(Delta(0, 5, one, two), default);
        await data.Account.CommitAsync(
            new AppStateDelta(Collection, 5, State(ulong.MaxValue), [changed, three], [two.IndexMac, Mac("never there")], []), default);

        Assert.Equal(State(ulong.MaxValue), await data.Account.LoadStateAsync(Collection, default));
        Assert.Equal([changed, three], (await People.ToListAsync(data.Account.ReadAllAsync(Collection, default))).OrderBy(r => r.ActionVersion != 9));
        Assert.Equal([three], await data.Account.FindAsync(Collection, [three.IndexMac, two.IndexMac], default));
        Assert.Empty(await People.ToListAsync(data.Account.ReadAllAsync(AppStateCollection.RegularLow, default)));
        Assert.Empty(await data.Account.FindAsync(Collection, [], default));
    }

    [Theory, EachDatabase]
    public async Task Keys_are_kept_and_replaced_by_their_ids(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var id = new AppStateKeyId([0, 0, 0, 0, 0, 1]);
        byte[] old = RandomNumberGenerator.GetBytes(32), present = RandomNumberGenerator.GetBytes(32);

        await data.Account.SaveKeysAsync([new(id, old, 1), new(new AppStateKeyId([2]), old, 2)], default);
        await data.Account.SaveKeysAsync([new(id, present, 3)], default);

        var keys = await data.Account.LoadKeysAsync(default);
        Assert.Equal(2, keys.Count);
        var key = Assert.Single(keys, key => key.Id == id);
        Assert.Equal((3, Convert.ToHexString(present)), (key.Timestamp, Convert.ToHexString(key.Data)));
    }

    [Theory, EachDatabase]
    public async Task Health_is_read_back_exactly(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var at = TestStorage.Noon.AddTicks(1);
        AppStateKeyId[] missing = [new([1, 2, 3]), new([4])];
        var health = new CollectionHealth
        {
            Status = CollectionStatus.BlockedOnKeys,
            Problem = CollectionProblem.MissingKeys,
            Since = at,
            SyncedAt = at.AddHours(1),
            Failures = 3,
            RetryAt = at.AddHours(2),
            WantsSnapshot = true,
            ResyncedAt = at.AddHours(3),
            BlobRetries = 4,
            WasReset = true,
            MissingKeys = missing,
            KeysAskedAt = at.AddHours(4),
            RecoveryRequestId = "3EB0",
            RecoveryAskedAt = at.AddHours(5),
        };

        Assert.Equal(CollectionHealth.Unknown, await data.Account.LoadHealthAsync(Collection, default));
        await data.Account.SaveHealthAsync(Collection, CollectionHealth.Unknown, default);
        await data.Account.SaveHealthAsync(Collection, health, default);

        var read = await data.Account.LoadHealthAsync(Collection, default);
        Assert.Equal(missing, read.MissingKeys);
        Assert.Equal(health, read with { MissingKeys = missing });
    }

    internal static AppStateDelta Delta(ulong from, ulong to, params AppStateRecord[] upserts) => new(Collection, from, State(to), upserts, [], []);

    internal static AppStateRecord Record(int i) => new()
    {
        IndexMac = Mac($"index {i}"),
        ValueMac = Mac($"value {i}"),
        KeyId = new AppStateKeyId([0, 0, 0, 0, 0, (byte)i]),
        Index = Encoding.UTF8.GetBytes($"[\"contact\",\"{i}\"]"),
        Value = Encoding.UTF8.GetBytes($"value of {i}"),
        ActionVersion = 2,
    };

    private static CollectionState State(ulong version) => new(version, Enumerable.Repeat((byte)version, 128).ToArray());

    private static AppStateMac Mac(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
