using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Storage.Keys;
using Wuts.WhatsApp;

namespace Wuts.Storage.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public class MasterKeyTests
{
    [Fact]
    public async Task The_key_file_is_made_once_and_only_its_owner_may_read_it()
    {
        await using var test = await TestStorage.CreateAsync(StorageKind.Sqlite);
        var path = Path.Combine(test.Options.DataDirectory, StorageOptions.MasterKeyFileName);
        var before = await File.ReadAllTextAsync(path);
        await test.ReopenAsync();

        Assert.Equal(before, await File.ReadAllTextAsync(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var refused = await Assert.ThrowsAsync<StorageSetupException>(test.ReopenAsync);
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task A_database_is_refused_without_the_key_that_it_was_written_with(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        await test.AddUserAsync();

        foreach (var wrong in (string[])[MasterKey.Generate().ToText(), "not base64!", "AAAA", " , "])
        {
            var refused = await Assert.ThrowsAsync<StorageSetupException>(
                () => WutsStorage.OpenAsync(test.Options with { MasterKey = wrong }, NullLoggerFactory.Instance, TimeProvider.System));
            Assert.DoesNotContain(wrong, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory, EachDatabase]
    public async Task A_new_key_in_front_encrypts_and_the_one_behind_still_opens(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var before = await test.AddUserAsync("Before");
        var old = (await File.ReadAllTextAsync(Path.Combine(test.Options.DataDirectory, StorageOptions.MasterKeyFileName))).Trim();
        var both = test.Options with { MasterKey = $"{MasterKey.Generate().ToText()},{old}" };
        var after = TestStorage.NewUser(before.User.TenantId, "after@example.org");

        await using (var storage = await WutsStorage.OpenAsync(both, NullLoggerFactory.Instance, TimeProvider.System))
        {
            await storage.Tenants.CreateUserAsync(after, "hash", default);
            Assert.Equal(before.User, await storage.Tenants.FindByTokenAsync(before.Token, default));
            Assert.Equal(after.User, await storage.Tenants.FindByTokenAsync(after.Token, default));
            Assert.Equal(2, (await storage.Tenants.ListUsersAsync(before.User.TenantId, default)).Count);
        }

        await Assert.ThrowsAsync<StorageSetupException>(test.ReopenAsync);
    }

    [Fact]
    public void A_secret_opens_in_its_own_place_only()
    {
        var ring = new MasterKeyRing([MasterKey.Generate()]);
        var cipher = ring.CipherFor("device one");
        var stored = cipher.Seal("secret"u8, "wuts_a", "row");

        Assert.Equal("secret", cipher.OpenText(stored, "wuts_a", "row"));
        Assert.NotEqual(stored, cipher.Seal("secret"u8, "wuts_a", "row"));
        Assert.Throws<WhatsAppStoreException>(() => cipher.Open(stored, "wuts_a", "other"));
        Assert.Throws<WhatsAppStoreException>(() => cipher.Open(stored, "wuts_b", "row"));
        Assert.Throws<WhatsAppStoreException>(() => ring.CipherFor("device two").Open(stored, "wuts_a", "row"));
        Assert.Throws<WhatsAppStoreException>(() => new MasterKeyRing([MasterKey.Generate()]).CipherFor("device one").Open(stored, "wuts_a", "row"));
    }

    [Fact]
    public void A_secret_with_any_bit_changed_or_missing_does_not_open()
    {
        var cipher = new MasterKeyRing([MasterKey.Generate()]).CipherFor("device");
        var stored = cipher.Seal("ab"u8, "wuts_a", "row");
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            var changed = stored.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<WhatsAppStoreException>(() => cipher.Open(changed, "wuts_a", "row"));
        }

        for (var length = 0; length < stored.Length; length++)
        {
            Assert.Throws<WhatsAppStoreException>(() => cipher.Open(stored.AsSpan(0, length), "wuts_a", "row"));
        }
    }

    [Theory]
    [InlineData("sqlite", StorageKind.Sqlite)]
    [InlineData("Postgres", StorageKind.Postgres)]
    [InlineData("postgresql", StorageKind.Postgres)]
    public void Databases_have_names(string name, StorageKind kind) => Assert.Equal(kind, StorageOptions.ParseKind(name));

    [Fact]
    public async Task Settings_that_cannot_work_say_what_is_wrong()
    {
        Assert.Throws<StorageSetupException>(() => StorageOptions.ParseKind("oracle"));
        var options = new StorageOptions { Kind = StorageKind.Postgres, MasterKey = MasterKey.Generate().ToText() };
        var refused = await Assert.ThrowsAsync<StorageSetupException>(
            () => WutsStorage.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System));
        Assert.Contains("Wuts:ConnectionString", refused.Message, StringComparison.Ordinal);
    }
}
