using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// The name under which Signal state of one device is kept: <c>user[_domain].device</c>, with no domain for a phone number, 1
/// for a LID, 128 and 129 for their hosted forms. Sync section 0.2, rule 6.
/// </summary>
/// <param name="User">User and domain, for example <c>100000000000001_1</c>; the same for all devices of one person.</param>
/// <param name="Device">Device number; 0 is the phone.</param>
public readonly record struct SignalAddress(string User, ushort Device)
{
    /// <summary>The address of a person's device.</summary>
    /// <exception cref="ArgumentException">The JID is not a person.</exception>
    public static SignalAddress FromJid(Jid jid) =>
        TryFromJid(jid, out var address) ? address : throw new ArgumentException("Only people have Signal addresses.", nameof(jid));

    /// <summary>The address of a person's device; <see langword="false"/> for everything that is not a person.</summary>
    public static bool TryFromJid(Jid jid, out SignalAddress address)
    {
        var domain = jid.Server switch
        {
            JidServers.User => "",
            JidServers.Lid => "_1",
            JidServers.Hosted => "_128",
            JidServers.HostedLid => "_129",
            _ => null,
        };

        // A user that contains the separators could otherwise take another person's name.
        if (domain is null || jid.User.Length == 0 || jid.User.AsSpan().IndexOfAny('_', '.') >= 0)
        {
            address = default;
            return false;
        }

        address = new SignalAddress(jid.User + domain, jid.Device);
        return true;
    }

    /// <summary>Reads the written form back, as a store does that keeps addresses as text.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static SignalAddress Parse(ReadOnlySpan<char> text)
    {
        var dot = text.LastIndexOf('.');
        return dot > 0 && ushort.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var device)
            ? new SignalAddress(text[..dot].ToString(), device)
            : throw new FormatException("The text is not a Signal address.");
    }

    /// <summary>The written form, <c>user[_domain].device</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{User}.{Device}");
}
