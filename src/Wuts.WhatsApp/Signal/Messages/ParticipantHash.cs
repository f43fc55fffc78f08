using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// Fingerprint of a set of devices, with which sender and server compare whom a message went to (<c>phash</c>, version 2).
/// </summary>
internal static class ParticipantHash
{
    private const int DigestSize = 6;

    /// <summary>The hash of a set of devices, in any order.</summary>
    public static string Of(IEnumerable<Jid> devices)
    {
        // The middle part is the agent, which is always 0 by now.
        var names = devices
            .Select(device => string.Create(CultureInfo.InvariantCulture, $"{device.User}.0:{device.Device}@{device.Server}"))
            .Order(StringComparer.Ordinal);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(names)));
        return "2:" + Convert.ToBase64String(digest.AsSpan(0, DigestSize)).TrimEnd('=');
    }
}
