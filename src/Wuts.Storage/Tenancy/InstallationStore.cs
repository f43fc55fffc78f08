using Wuts.Core.Stores;
using Wuts.Storage.Keys;
using Wuts.Storage.Sql;

namespace Wuts.Storage.Tenancy;

/// <summary>Secrets of the installation, encrypted under their names.</summary>
internal sealed class InstallationStore(Database database, MasterKeyRing ring) : IInstallationStore
{
    private const string Table = "wuts_secrets";

    private readonly RowCipher _cipher = ring.CipherFor("installation");

    /// <inheritdoc/>
    public Task<string?> FindSecretAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return database.ReadAsync(session => FindAsync(session, name), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> AddSecretAsync(string name, string value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO wuts_secrets (name, sealed_value, created_at) VALUES (@name, @value, {now}) ON CONFLICT (name) DO NOTHING",
                    ("name", name), ("value", _cipher.Seal(value, Table, name))).ConfigureAwait(false);
                return (await FindAsync(session, name).ConfigureAwait(false))!;
            },
            cancellationToken);
    }

    private Task<string?> FindAsync(DbSession session, string name) => session.FirstAsync(
        "SELECT sealed_value FROM wuts_secrets WHERE name = @name", row => _cipher.OpenText(row.Bytes(0), Table, name), ("name", name));
}
