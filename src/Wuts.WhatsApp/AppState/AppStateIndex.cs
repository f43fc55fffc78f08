using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// The logical name of a record: a JSON array of strings such as <c>["contact","15550001234@s.whatsapp.net"]</c>. A MAC is
/// made over its bytes, so writing gives exactly what JavaScript's <c>JSON.stringify</c> gives. Sync section 3.5.
/// </summary>
internal static class AppStateIndex
{
    // Real indexes have at most six parts; those of contacts have two.
    private const int MaxParts = 16;
    private const int TypicalParts = 2;
    private const int MaxSize = 8 * 1024;

    /// <summary>Writes an index: no blanks; only quotes, backslashes, control characters and lone surrogates are escaped.</summary>
    public static byte[] Write(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder("[");
        foreach (var part in parts)
        {
            text.Append(text.Length == 1 ? "\"" : ",\"");
            AppendEscaped(text, part);
            text.Append('"');
        }

        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    /// <summary>Reads an index. False for anything but an array of strings, which a reader of actions passes over.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string[]? parts)
    {
        parts = null;
        if (bytes.Length > MaxSize)
        {
            return false;
        }

        try
        {
            var found = new string[TypicalParts];
            var count = 0;
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 1 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.String && count < MaxParts)
            {
                if (count == found.Length)
                {
                    Array.Resize(ref found, MaxParts);
                }

                found[count++] = reader.GetString()!;
            }

            if (reader.TokenType != JsonTokenType.EndArray || reader.Read())
            {
                return false;
            }

            Array.Resize(ref found, count);
            parts = found;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not UTF-8, or half of a surrogate pair.
            return false;
        }
    }

    private static void AppendEscaped(StringBuilder text, string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            var c = part[i];
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case < ' ':
                    AppendNumber(text, c);
                    break;
                default:
                    if (!char.IsSurrogate(c))
                    {
                        text.Append(c);
                    }
                    else if (i + 1 < part.Length && char.IsSurrogatePair(c, part[i + 1]))
                    {
                        text.Append(c).Append(part[++i]);
                    }
                    else
                    {
                        AppendNumber(text, c);
                    }

                    break;
            }
        }
    }

    private static void AppendNumber(StringBuilder text, char c) =>
        text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
