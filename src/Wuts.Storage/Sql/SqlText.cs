using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Wuts.Storage.Sql;

/// <summary>Turns the statements that both databases share into those of one of them.</summary>
internal sealed class SqlText(SqlDialect dialect)
{
    private readonly ConcurrentDictionary<(string Sql, string? Rows), string> _expanded = [];

    /// <summary>A statement with everything in braces filled in.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="rows">The batch that it works on, if it does.</param>
    /// <param name="isQuery">Whether it reads the batch rather than writing it.</param>
    public string Expand(string sql, Batch? rows = null, bool isQuery = false)
    {
        var table = rows is null ? null : dialect.Rows(rows, isQuery);
        return _expanded.GetOrAdd(
            (sql, table),
            static (key, dialect) => key.Rows is null
                ? dialect.Fill(key.Sql)
                : dialect.Fill(key.Sql).Replace("{rows}", key.Rows, StringComparison.Ordinal),
            dialect);
    }

    /// <summary>
    /// Text that both databases can keep: PostgreSQL has no character 0 and no half of a surrogate pair, and a name that
    /// holds one must not stop a commit for ever. Each becomes U+FFFD.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text)
    {
        if (text is null || (!text.Contains('\0', StringComparison.Ordinal) && IsWellFormed(text)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return clean.ToString();
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
