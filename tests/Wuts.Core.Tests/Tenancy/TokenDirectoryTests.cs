using System.Reflection;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Testing;
using Wuts.WhatsApp;

namespace Wuts.Core.Tests.Tenancy;

/// <summary>Who may call while the database is away.</summary>
public sealed class TokenDirectoryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _token = Guid.NewGuid().ToString("D");
    private readonly ITenantStore _store = DispatchProxy.Create<ITenantStore, TokensOnly>();
    private readonly TokenDirectory _tokens;

    public TokenDirectoryTests()
    {
        Store.Known[_token] = new User
        {
            Id = UserId.New(),
            TenantId = TenantId.New(),
            Email = "someone@example.com",
            Role = Role.User,
            Active = true,
            CreatedAt = _time.GetUtcNow(),
            UpdatedAt = _time.GetUtcNow(),
        };
        _tokens = new TokenDirectory(_store, _time);
    }

    private TokensOnly Store => (TokensOnly)(object)_store;

    [Fact]
    public async Task A_user_who_was_seen_lately_is_known_while_the_database_is_away_and_not_for_ever()
    {
        var user = await _tokens.FindAsync(_token, default);
        Store.IsAway = true;
        _time.Advance(TokenDirectory.AwayLifetime - TimeSpan.FromSeconds(1));

        Assert.Same(user, await _tokens.FindAsync(_token, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<WhatsAppStoreException>(async () => await _tokens.FindAsync(_token, default));
    }

    [Fact]
    public async Task A_user_who_was_never_seen_cannot_be_told_from_nobody_while_the_database_is_away()
    {
        Store.IsAway = true;

        await Assert.ThrowsAsync<WhatsAppStoreException>(async () => await _tokens.FindAsync(_token, default));
    }

    [Fact]
    public async Task A_token_that_the_database_does_not_know_any_more_is_forgotten_at_once()
    {
        await _tokens.FindAsync(_token, default);
        Store.Known.Clear();
        _time.Advance(TokenDirectory.Lifetime);

        Assert.Null(await _tokens.FindAsync(_token, default));
        Store.IsAway = true;
        await Assert.ThrowsAsync<WhatsAppStoreException>(async () => await _tokens.FindAsync(_token, default));
    }

    [Fact]
    public async Task A_change_of_users_in_this_process_ends_what_is_remembered()
    {
        await _tokens.FindAsync(_token, default);
        _tokens.Forget();
        Store.IsAway = true;

        await Assert.ThrowsAsync<WhatsAppStoreException>(async () => await _tokens.FindAsync(_token, default));
    }

    [Fact]
    public async Task A_database_that_hangs_keeps_a_known_user_waiting_for_two_seconds_only()
    {
        var user = await _tokens.FindAsync(_token, default);
        _time.Advance(TokenDirectory.Lifetime);
        Store.Hangs = true;

        var found = _tokens.FindAsync(_token, default).AsTask();
        await _time.WhenTimerDueAsync(TimeSpan.FromSeconds(2)).Within();
        Assert.False(found.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Same(user, await found.Within());
    }

    /// <summary>A store that is only asked for tokens.</summary>
    public class TokensOnly : DispatchProxy
    {
        public Dictionary<string, User> Known { get; } = [];

        public bool IsAway { get; set; }

        public bool Hangs { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(ITenantStore.FindByTokenAsync), targetMethod!.Name);
            return IsAway ? Task.FromException<User?>(new WhatsAppStoreException("The database is away."))
                : Hangs ? new TaskCompletionSource<User?>().Task
                : Task.FromResult(Known.GetValueOrDefault((string)args![0]!));
        }
    }
}
