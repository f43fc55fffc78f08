using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wuts.WhatsApp.Media;

/// <summary>URLs of encrypted files and of profile pictures. Sync sections 13.2 and 13.5.</summary>
public static class MediaUrl
{
    /// <summary>The host that always works when the media connection names none, or all of those failed.</summary>
    public const string FallbackHost = "mmg.whatsapp.net";

    /// <summary>
    /// The URL of a file: <c>base || direct path || hash || mms-type</c>. The base is <c>https://host</c>, or what
    /// <c>MediaBaseUrl</c> replaces it with.
    /// </summary>
    public static Uri Build(Uri baseUrl, MediaReference reference, MediaKind kind)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        ArgumentNullException.ThrowIfNull(reference);
        var separator = reference.DirectPath.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var hash = Base64Url.EncodeToString(reference.EncryptedHash.Span);
        return new Uri($"{baseUrl.AbsoluteUri.TrimEnd('/')}{reference.DirectPath}{separator}hash={hash}&mms-type={kind.MmsType()}&__wa-mms=");
    }

    /// <summary>When the URL of a profile picture stops working: its parameter <c>oe</c>, hexadecimal Unix seconds.</summary>
    /// <returns>Whether the URL says so.</returns>
    public static bool TryGetExpiry(string? url, out DateTimeOffset expiresAt)
    {
        expiresAt = default;
        if (!TryGetParameter(url, "oe", out var value)
            || !long.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0 or > LatestSeconds)
        {
            return false;
        }

        expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    // The end of year 9999, which is as far as DateTimeOffset goes.
    private const long LatestSeconds = 253_402_300_799;

    private static bool TryGetParameter(string? url, string name, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var query = url?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        if (query < 0)
        {
            return false;
        }

        var text = url.AsSpan(query + 1);
        var fragment = text.IndexOf('#');
        foreach (var range in (fragment < 0 ? text : text[..fragment]).Split('&'))
        {
            var parameter = text[range];
            if (parameter.Length > name.Length && parameter.StartsWith(name, StringComparison.Ordinal) && parameter[name.Length] == '=')
            {
                value = parameter[(name.Length + 1)..].ToString();
                return true;
            }
        }

        return false;
    }
}
