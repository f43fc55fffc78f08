using System.Data.Common;
using Wuts.WhatsApp.Binary;

namespace Wuts.Storage.Sql;

/// <summary>Reads columns by place, the same on both databases.</summary>
internal static class ReaderExtensions
{
    public static string? OptionalText(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    public static long? OptionalNumber(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    public static byte[] Bytes(this DbDataReader row, int at) => row.GetFieldValue<byte[]>(at);

    public static byte[]? OptionalBytes(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.Bytes(at);

    public static DateTimeOffset Time(this DbDataReader row, int at) => StoredTime.FromNumber(row.GetInt64(at));

    public static DateTimeOffset? OptionalTime(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.Time(at);

    public static Jid Jid(this DbDataReader row, int at) => WhatsApp.Binary.Jid.Parse(row.GetString(at));

    public static Jid? OptionalJid(this DbDataReader row, int at) => row.IsDBNull(at) ? null : row.Jid(at);
}
