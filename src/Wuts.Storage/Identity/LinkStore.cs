using System.Data.Common;
using Wuts.Core.Devices;
using Wuts.Core.Identity;
using Wuts.Core.Stores;
using Wuts.Core.Tenancy;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.Identity;

/// <summary>
/// People of a tenant and their links. A record is in one present link at most; of two linked records the older one speaks for
/// both. Changes of a tenant's links lock its row, so that they come one after the other.
/// </summary>
internal sealed class LinkStore(Database database) : ILinkStore
{
    private const string SelectLinks = """
        SELECT id, phone, lid, left_id, right_id, signal, evidence, recorded_by, recorded_at, ended_at
        FROM wuts_person_links
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PersonRecord>> GetOrCreateAsync(
        TenantId tenant, IReadOnlyCollection<Jid> jids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jids);
        return database.WriteAsync(session => GetOrCreateAsync(session, tenant, jids, now), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PersonLink>> ReadLinksAsync(TenantId tenant, PersonId person, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                $"{SelectLinks} WHERE tenant_id = @tenant AND (left_id = @person OR right_id = @person) ORDER BY recorded_at DESC, id",
                ReadLink, ("tenant", tenant.Value), ("person", person.Value)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PersonLink>> ReadPresentLinksAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                $"{SelectLinks} WHERE tenant_id = @tenant AND ended_at IS NULL", ReadLink, ("tenant", tenant.Value)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<LinkResult> LinkAsync(TenantId tenant, NewLink link, bool endOthers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(link);
        return database.WriteAsync(session => LinkAsync(session, tenant, link, endOthers), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PersonLink?> EndAsync(TenantId tenant, Guid link, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync(
                "UPDATE wuts_person_links SET ended_at = @now WHERE id = @id AND tenant_id = @tenant AND ended_at IS NULL",
                ("now", now), ("id", link), ("tenant", tenant.Value)).ConfigureAwait(false);
            return await session.FirstAsync(
                $"{SelectLinks} WHERE id = @id AND tenant_id = @tenant", ReadLink, ("id", link), ("tenant", tenant.Value)).ConfigureAwait(false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task AddVerificationAsync(TenantId tenant, Verification verification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verification);
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                """
                INSERT INTO wuts_verifications (id, tenant_id, device_id, phone, lid, token_hash, expires_at, tries_left, used_at)
                VALUES (@id, @tenant, @device, @phone, @lid, @hash, @expires, @tries, @used)
                """,
                ("id", verification.Id), ("tenant", tenant.Value), ("device", verification.Device.Value), ("phone", verification.Phone.ToString()),
                ("lid", verification.Lid.ToString()), ("hash", verification.TokenHash.ToArray()), ("expires", verification.ExpiresAt),
                ("tries", verification.TriesLeft), ("used", verification.UsedAt)).ConfigureAwait(false),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Verification?> TakeTryAsync(TenantId tenant, Guid verification, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var found = await session.FirstAsync(
                """
                SELECT id, device_id, phone, lid, token_hash, expires_at, tries_left, used_at
                FROM wuts_verifications WHERE id = @id AND tenant_id = @tenant {lock}
                """,
                ReadVerification, ("id", verification), ("tenant", tenant.Value)).ConfigureAwait(false);
            await session.ExecuteAsync(
                "UPDATE wuts_verifications SET tries_left = tries_left - 1 WHERE id = @id AND tenant_id = @tenant AND tries_left > 0",
                ("id", verification), ("tenant", tenant.Value)).ConfigureAwait(false);
            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> UseVerificationAsync(TenantId tenant, Guid verification, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session => await session.ExecuteAsync(
                "UPDATE wuts_verifications SET used_at = @now WHERE id = @id AND tenant_id = @tenant AND used_at IS NULL",
                ("now", now), ("id", verification), ("tenant", tenant.Value)).ConfigureAwait(false) > 0,
            cancellationToken);

    private static async Task<IReadOnlyList<PersonRecord>> GetOrCreateAsync(
        DbSession session, TenantId tenant, IReadOnlyCollection<Jid> jids, DateTimeOffset now)
    {
        Batch rows = Batch.Of(jids.Distinct().OrderBy(jid => jid.ToString(), StringComparer.Ordinal).ToArray())
            .Id("id", _ => Guid.NewGuid()).Text("jid", jid => jid.ToString());
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_persons (id, tenant_id, jid, created_at)
            SELECT r.id, @tenant, r.jid, @now FROM {rows} WHERE true
            ON CONFLICT (tenant_id, jid) DO NOTHING
            """,
            rows, ("tenant", tenant.Value), ("now", now)).ConfigureAwait(false);
        return await session.QueryAsync(
            """
            SELECT p.id, p.jid, p.created_at, o.id, o.created_at
            FROM {rows} JOIN wuts_persons p ON p.tenant_id = @tenant AND p.jid = r.jid
                LEFT JOIN wuts_person_links l ON (l.left_id = p.id OR l.right_id = p.id) AND l.ended_at IS NULL
                LEFT JOIN wuts_persons o ON o.id = CASE WHEN l.left_id = p.id THEN l.right_id ELSE l.left_id END
            """,
            rows, ReadPerson, ("tenant", tenant.Value)).ConfigureAwait(false);
    }

    private static async Task<LinkResult> LinkAsync(DbSession session, TenantId tenant, NewLink link, bool endOthers)
    {
        await session.QueryAsync("SELECT id FROM wuts_tenants WHERE id = @tenant {lock}", row => row.GetGuid(0), ("tenant", tenant.Value))
            .ConfigureAwait(false);
        var records = await GetOrCreateAsync(session, tenant, [link.Phone, link.Lid], link.At).ConfigureAwait(false);
        var left = records.Single(record => record.Jid == link.Phone).Id;
        var right = records.Single(record => record.Jid == link.Lid).Id;
        var present = await session.QueryAsync(
            $"""
            {SelectLinks} WHERE tenant_id = @tenant AND ended_at IS NULL
                AND (left_id = @left OR right_id = @left OR left_id = @right OR right_id = @right)
            """,
            ReadLink, ("tenant", tenant.Value), ("left", left.Value), ("right", right.Value)).ConfigureAwait(false);
        if (present.Find(other => other.Left == left && other.Right == right) is { } same)
        {
            return new LinkResult.Linked(same);
        }

        if (present.Count > 0 && !endOthers)
        {
            return new LinkResult.Conflict(present);
        }

        await session.ExecuteAsync(
            "UPDATE wuts_person_links SET ended_at = @at WHERE id IN (SELECT r.id FROM {rows})",
            Batch.Of(present).Id("id", other => other.Link.Id), ("at", link.At)).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_person_links (id, tenant_id, phone, lid, left_id, right_id, signal, evidence, recorded_by, recorded_at)
            VALUES (@id, @tenant, @phone, @lid, @left, @right, @signal, @evidence, @by, @at)
            """,
            ("id", link.Id), ("tenant", tenant.Value), ("phone", link.Phone.ToString()), ("lid", link.Lid.ToString()), ("left", left.Value),
            ("right", right.Value), ("signal", (int)link.Signal), ("evidence", link.Evidence), ("by", link.RecordedBy), ("at", link.At))
            .ConfigureAwait(false);
        return new LinkResult.Linked(new PersonLink(link, left, right, null));
    }

    private static PersonRecord ReadPerson(DbDataReader row)
    {
        var (id, created) = (row.GetGuid(0), row.Time(2));
        var isOlder = row.IsDBNull(3) || (created, id).CompareTo((row.Time(4), row.GetGuid(3))) <= 0;
        return new PersonRecord(new PersonId(id), row.Jid(1), created, new PersonId(isOlder ? id : row.GetGuid(3)));
    }

    private static PersonLink ReadLink(DbDataReader row)
    {
        var link = new NewLink(
            row.GetGuid(0), row.Jid(1), row.Jid(2), (LinkSignal)row.GetInt32(5), row.OptionalText(6), row.GetString(7), row.Time(8));
        return new PersonLink(link, new PersonId(row.GetGuid(3)), new PersonId(row.GetGuid(4)), row.OptionalTime(9));
    }

    private static Verification ReadVerification(DbDataReader row) => new(
        row.GetGuid(0), new DeviceId(row.GetGuid(1)), row.Jid(2), row.Jid(3), row.Bytes(4), row.Time(5), row.GetInt32(6), row.OptionalTime(7));
}
