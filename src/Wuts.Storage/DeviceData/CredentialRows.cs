using System.Text.Json;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Stores;

namespace Wuts.Storage.DeviceData;

/// <summary>The credentials of a device: one encrypted document, saved as a whole as its contract asks.</summary>
internal sealed class CredentialRows(DeviceScope scope) : ICredentialStore
{
    private const string Table = "wuts_credentials";

    /// <inheritdoc/>
    public ValueTask<DeviceCredentials?> LoadAsync(CancellationToken cancellationToken) => scope.ReadAsync(
        async session =>
        {
            var stored = await session.FirstAsync(
                "SELECT sealed_document FROM wuts_credentials WHERE device_id = @device", row => row.Bytes(0), scope.Device).ConfigureAwait(false);
            return stored is null
                ? null
                : JsonSerializer.Deserialize(scope.Open(stored, Table, ""), CredentialJson.Default.CredentialDocument)!.ToCredentials();
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveAsync(DeviceCredentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var document = JsonSerializer.SerializeToUtf8Bytes(CredentialDocument.Of(credentials), CredentialJson.Default.CredentialDocument);
        var stored = scope.Seal(document, Table, "");
        return scope.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO wuts_credentials (device_id, sealed_document, saved_at) VALUES (@device, @document, {now})
                ON CONFLICT (device_id) DO UPDATE SET sealed_document = excluded.sealed_document, saved_at = excluded.saved_at
                """,
                scope.Device, ("document", stored)),
            cancellationToken);
    }
}
