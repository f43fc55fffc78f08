using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// The version of WhatsApp Web that the client says it is, for example <c>2.3000.1045649367</c>. The server refuses versions
/// that are some months old. Protocol section 4.4.
/// </summary>
/// <param name="Primary">The first number.</param>
/// <param name="Secondary">The second number.</param>
/// <param name="Revision">The last number, which is the one that grows.</param>
public readonly record struct ClientVersion(uint Primary, uint Secondary, uint Revision)
{
    /// <summary>The version this library was written against.</summary>
    public static readonly ClientVersion Default = new(2, 3000, 1045649367);

    /// <summary>MD5 of the written form, 16 bytes: how the registration names the build.</summary>
    public byte[] BuildHash() => MD5.HashData(Encoding.ASCII.GetBytes(ToString()));

    /// <summary>The written form: three decimal numbers with dots between them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Primary}.{Secondary}.{Revision}");

    /// <summary>Parses the written form.</summary>
    /// <exception cref="FormatException">The text is not three decimal numbers with dots between them.</exception>
    public static ClientVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException("A client version is written like 2.3000.1045649367.");

    /// <summary>Parses the written form without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClientVersion version)
    {
        version = default;
        var parts = (text ?? "").Split('.');
        if (parts.Length != 3 || !TryParseNumber(parts[0], out var primary) || !TryParseNumber(parts[1], out var secondary)
            || !TryParseNumber(parts[2], out var revision))
        {
            return false;
        }

        version = new ClientVersion(primary, secondary, revision);
        return true;
    }

    /// <summary>
    /// Finds the revision in the page or the service worker script of WhatsApp Web, and gives the version with that revision.
    /// </summary>
    /// <param name="page">Text that contains <c>client_revision</c>, a colon and the number; quotes may be escaped.</param>
    /// <param name="version">The version found; <see cref="Default"/> with another revision.</param>
    public static bool TryFindIn(ReadOnlySpan<char> page, out ClientVersion version)
    {
        const string name = "client_revision";
        version = default;
        var at = page.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        var rest = page[(at + name.Length)..].TrimStart("\\\" ");
        if (rest.IsEmpty || rest[0] != ':')
        {
            return false;
        }

        rest = rest[1..].TrimStart(' ');
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        if (!TryParseNumber(digits < 0 ? rest : rest[..digits], out var revision))
        {
            return false;
        }

        version = Default with { Revision = revision };
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> digits, out uint number) =>
        uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
