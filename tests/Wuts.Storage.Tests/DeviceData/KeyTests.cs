using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Stores;

namespace Wuts.Storage.Tests.DeviceData;

public class KeyTests
{
    [Theory, EachDatabase]
    public async Task Credentials_are_read_back_exactly(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        Assert.Null(await data.Credentials.LoadAsync(default));
        var plain = DeviceCredentials.Create(TestStorage.Noon);

        await data.Credentials.SaveAsync(plain, default);
        AssertEqual(plain, await data.Credentials.LoadAsync(default));
        var full = FullCredentials();
        await data.Credentials.SaveAsync(full, default);
        AssertEqual(full, await data.Credentials.LoadAsync(default));
    }

    [Theory, EachDatabase]
    public async Task Pre_keys_are_handed_out_in_the_order_in_which_they_were_made(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var store = data.PreKeys;
        Assert.Equal(0u, await store.GetLastIdAsync(default));

        // The numbers start over in the middle of this batch.
        var first = PreKey.Generate(PreKeyIds.Last - 1, 4);
        await store.AddAsync(first, default);
        await store.AddAsync(PreKey.Generate(10, 2), default);

        Assert.Equal(11u, await store.GetLastIdAsync(default));
        Assert.Equal([PreKeyIds.Last - 1, PreKeyIds.Last, 1, 2, 10], (await store.LoadNotUploadedAsync(5, default)).Select(key => key.Id));
        await store.MarkUploadedAsync([PreKeyIds.Last - 1, 1, 4711], default);
        Assert.Equal([PreKeyIds.Last, 2, 10, 11], (await store.LoadNotUploadedAsync(100, default)).Select(key => key.Id));
        Assert.Equal(Hex(first[2].KeyPair), Hex((await store.FindAsync(1, default))!.KeyPair));

        await store.RemoveAsync(1, default);
        await store.RemoveAsync(1, default);
        Assert.Null(await store.FindAsync(1, default));
        Assert.Equal(11u, await store.GetLastIdAsync(default));
    }

    [Theory, EachDatabase]
    public async Task Unlinking_forgets_every_key_and_nothing_about_people(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await data.Credentials.SaveAsync(FullCredentials(), default);
        await data.PreKeys.AddAsync(PreKey.Generate(1, 2), default);
        await data.Account.SaveKeysAsync([new(new AppStateKeyId([1]), new byte[32], 1)], default);
        await data.Account.CommitAsync(AppStateRowTests.Delta(0, 3, AppStateRowTests.Record(1)), default);
        await data.Account.CommitAsync(
            People.Commit(
                new AccountWrite.Contact(People.FullContact(People.Alice)), new AccountWrite.HistoryQueued(new HistoryTask(1, "id", new byte[] { 1 }))),
            default);

        await data.DeleteKeysAsync(default);

        Assert.Null(await data.Credentials.LoadAsync(default));
        Assert.Equal(0u, await data.PreKeys.GetLastIdAsync(default));
        Assert.Null(await data.PreKeys.FindAsync(1, default));
        Assert.Empty(await data.Account.LoadKeysAsync(default));
        Assert.Empty(await data.Account.LoadHistoryTasksAsync(default));
        Assert.Equal(CollectionState.Empty, await data.Account.LoadStateAsync(AppStateCollection.Regular, default));
        Assert.Single(await People.ToListAsync(data.Account.ReadAllAsync(AppStateCollection.Regular, default)));
        Assert.Single(await data.Account.FindContactsAsync([People.Alice], default));
    }

    internal static DeviceCredentials FullCredentials()
    {
        var identity = KeyPair.Generate();
        return new DeviceCredentials
        {
            NoiseKey = KeyPair.Generate(),
            IdentityKey = identity,
            RegistrationId = 12345,
            SignedPreKeys = new SignedPreKeyRing
            {
                Current = SignedPreKey.Generate(identity, 3),
                CurrentSince = TestStorage.Noon.AddTicks(1),
                Pending = SignedPreKey.Generate(identity, 4),
                Retired = [SignedPreKey.Generate(identity, 2), SignedPreKey.Generate(identity, 1)],
            },
            AdvSecret = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
            Account = new LinkedAccount
            {
                Device = Jid.Parse("491700000000:5@s.whatsapp.net"),
                Lid = Jid.Parse("100000000000099:5@lid"),
                SignedIdentity = new byte[] { 1, 2, 3 },
                PhoneIdentityKey = KeyPair.Generate().PublicKey.ToArray(),
                Platform = "android",
                BusinessName = "Größe",
                PushName = "Ich",
                PairedAt = TestStorage.Noon,
            },
            RoutingInfo = new byte[] { 9 },
            LoginCounter = 7,
            ServerKey = new ServerKey(KeyPair.Generate().PublicKey.ToArray(), TestStorage.Noon.AddDays(1)),
            PreKeysUploaded = true,
            PreKeysCheckedAt = TestStorage.Noon.AddHours(1),
        };
    }

    private static void AssertEqual(DeviceCredentials expected, DeviceCredentials? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(Describe(expected), Describe(actual));
    }

    private static string[] Describe(DeviceCredentials value) =>
    [
        Hex(value.NoiseKey), Hex(value.IdentityKey), $"{value.RegistrationId}", Describe(value.SignedPreKeys.Current),
        $"{value.SignedPreKeys.CurrentSince:O}", value.SignedPreKeys.Pending is { } pending ? Describe(pending) : "",
        string.Join(' ', value.SignedPreKeys.Retired.Select(Describe)), Convert.ToHexString(value.AdvSecret.Span),
        $"{value.Account?.Device} {value.Account?.Lid} {value.Account?.Platform} {value.Account?.BusinessName} {value.Account?.PushName}",
        $"{value.Account?.PairedAt:O}", Convert.ToHexString((value.Account?.SignedIdentity ?? default).Span),
        Convert.ToHexString((value.Account?.PhoneIdentityKey ?? default).Span), Convert.ToHexString(value.RoutingInfo.Span),
        $"{value.LoginCounter} {value.PreKeysUploaded} {value.PreKeysCheckedAt:O} {value.ServerKey?.ValidUntil:O}",
        Convert.ToHexString((value.ServerKey?.PublicKey ?? default).Span),
    ];

    private static string Describe(SignedPreKey key) => $"{key.Id} {Hex(key.KeyPair)} {Convert.ToHexString(key.Signature.Span)}";

    private static string Hex(KeyPair pair) => $"{Convert.ToHexString(pair.PrivateKey)}{Convert.ToHexString(pair.PublicKey)}";
}
