using Wuts.Core.Stores;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Storage.Tenancy;

/// <summary>The version of WhatsApp Web that the installation has found: one row that the schema brings along.</summary>
internal sealed class ClientVersionStore(Database database) : IClientVersionStore
{
    /// <inheritdoc/>
    public async Task<ClientVersion?> FindAsync(CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            session => session.QueryAsync(
                "SELECT primary_number, secondary_number, revision FROM wuts_client_version WHERE revision IS NOT NULL",
                row => new ClientVersion(checked((uint)row.GetInt64(0)), checked((uint)row.GetInt64(1)), checked((uint)row.GetInt64(2)))),
            cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    /// <inheritdoc/>
    public Task RaiseAsync(ClientVersion version, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await session.ExecuteAsync(
            """
            UPDATE wuts_client_version SET primary_number = @primary, secondary_number = @secondary, revision = @revision
            WHERE revision IS NULL OR (primary_number, secondary_number, revision) < (@primary, @secondary, @revision)
            """,
            ("primary", (long)version.Primary), ("secondary", (long)version.Secondary), ("revision", (long)version.Revision))
            .ConfigureAwait(false),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakeTurnAsync(DateTimeOffset now, TimeSpan interval, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await session.ExecuteAsync(
            "UPDATE wuts_client_version SET looked_at = @now WHERE looked_at IS NULL OR looked_at <= @before",
            ("now", now), ("before", now - interval)).ConfigureAwait(false) > 0,
        cancellationToken);
}
