using Wuts.Core.Tenancy;

namespace Wuts.Core.Stores;

/// <summary>
/// Where tenants and users are kept. Tokens are stored encrypted and found by a keyed hash; passwords are stored hashed.
/// </summary>
public interface ITenantStore
{
    /// <summary>Creates a tenant with its first user, both or none.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="admin">The user, with the token to store.</param>
    /// <param name="passwordHash">What is stored of the password.</param>
    /// <param name="cancellationToken">Cancels before the transaction is committed.</param>
    /// <returns>Which unique value exists already, if one does; then nothing is stored.</returns>
    Task<TenantConflict> CreateTenantAsync(Tenant tenant, UserWithToken admin, string passwordHash, CancellationToken cancellationToken);

    /// <summary>All tenants, in the order of their creation.</summary>
    Task<IReadOnlyList<Tenant>> ListTenantsAsync(CancellationToken cancellationToken);

    /// <summary>A tenant, or <see langword="null"/>.</summary>
    Task<Tenant?> FindTenantAsync(TenantId id, CancellationToken cancellationToken);

    /// <summary>Deletes a tenant with its users, devices and everything they hold. Stop the devices first.</summary>
    /// <returns>Whether it existed.</returns>
    Task<bool> DeleteTenantAsync(TenantId id, CancellationToken cancellationToken);

    /// <summary>Creates a user in an existing tenant.</summary>
    Task<TenantConflict> CreateUserAsync(UserWithToken user, string passwordHash, CancellationToken cancellationToken);

    /// <summary>The user with a token, active or not; <see langword="null"/> when nobody has it.</summary>
    Task<User?> FindByTokenAsync(string token, CancellationToken cancellationToken);

    /// <summary>A user, or <see langword="null"/>.</summary>
    Task<User?> FindUserAsync(UserId id, CancellationToken cancellationToken);

    /// <summary>All users of a tenant with their tokens, in the order of their creation.</summary>
    Task<IReadOnlyList<UserWithToken>> ListUsersAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a user in one transaction that sees all users of the tenant, so that two changes cannot both take the last admin away.
    /// </summary>
    /// <param name="id">The user.</param>
    /// <param name="change">Gets the user and the number of active admins of the tenant; returns the changed user, or <see langword="null"/> to leave it.</param>
    /// <param name="cancellationToken">Cancels before the transaction is committed.</param>
    /// <returns>Whether it was changed.</returns>
    Task<bool> UpdateUserAsync(UserId id, Func<User, int, User?> change, CancellationToken cancellationToken);

    /// <summary>Deletes a user with its devices and what they hold, unless <paramref name="allow"/> says no. Stop the devices first.</summary>
    Task<bool> DeleteUserAsync(UserId id, Func<User, int, bool> allow, CancellationToken cancellationToken);
}

/// <summary>Which unique value exists already.</summary>
public enum TenantConflict
{
    /// <summary>None: it was stored.</summary>
    None,

    /// <summary>The tenant's name.</summary>
    TenantName,

    /// <summary>The e-mail address.</summary>
    Email,
}
