using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Api.Tests.Fakes;

/// <summary>Tenants and users in memory.</summary>
internal sealed class MemoryTenantStore(MemoryCatalog catalog) : ITenantStore, IInstallationStore
{
    private readonly Lock _lock = new();
    private readonly List<Tenant> _tenants = [];
    private readonly List<UserWithToken> _users = [];
    private readonly Dictionary<string, string> _secrets = [];

    public Task<TenantConflict> CreateTenantAsync(Tenant tenant, UserWithToken admin, string passwordHash, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var conflict = _tenants.Any(other => other.Name.Equals(tenant.Name, StringComparison.OrdinalIgnoreCase)) ? TenantConflict.TenantName
                : HasEmail(admin) ? TenantConflict.Email
                : TenantConflict.None;
            if (conflict == TenantConflict.None)
            {
                _tenants.Add(tenant);
                _users.Add(admin);
            }

            return Task.FromResult(conflict);
        }
    }

    public Task<IReadOnlyList<Tenant>> ListTenantsAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<Tenant>>(() => [.. _tenants]);

    public Task<Tenant?> FindTenantAsync(TenantId id, CancellationToken cancellationToken) => Read(() => _tenants.Find(tenant => tenant.Id == id));

    public Task<bool> DeleteTenantAsync(TenantId id, CancellationToken cancellationToken) => Read(() =>
    {
        catalog.Remove(device => device.TenantId == id);
        _users.RemoveAll(user => user.User.TenantId == id);
        return _tenants.RemoveAll(tenant => tenant.Id == id) > 0;
    });

    public Task<TenantConflict> CreateUserAsync(UserWithToken user, string passwordHash, CancellationToken cancellationToken) => Read(() =>
    {
        if (HasEmail(user))
        {
            return TenantConflict.Email;
        }

        _users.Add(user);
        return TenantConflict.None;
    });

    public Task<User?> FindByTokenAsync(string token, CancellationToken cancellationToken) => Read(() => _users.Find(user => user.Token == token)?.User);

    public Task<User?> FindUserAsync(UserId id, CancellationToken cancellationToken) => Read(() => _users.Find(user => user.User.Id == id)?.User);

    public Task<IReadOnlyList<UserWithToken>> ListUsersAsync(TenantId tenant, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<UserWithToken>>(() => [.. _users.Where(user => user.User.TenantId == tenant)]);

    public Task<bool> UpdateUserAsync(UserId id, Func<User, int, User?> change, CancellationToken cancellationToken) => Read(() =>
    {
        var index = _users.FindIndex(user => user.User.Id == id);
        if (index < 0 || change(_users[index].User, ActiveAdmins(index)) is not { } changed)
        {
            return false;
        }

        _users[index] = _users[index] with { User = changed };
        return true;
    });

    public Task<bool> DeleteUserAsync(UserId id, Func<User, int, bool> allow, CancellationToken cancellationToken) => Read(() =>
    {
        var index = _users.FindIndex(user => user.User.Id == id);
        if (index < 0 || !allow(_users[index].User, ActiveAdmins(index)))
        {
            return false;
        }

        catalog.Remove(device => device.UserId == id);
        _users.RemoveAt(index);
        return true;
    });

    public Task<string?> FindSecretAsync(string name, CancellationToken cancellationToken) => Read(() => _secrets.GetValueOrDefault(name));

    public Task<string> AddSecretAsync(string name, string value, CancellationToken cancellationToken) => Read(() =>
    {
        _secrets.TryAdd(name, value);
        return _secrets[name];
    });

    private bool HasEmail(UserWithToken user) =>
        _users.Any(other => other.User.Email.Equals(user.User.Email, StringComparison.OrdinalIgnoreCase));

    private int ActiveAdmins(int index) =>
        _users.Count(user => user.User.TenantId == _users[index].User.TenantId && user.User is { Active: true, Role: Role.Admin });

    private Task<T> Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return Task.FromResult(read());
        }
    }
}
