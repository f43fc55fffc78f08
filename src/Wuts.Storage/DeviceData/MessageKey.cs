using System.Security.Cryptography;
using System.Text;
using Wuts.Storage.Sql;

namespace Wuts.Storage.DeviceData;

/// <summary>The key of a message in a table: its id, or the hash of one that nobody would make.</summary>
internal static class MessageKey
{
    /// <summary>Longest id that is kept as it is, in characters. Those of WhatsApp have at most 40.</summary>
    public const int MaxLength = 200;

    /// <summary>The key of an id.</summary>
    public static string Of(string id) => id.Length <= MaxLength && ReferenceEquals(SqlText.Clean(id), id)
        ? id
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(id)))}";
}
