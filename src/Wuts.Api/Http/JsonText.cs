using System.Buffers.Text;
using System.Text.Json;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Http;

/// <summary>Values as the contracts write them.</summary>
internal static class JsonText
{
    private const int TimeLength = 20;

    /// <summary>An instant: RFC 3339, UTC, whole seconds, fraction cut off. Contract wuts 1.7.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[TimeLength];
        json.WriteString(name, Format(time, text));
    }

    /// <summary>An instant, left out when it is unknown.</summary>
    public static void WriteOptionalTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteTime(name, known);
        }
    }

    /// <summary>A text, left out when it is unknown or empty. Contract wuts 1.8.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>An address.</summary>
    public static void WriteJid(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Jid jid) => json.WriteString(name, jid.ToString());

    /// <summary>An address, left out when it is unknown.</summary>
    public static void WriteOptionalJid(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Jid? jid)
    {
        if (jid is { } known)
        {
            json.WriteJid(name, known);
        }
    }

    /// <summary>The digits of an address by phone number, left out when there is none.</summary>
    public static void WriteOptionalDigits(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Jid? phone)
    {
        if (phone is { IsPhone: true } known)
        {
            json.WriteString(name, known.User);
        }
    }

    // 2026-06-15T12:00:00Z: the round-trip format writes the fraction, which is cut off.
    private static ReadOnlySpan<byte> Format(DateTimeOffset time, Span<byte> text)
    {
        Span<byte> full = stackalloc byte[40];
        Utf8Formatter.TryFormat(time.UtcDateTime, full, out _, 'O');
        full[..(TimeLength - 1)].CopyTo(text);
        text[^1] = (byte)'Z';
        return text;
    }
}
