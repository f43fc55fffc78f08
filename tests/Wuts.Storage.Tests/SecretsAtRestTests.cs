using System.Text;
using Wuts.Storage.Tests.DeviceData;
using Wuts.Storage.Tests.Schema;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.Tests;

public class SecretsAtRestTests
{
    [Theory, EachDatabase]
    public async Task No_secret_stands_in_the_database_in_the_clear(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var secrets = new Dictionary<string, byte[]>();
        var user = await test.AddUserAsync();
        secrets.Add("user token", Encoding.UTF8.GetBytes(user.Token));
        secrets.Add("master token", Encoding.UTF8.GetBytes(await test.Storage.Installation.AddSecretAsync("t", $"{Guid.NewGuid()}", default)));
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await LiveAsync(data, secrets);

        // What is not secret is found, so the search would find a secret too.
        var open = Encoding.UTF8.GetBytes("Alice Müller");
        foreach (var copy in await CopiesAsync(test.Options))
        {
            Assert.True(Contains(copy, open));
            foreach (var (name, secret) in secrets)
            {
                Assert.False(Contains(copy, secret), $"The {name} stands in the database.");
            }
        }
    }

    [Theory, EachDatabase]
    public async Task No_key_of_a_client_that_was_linked_stands_in_the_database_in_the_clear(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(5);
        scene.Save(people);
        var watch = new EventWatch();
        await using (await scene.LinkAsync(watch, data))
        {
            await scene.MirroredAsync(data, watch);
        }

        var credentials = (await data.Credentials.LoadAsync(default))!;
        var appStateKeys = await data.Account.LoadKeysAsync(default);
        var preKeys = new List<PreKey>();
        for (var id = PreKeyIds.First; id <= 20; id++)
        {
            preKeys.AddRange(await data.PreKeys.FindAsync(id, default) is { } key ? [key] : []);
        }

        byte[][] secrets =
        [
            credentials.NoiseKey.PrivateKey.ToArray(), credentials.IdentityKey.PrivateKey.ToArray(), credentials.AdvSecret.ToArray(),
            credentials.SignedPreKeys.Current.KeyPair.PrivateKey.ToArray(), .. appStateKeys.Select(key => key.Data.ToArray()),
            .. preKeys.Select(key => key.KeyPair.PrivateKey.ToArray()),
        ];
        Assert.NotEmpty(appStateKeys);
        Assert.NotEmpty(preKeys);
        foreach (var copy in await CopiesAsync(test.Options))
        {
            Assert.True(Contains(copy, Encoding.UTF8.GetBytes(people[0].Jid.ToString())));
            Assert.All(secrets, secret => Assert.False(Contains(copy, secret)));
        }
    }

    private static async Task LiveAsync(Core.Stores.IDeviceData data, Dictionary<string, byte[]> secrets)
    {
        var credentials = KeyTests.FullCredentials() with { AdvSecret = Secret("ADV secret") };
        secrets.Add("Noise key", credentials.NoiseKey.PrivateKey.ToArray());
        secrets.Add("identity key", credentials.IdentityKey.PrivateKey.ToArray());
        secrets.Add("signed pre-key", credentials.SignedPreKeys.Current.KeyPair.PrivateKey.ToArray());
        await data.Credentials.SaveAsync(credentials, default);
        var preKeys = PreKey.Generate(1, 1);
        secrets.Add("pre-key", preKeys[0].KeyPair.PrivateKey.ToArray());
        await data.PreKeys.AddAsync(preKeys, default);
        await data.Account.SaveKeysAsync([new(new AppStateKeyId([1]), Secret("app-state key"), 1)], default);

        var address = new SignalAddress("100000000000001_1", 0);
        var signal = new SignalTransaction();
        signal.Sessions.Set(address, Secret("session"));
        signal.SenderKeys.Set(new SenderKeyName(People.Group, address), Secret("sender key"));
        signal.Payloads.Set(PayloadId.Of("msg", address, [1]), new PayloadRow(Secret("payload"), TestStorage.Noon));
        signal.SentMessages.Set("id", new SentMessageRow(People.Alice, Secret("sent message"), TestStorage.Noon, 0));
        var record = AppStateRowTests.Record(1) with { Value = Secret("app-state value") };
        var commit = new AccountCommit { Signal = signal, AppState = AppStateRowTests.Delta(0, 1, record) };
        commit.Add(new AccountWrite.Contact(People.FullContact(People.Alice)));
        commit.Add(new AccountWrite.Token(People.Alice, new PrivacyToken(Secret("privacy token"), TestStorage.Noon)));
        commit.Add(new AccountWrite.HistoryQueued(new HistoryTask(1, "id", Secret("history notification"))));
        commit.Add(new AccountWrite.Setting(AccountSetting.ClientTokenSalt, Encoding.ASCII.GetString(Secret("salt"))));
        await data.Account.CommitAsync(commit, default);

        byte[] Secret(string name)
        {
            var secret = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));
            secrets.Add(name, secret);
            return secret;
        }
    }

    // The rows as they are read, and for SQLite also the files with all that was ever written to them.
    private static async Task<List<byte[]>> CopiesAsync(StorageOptions options)
    {
        var copies = new List<byte[]> { Encoding.UTF8.GetBytes(await Dump.RowsAsync(options)) };
        if (options.Kind == StorageKind.Sqlite)
        {
            using var all = new MemoryStream();
            foreach (var file in Directory.GetFiles(options.DataDirectory, StorageOptions.DatabaseFileName + "*"))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                await stream.CopyToAsync(all);
            }

            copies.Add(all.ToArray());
        }

        return copies;
    }

    private static bool Contains(byte[] copy, byte[] secret)
    {
        byte[][] spellings =
        [
            secret, Encoding.ASCII.GetBytes(Convert.ToHexString(secret)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)),
        ];
        return spellings.Any(spelling => copy.AsSpan().IndexOf(spelling) >= 0);
    }
}
