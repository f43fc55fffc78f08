using System.Globalization;
using Wuts.Storage.Sql;
using Wuts.WhatsApp;

namespace Wuts.Storage.Keys;

/// <summary>
/// Finds out at the start, and not at the first secret, whether the master keys are those of the database: every key that ever
/// encrypted leaves a value in it that only this key opens.
/// </summary>
internal static class MasterKeyCheck
{
    private const string Table = "wuts_master_keys";

    private static ReadOnlySpan<byte> Value => "wuts"u8;

    /// <summary>Verifies the keys and notes the present one.</summary>
    /// <exception cref="StorageSetupException">A key that the database needs is missing.</exception>
    public static Task RunAsync(Database database, MasterKeyRing ring, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var cipher = ring.CipherFor("check");
            var known = await session.QueryAsync(
                "SELECT key_id, sealed_check FROM wuts_master_keys", row => (Id: (uint)row.GetInt64(0), Check: row.Bytes(1))).ConfigureAwait(false);
            foreach (var (id, check) in known)
            {
                Verify(cipher, id, check);
            }

            var current = ring.Current.Id;
            if (known.TrueForAll(key => key.Id != current))
            {
                await session.ExecuteAsync(
                    "INSERT INTO wuts_master_keys (key_id, sealed_check, added_at) VALUES (@id, @check, {now}) ON CONFLICT DO NOTHING",
                    ("id", (long)current), ("check", cipher.Seal(Value, Table, Row(current)))).ConfigureAwait(false);
            }
        },
        cancellationToken);

    private static void Verify(RowCipher cipher, uint id, byte[] check)
    {
        try
        {
            cipher.Open(check, Table, Row(id));
        }
        catch (WhatsAppStoreException)
        {
            throw new StorageSetupException(
                $"The database holds secrets under master key {id:x8}, which is not among the present ones. Restore master.key or Wuts:MasterKey.");
        }
    }

    private static string Row(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);
}
