using Wuts.Core.Devices;
using Wuts.Core.Engine;
using Wuts.Core.Stores;

namespace Wuts.Core.Tenancy;

/// <summary>
/// Tenants and their users. Input is checked by whoever takes it from outside; the rules about roles and about what must stay
/// unique are here and hold whoever calls. Contract wuts 7.
/// </summary>
public sealed class TenantService(ITenantStore store, IDeviceCatalog catalog, IActors actors, TokenDirectory tokens, TimeProvider time)
{
    /// <summary>The shortest password.</summary>
    public const int MinPasswordLength = 8;

    /// <summary>The longest password.</summary>
    public const int MaxPasswordLength = 128;

    /// <summary>The longest name of a tenant.</summary>
    public const int MaxTenantNameLength = 100;

    /// <summary>The longest e-mail address. RFC 5321, 4.5.3.1.3.</summary>
    public const int MaxEmailLength = 254;

    /// <summary>Creates a tenant with its first user, who is always an admin.</summary>
    public async Task<TenancyOutcome<Registered>> RegisterAsync(
        string tenantName, string email, string password, string? webhookUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenantName);
        var now = time.GetUtcNow();
        var tenant = new Tenant(TenantId.New(), tenantName.Trim(), now, now);
        var admin = NewUser(tenant.Id, email, Role.Admin, webhookUrl, now);
        return await store.CreateTenantAsync(tenant, admin, PasswordHash.Create(password), cancellationToken) switch
        {
            TenantConflict.None => new Registered(tenant, admin),
            TenantConflict.TenantName => TenancyRefusal.TenantExists,
            _ => TenancyRefusal.EmailExists,
        };
    }

    /// <summary>All tenants, in the order of their creation.</summary>
    public Task<IReadOnlyList<Tenant>> ListTenantsAsync(CancellationToken cancellationToken) => store.ListTenantsAsync(cancellationToken);

    /// <summary>A tenant.</summary>
    public async Task<TenancyOutcome<Tenant>> FindTenantAsync(TenantId id, CancellationToken cancellationToken) =>
        await store.FindTenantAsync(id, cancellationToken) is { } tenant ? tenant : TenancyRefusal.NoTenant;

    /// <summary>Unlinks the devices of a tenant and deletes everything it has.</summary>
    public async Task<TenancyOutcome<Tenant>> DeleteTenantAsync(TenantId id, CancellationToken cancellationToken)
    {
        if (await store.FindTenantAsync(id, cancellationToken) is not { } tenant)
        {
            return TenancyRefusal.NoTenant;
        }

        await DestroyAsync(await catalog.ListAsync(id, cancellationToken), cancellationToken);
        var deleted = await store.DeleteTenantAsync(id, cancellationToken);
        tokens.Forget();
        return deleted ? tenant : TenancyRefusal.NoTenant;
    }

    /// <summary>The users of the caller's tenant with their tokens, in the order of their creation. For admins.</summary>
    public async Task<TenancyOutcome<UserList>> ListUsersAsync(User actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Role == Role.Admin
            ? new UserList(await store.ListUsersAsync(actor.TenantId, cancellationToken))
            : TenancyRefusal.NotAllowed;
    }

    /// <summary>A user whom the caller may see.</summary>
    public async Task<TenancyOutcome<User>> FindUserAsync(User actor, UserId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var user = await store.FindUserAsync(id, cancellationToken);
        return user is null || user.TenantId != actor.TenantId ? TenancyRefusal.NoUser
            : RoleRules.MaySee(actor, user) ? user
            : TenancyRefusal.NotAllowed;
    }

    /// <summary>Any user, for the operator of the platform.</summary>
    public async Task<TenancyOutcome<User>> FindUserAsync(UserId id, CancellationToken cancellationToken) =>
        await store.FindUserAsync(id, cancellationToken) is { } user ? user : TenancyRefusal.NoUser;

    /// <summary>Creates a user in the caller's tenant. For admins.</summary>
    public async Task<TenancyOutcome<UserWithToken>> CreateUserAsync(
        User actor, string email, string password, Role role, string? webhookUrl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Role != Role.Admin)
        {
            return TenancyRefusal.NotAllowed;
        }

        var user = NewUser(actor.TenantId, email, role, webhookUrl, time.GetUtcNow());
        return await store.CreateUserAsync(user, PasswordHash.Create(password), cancellationToken) == TenantConflict.None
            ? user
            : TenancyRefusal.EmailExists;
    }

    /// <summary>Changes a user; what is <see langword="null"/> stays. A change to what is already so needs no right beyond seeing.</summary>
    public async Task<TenancyOutcome<UserChange>> UpdateUserAsync(
        User actor, UserId id, bool? active, Role? role, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        TenancyOutcome<UserChange> outcome = TenancyRefusal.NoUser;
        await store.UpdateUserAsync(
            id,
            (user, activeAdmins) =>
            {
                outcome = Decide(actor, user, activeAdmins, active, role);
                return outcome.Value?.After;
            },
            cancellationToken);
        tokens.Forget();
        return outcome;
    }

    /// <summary>Unlinks the devices of a user and deletes the user. For admins, and never oneself.</summary>
    public async Task<TenancyOutcome<User>> DeleteUserAsync(User actor, UserId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Role != Role.Admin)
        {
            return TenancyRefusal.NotAllowed;
        }

        var user = await store.FindUserAsync(id, cancellationToken);
        if (user is null || user.TenantId != actor.TenantId)
        {
            return TenancyRefusal.NoUser;
        }

        if (user.Id == actor.Id)
        {
            return TenancyRefusal.Oneself;
        }

        await DestroyAsync(await catalog.ListAsync(user.Id, cancellationToken), cancellationToken);
        TenancyOutcome<User> outcome = TenancyRefusal.NoUser;
        await store.DeleteUserAsync(
            id,
            (target, activeAdmins) =>
            {
                outcome = IsLastAdmin(target, activeAdmins) ? TenancyRefusal.LastAdmin : target;
                return outcome.Value is not null;
            },
            cancellationToken);
        tokens.Forget();
        return outcome;
    }

    private TenancyOutcome<UserChange> Decide(User actor, User user, int activeAdmins, bool? active, Role? role)
    {
        if (user.TenantId != actor.TenantId)
        {
            return TenancyRefusal.NoUser;
        }

        var after = user with { Active = active ?? user.Active, Role = role ?? user.Role };
        if (!RoleRules.MaySee(actor, user)
            || (after.Active != user.Active && !RoleRules.MaySetActive(actor, user))
            || (after.Role != user.Role && !RoleRules.MaySetRole(actor, user, after.Role)))
        {
            return TenancyRefusal.NotAllowed;
        }

        if (IsLastAdmin(user, activeAdmins) && after is not { Active: true, Role: Role.Admin })
        {
            return TenancyRefusal.LastAdmin;
        }

        return new UserChange(user, after == user ? user : after with { UpdatedAt = time.GetUtcNow() });
    }

    private static bool IsLastAdmin(User user, int activeAdmins) => user is { Active: true, Role: Role.Admin } && activeAdmins <= 1;

    private static UserWithToken NewUser(TenantId tenant, string email, Role role, string? webhookUrl, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(email);
        var user = new User
        {
            Id = UserId.New(),
            TenantId = tenant,
            Email = email.Trim(),
            Role = role,
            Active = true,
            WebhookUrl = webhookUrl,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return new UserWithToken(user, Guid.NewGuid().ToString("D"));
    }

    // The actors unlink their accounts where they can; what they hold is deleted with its owner in any case.
    private async Task DestroyAsync(IReadOnlyList<DeviceRecord> devices, CancellationToken cancellationToken) =>
        await Task.WhenAll(devices.Select(device => actors.Device(device.Id).DestroyAsync(cancellationToken)));
}
