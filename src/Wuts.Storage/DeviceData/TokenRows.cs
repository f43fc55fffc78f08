using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.DeviceData;

/// <summary>Trusted-contact tokens. An older one never replaces a newer one.</summary>
internal sealed class TokenRows(DeviceScope scope)
{
    private const string Table = "wuts_privacy_tokens";

    /// <summary>The token of a person.</summary>
    public Task<PrivacyToken?> FindAsync(DbSession session, Jid owner) => session.FirstAsync(
        "SELECT sealed_token, issued_at FROM wuts_privacy_tokens WHERE device_id = @device AND owner = @owner",
        row => new PrivacyToken(scope.Open(row.Bytes(0), Table, owner.ToString()), row.Time(1)), scope.Device, ("owner", owner.ToString()));

    /// <summary>Writes tokens, one per person.</summary>
    public Task SaveAsync(DbSession session, IReadOnlyCollection<AccountWrite.Token> tokens) => session.ExecuteAsync(
        """
        INSERT INTO wuts_privacy_tokens (device_id, owner, issued_at, sealed_token) SELECT @device, r.* FROM {rows} WHERE true
        ON CONFLICT (device_id, owner) DO UPDATE SET issued_at = excluded.issued_at, sealed_token = excluded.sealed_token
        WHERE wuts_privacy_tokens.issued_at < excluded.issued_at
        """,
        Batch.Of(tokens)
            .Text("owner", token => token.Owner.ToString()).Time("issued_at", token => token.Value.Timestamp)
            .Bytes("token", token => scope.Seal(token.Value.Bytes.Span, Table, token.Owner.ToString())),
        scope.Device);
}
