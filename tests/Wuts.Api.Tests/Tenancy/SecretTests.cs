using Wuts.Api.Tests.Fakes;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Hosting.Composition;

namespace Wuts.Api.Tests.Tenancy;

public sealed class SecretTests
{
    [Fact]
    public void A_password_matches_its_hash_and_no_other()
    {
        var stored = PasswordHash.Create("correct horse");
        Assert.True(PasswordHash.Matches("correct horse", stored));
        Assert.False(PasswordHash.Matches("correct horsf", stored));
        Assert.NotEqual(stored, PasswordHash.Create("correct horse"));
        Assert.StartsWith("pbkdf2-sha512$210000$", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("pbkdf2-sha512$0$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$99999999999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha512$1$AAAA$AAAA")]
    [InlineData("pbkdf2-sha512$1$?$?")]
    public void What_is_no_hash_matches_nothing(string stored) => Assert.False(PasswordHash.Matches("", stored));

    [Fact]
    public void The_master_token_matches_itself_only()
    {
        var token = MasterToken.Of("secret");
        Assert.True(token.Matches("secret"));
        Assert.False(token.Matches("Secret"));
        Assert.False(MasterToken.None.Matches(""));
        Assert.False(MasterToken.None.IsConfigured);
        Assert.DoesNotContain("secret", token.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_start_makes_a_master_token_and_shows_it_once()
    {
        var store = new MemoryTenantStore(new MemoryCatalog());
        using var first = new StringWriter();
        var made = await MasterTokenSetup.RunAsync(null, store, first, CancellationToken.None);
        var shown = first.ToString().Trim().Split(' ')[^1];
        Assert.True(made.Matches(shown));

        using var second = new StringWriter();
        var kept = await MasterTokenSetup.RunAsync(null, store, second, CancellationToken.None);
        Assert.True(kept.Matches(shown));
        Assert.Empty(second.ToString());
    }

    [Fact]
    public async Task A_configured_master_token_wins()
    {
        var store = new MemoryTenantStore(new MemoryCatalog());
        using var console = new StringWriter();
        var token = await MasterTokenSetup.RunAsync("mine", store, console, CancellationToken.None);
        Assert.True(token.Matches("mine"));
        Assert.Empty(console.ToString());
        Assert.Null(await store.FindSecretAsync("master-token", CancellationToken.None));
    }

    [Fact]
    public async Task A_token_is_looked_up_once_per_lifetime()
    {
        var time = new ManualTimeProvider();
        var store = new CountingStore();
        var directory = new TokenDirectory(store, time);
        var token = Guid.NewGuid().ToString("D");
        store.User = Someone();
        Assert.Same(store.User, await directory.FindAsync(token, CancellationToken.None));
        Assert.Same(store.User, await directory.FindAsync(token, CancellationToken.None));
        Assert.Equal(1, store.Lookups);
        time.Advance(TokenDirectory.Lifetime);
        await directory.FindAsync(token, CancellationToken.None);
        Assert.Equal(2, store.Lookups);
        directory.Forget();
        await directory.FindAsync(token, CancellationToken.None);
        Assert.Equal(3, store.Lookups);
    }

    [Fact]
    public async Task Unknown_and_inactive_tokens_are_not_remembered_and_nonsense_is_not_looked_up()
    {
        var store = new CountingStore();
        var directory = new TokenDirectory(store, new ManualTimeProvider());
        var token = Guid.NewGuid().ToString("D");
        Assert.Null(await directory.FindAsync(token, CancellationToken.None));
        store.User = Someone() with { Active = false };
        Assert.Null(await directory.FindAsync(token, CancellationToken.None));
        Assert.Equal(2, store.Lookups);
        Assert.Null(await directory.FindAsync("nonsense", CancellationToken.None));
        Assert.Equal(2, store.Lookups);
    }

    private static User Someone() => new()
    {
        Id = UserId.New(),
        TenantId = TenantId.New(),
        Email = "a@example.com",
        Role = Role.User,
        Active = true,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    private sealed class CountingStore : ITenantStore
    {
        public User? User { get; set; }

        public int Lookups { get; private set; }

        public Task<User?> FindByTokenAsync(string token, CancellationToken cancellationToken)
        {
            Lookups++;
            return Task.FromResult(User);
        }

        public Task<TenantConflict> CreateTenantAsync(Tenant tenant, UserWithToken admin, string passwordHash, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Tenant>> ListTenantsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Tenant?> FindTenantAsync(TenantId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeleteTenantAsync(TenantId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TenantConflict> CreateUserAsync(UserWithToken user, string passwordHash, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<User?> FindUserAsync(UserId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<UserWithToken>> ListUsersAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> UpdateUserAsync(UserId id, Func<User, int, User?> change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeleteUserAsync(UserId id, Func<User, int, bool> allow, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
