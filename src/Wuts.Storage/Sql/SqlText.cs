using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Wuts.Storage.Sql;

/// <summary>Turns the statements that both databases share into those of one of them.</summary>
internal sealed class SqlText(SqlDialect dialect)
{
    private readonly ConcurrentDictionary<(string Sql, string? Columns), string> _expanded = [];

    /// <summary>A statement with everything in braces filled in.</summary>
    public string Expand(string sql, Batch? rows = null) =>
        _expanded.GetOrAdd((sql, rows is null ? null : string.Join(',', rows.Names)), static (key, dialect) => Fill(key.Sql, key.Columns, dialect), dialect);

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

    private static string Fill(string sql, string? columns, SqlDialect dialect)
    {
        var text = dialect.Fill(sql);
        return columns is null ? text : text.Replace("{rows}", dialect.Rows(columns.Split(',')), StringComparison.Ordinal);
    }
}
