using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Http;

/// <summary>
/// How a contract lets callers write people and groups, and what it makes of it: the server in lower case, <c>c.us</c> as
/// <c>s.whatsapp.net</c>, no device part. Identifiers are never turned into numbers, and nothing national is repaired.
/// </summary>
internal sealed record AddressRules
{
    /// <summary>No identifier that is accepted is longer.</summary>
    public const int MaxLength = 128;

    private const int MaxLidLength = 64;

    /// <summary>Fewest digits of a phone number.</summary>
    public required int MinDigits { get; init; }

    /// <summary>Most digits of a phone number: E.164 has 15.</summary>
    public int MaxDigits { get; init; } = PhoneNumber.MaxLength;

    /// <summary>Characters that people write between digits and that are dropped from a bare number.</summary>
    public required string Separators { get; init; }

    /// <summary>Whether a group's user part is checked, or only its server.</summary>
    public bool StrictGroups { get; init; }

    /// <summary>Reads a bare phone number.</summary>
    /// <param name="text">What the caller wrote.</param>
    /// <param name="digits">The digits alone, when the result is true.</param>
    /// <param name="problem">What is wrong, as a sentence that does not repeat the text.</param>
    public bool TryReadNumber(string text, [NotNullWhen(true)] out string? digits, [NotNullWhen(false)] out string? problem)
    {
        digits = null;
        problem = null;
        if (text.Length > MaxLength)
        {
            problem = TooLong;
            return false;
        }

        var written = text.AsSpan().Trim();
        Span<char> clean = stackalloc char[MaxLength];
        var count = 0;
        var plus = false;
        foreach (var character in written)
        {
            if (character == '+' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (!Separators.Contains(character, StringComparison.Ordinal))
            {
                clean[count++] = character;
            }
        }

        if (clean[..count].ContainsAnyExceptInRange('0', '9'))
        {
            problem = "a phone number consists of digits";
        }
        else if (count < MinDigits || count > MaxDigits)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"a phone number has {MinDigits} to {MaxDigits} digits");
        }
        else if (clean[0] == '0')
        {
            problem = "a phone number begins with the country code, which never begins with 0";
        }
        else
        {
            digits = clean[..count].ToString();
        }

        return digits is not null;
    }

    /// <summary>Reads an address, or a bare phone number.</summary>
    /// <param name="text">What the caller wrote.</param>
    /// <param name="kinds">What is acceptable in this place.</param>
    /// <param name="jid">The address, when the result is true.</param>
    /// <param name="problem">What is wrong, as a sentence that does not repeat the text.</param>
    public bool TryRead(string text, AddressKinds kinds, out Jid jid, [NotNullWhen(false)] out string? problem)
    {
        jid = default;
        if (text.Length > MaxLength)
        {
            problem = TooLong;
            return false;
        }

        var written = text.Trim();
        var at = written.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            if (!kinds.HasFlag(AddressKinds.Phone))
            {
                problem = "a full JID is needed";
                return false;
            }

            if (!TryReadNumber(written, out var digits, out problem))
            {
                return false;
            }

            jid = new Jid(digits, JidServers.User);
            return true;
        }

        var user = written.AsSpan(0, at);
        problem = written[(at + 1)..].ToLowerInvariant() switch
        {
            JidServers.User or JidServers.LegacyUser => ReadPhone(user, kinds, out jid),
            JidServers.Lid => ReadLid(user, kinds, out jid),
            JidServers.Group => ReadGroup(user, kinds, out jid),
            _ => "the JID names no server that is supported here",
        };
        return problem is null;
    }

    private const string TooLong = "the identifier is too long";

    private string? ReadPhone(ReadOnlySpan<char> user, AddressKinds kinds, out Jid jid)
    {
        jid = default;
        if (!kinds.HasFlag(AddressKinds.Phone))
        {
            return "a person is not possible here";
        }

        if (!TryCutDevice(ref user))
        {
            return "the device part of the JID is not a number";
        }

        if (user.Length < MinDigits || user.Length > MaxDigits || user[0] == '0' || user.ContainsAnyExceptInRange('0', '9'))
        {
            return string.Create(CultureInfo.InvariantCulture, $"the JID of a phone number has {MinDigits} to {MaxDigits} digits and does not begin with 0");
        }

        jid = new Jid(user.ToString(), JidServers.User);
        return null;
    }

    // The user part of a LID need not be digits.
    private static string? ReadLid(ReadOnlySpan<char> user, AddressKinds kinds, out Jid jid)
    {
        jid = default;
        if (!kinds.HasFlag(AddressKinds.Lid))
        {
            return "a LID is not possible here";
        }

        if (!TryCutDevice(ref user))
        {
            return "the device part of the JID is not a number";
        }

        if (user.Length is 0 or > MaxLidLength || !IsOpaque(user))
        {
            return "the JID names no LID";
        }

        jid = new Jid(user.ToString(), JidServers.Lid);
        return null;
    }

    private string? ReadGroup(ReadOnlySpan<char> user, AddressKinds kinds, out Jid jid)
    {
        jid = default;
        if (!kinds.HasFlag(AddressKinds.Group))
        {
            return "a group is not possible here";
        }

        if (user.Length is 0 or > MaxLidLength || !IsOpaque(user) || (StrictGroups && !IsGroupUser(user)))
        {
            return "the JID names no group";
        }

        jid = new Jid(user.ToString(), JidServers.Group);
        return null;
    }

    // 15 to 25 digits, or the older form: the creator's number, a dash, and the time of creation.
    private static bool IsGroupUser(ReadOnlySpan<char> user)
    {
        var dash = user.IndexOf('-');
        return dash < 0
            ? user.Length is >= 15 and <= 25 && !user.ContainsAnyExceptInRange('0', '9')
            : dash is >= 5 and <= 15 && user.Length - dash - 1 is >= 9 and <= 12
              && !user[..dash].ContainsAnyExceptInRange('0', '9') && !user[(dash + 1)..].ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsOpaque(ReadOnlySpan<char> user)
    {
        foreach (var character in user)
        {
            if (!(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryCutDevice(ref ReadOnlySpan<char> user)
    {
        var colon = user.IndexOf(':');
        if (colon < 0)
        {
            return true;
        }

        var device = user[(colon + 1)..];
        user = user[..colon];
        return device.Length is >= 1 and <= 5 && !device.ContainsAnyExceptInRange('0', '9');
    }
}

/// <summary>What may be named.</summary>
[Flags]
internal enum AddressKinds
{
    /// <summary>A person by phone number.</summary>
    Phone = 1,

    /// <summary>A person by LID.</summary>
    Lid = 2,

    /// <summary>A group.</summary>
    Group = 4,

    /// <summary>A person.</summary>
    Person = Phone | Lid,

    /// <summary>A person or a group.</summary>
    Any = Person | Group,
}
