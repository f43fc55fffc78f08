using System.Data.Common;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Storage.Devices;
using Wuts.Storage.Keys;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Tenancy;

/// <summary>Tenants and users. Names and addresses are unique whatever their case: a folded form beside them says so.</summary>
internal sealed class TenantStore(Database database, MasterKeyRing ring) : ITenantStore
{
    private const string UserColumns = "id, tenant_id, email, role, active, webhook_url, created_at, updated_at, sealed_token";

    private readonly RowCipher _cipher = ring.CipherFor("users");

    /// <inheritdoc/>
    public Task<TenantConflict> CreateTenantAsync(Tenant tenant, UserWithToken admin, string passwordHash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(admin);
        return database.WriteAsync(
            async session =>
            {
                var added = await session.ExecuteAsync(
                    """
                    INSERT INTO wuts_tenants (id, name, name_key, created_at, updated_at)
                    VALUES (@id, @name, @key, @created, @updated)
                    ON CONFLICT (name_key) DO NOTHING
                    """,
                    ("id", tenant.Id.Value), ("name", tenant.Name), ("key", Fold(tenant.Name)), ("created", tenant.CreatedAt),
                    ("updated", tenant.UpdatedAt)).ConfigureAwait(false);
                return added == 0 ? TenantConflict.TenantName : await AddUserAsync(session, admin, passwordHash).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Tenant>> ListTenantsAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync("SELECT id, name, created_at, updated_at FROM wuts_tenants ORDER BY created_at, id", ReadTenant),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<Tenant?> FindTenantAsync(TenantId id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync(
            "SELECT id, name, created_at, updated_at FROM wuts_tenants WHERE id = @id", ReadTenant, ("id", id.Value)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteTenantAsync(TenantId id, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            session.IsPatient = true;
            await DeviceTables.DeleteAsync(session, "SELECT id FROM wuts_devices WHERE tenant_id = @owner", id.Value).ConfigureAwait(false);
            return await session.ExecuteAsync("DELETE FROM wuts_tenants WHERE id = @id", ("id", id.Value)).ConfigureAwait(false) > 0;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<TenantConflict> CreateUserAsync(UserWithToken user, string passwordHash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        return database.WriteAsync(session => AddUserAsync(session, user, passwordHash), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<User?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var hashes = Batch.Of(ring.HashToken(token)).Bytes("hash", hash => hash);
        return database.ReadAsync(
            async session =>
            {
                var found = await session.QueryAsync(
                    $"SELECT {UserColumns} FROM wuts_users WHERE token_hash IN (SELECT r.hash FROM {{rows}})", hashes, ReadUser).ConfigureAwait(false);
                return found.FirstOrDefault();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<User?> FindUserAsync(UserId id, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.FirstAsync($"SELECT {UserColumns} FROM wuts_users WHERE id = @id", ReadUser, ("id", id.Value)), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UserWithToken>> ListUsersAsync(TenantId tenant, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.QueryAsync(
            $"SELECT {UserColumns} FROM wuts_users WHERE tenant_id = @tenant ORDER BY created_at, id",
            row =>
            {
                var user = ReadUser(row);
                return new UserWithToken(user, _cipher.OpenText(row.Bytes(8), "wuts_users", user.Id.ToString()));
            },
            ("tenant", tenant.Value)),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<bool> UpdateUserAsync(UserId id, Func<User, int, User?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return database.WriteAsync(
            async session =>
            {
                if (await LoadForChangeAsync(session, id).ConfigureAwait(false) is not var (user, admins) || change(user, admins) is not { } changed)
                {
                    return false;
                }

                await session.ExecuteAsync(
                    """
                    UPDATE wuts_users
                    SET email = @email, email_key = @key, role = @role, active = @active, webhook_url = @webhook, updated_at = @updated
                    WHERE id = @id
                    """,
                    ("id", id.Value), ("email", changed.Email), ("key", Fold(changed.Email)), ("role", (int)changed.Role),
                    ("active", changed.Active), ("webhook", changed.WebhookUrl), ("updated", changed.UpdatedAt)).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteUserAsync(UserId id, Func<User, int, bool> allow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(allow);
        return database.WriteAsync(
            async session =>
            {
                if (await LoadForChangeAsync(session, id).ConfigureAwait(false) is not var (user, admins) || !allow(user, admins))
                {
                    return false;
                }

                session.IsPatient = true;
                await DeviceTables.DeleteAsync(session, "SELECT id FROM wuts_devices WHERE user_id = @owner", id.Value).ConfigureAwait(false);
                await session.ExecuteAsync("DELETE FROM wuts_users WHERE id = @id", ("id", id.Value)).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    private static string Fold(string text) => text.ToUpperInvariant();

    private static Tenant ReadTenant(DbDataReader row) => new(new TenantId(row.GetGuid(0)), row.GetString(1), row.Time(2), row.Time(3));

    private static User ReadUser(DbDataReader row) => new()
    {
        Id = new UserId(row.GetGuid(0)),
        TenantId = new TenantId(row.GetGuid(1)),
        Email = row.GetString(2),
        Role = (Role)row.GetInt32(3),
        Active = row.GetBoolean(4),
        WebhookUrl = row.OptionalText(5),
        CreatedAt = row.Time(6),
        UpdatedAt = row.Time(7),
    };

    // The tenant's row is locked, so that changes of its users come one after the other.
    private static async Task<(User User, int Admins)?> LoadForChangeAsync(DbSession session, UserId id)
    {
        await session.QueryAsync(
            "SELECT id FROM wuts_tenants WHERE id = (SELECT tenant_id FROM wuts_users WHERE id = @id) {lock}", row => row.GetGuid(0),
            ("id", id.Value)).ConfigureAwait(false);
        var user = await session.FirstAsync($"SELECT {UserColumns} FROM wuts_users WHERE id = @id", ReadUser, ("id", id.Value)).ConfigureAwait(false);
        if (user is null)
        {
            return null;
        }

        var admins = await session.FirstAsync(
            "SELECT count(*) FROM wuts_users WHERE tenant_id = @tenant AND role = @admin AND active = @active", row => row.GetInt64(0),
            ("tenant", user.TenantId.Value), ("admin", (int)Role.Admin), ("active", true)).ConfigureAwait(false);
        return (user, (int)admins);
    }

    private async Task<TenantConflict> AddUserAsync(DbSession session, UserWithToken user, string passwordHash)
    {
        var (who, token) = user;
        var added = await session.ExecuteAsync(
            """
            INSERT INTO wuts_users (id, tenant_id, email, email_key, role, active, webhook_url, sealed_token, token_hash, password_hash,
                created_at, updated_at)
            VALUES (@id, @tenant, @email, @key, @role, @active, @webhook, @token, @hash, @password, @created, @updated)
            ON CONFLICT (email_key) DO NOTHING
            """,
            ("id", who.Id.Value), ("tenant", who.TenantId.Value), ("email", who.Email), ("key", Fold(who.Email)), ("role", (int)who.Role),
            ("active", who.Active), ("webhook", who.WebhookUrl), ("token", _cipher.Seal(token, "wuts_users", who.Id.ToString())),
            ("hash", ring.HashToken(token)[0]), ("password", passwordHash), ("created", who.CreatedAt), ("updated", who.UpdatedAt))
            .ConfigureAwait(false);
        if (added > 0)
        {
            return TenantConflict.None;
        }

        session.Abandon();
        return TenantConflict.Email;
    }
}
