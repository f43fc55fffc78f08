using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;

namespace Wuts.Grains;

/// <summary>The key of a contact grain: the device, a slash, the address without device part.</summary>
internal static class ContactKey
{
    private const int IdLength = 36;

    /// <summary>Makes a key.</summary>
    public static string Format(DeviceId device, Jid jid) => $"{device}/{jid.ToBase()}";

    /// <summary>Takes a key apart.</summary>
    /// <exception cref="ArgumentException">The text is no key.</exception>
    public static (DeviceId Device, Jid Jid) Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > IdLength && key[IdLength] == '/' && DeviceId.TryParse(key[..IdLength], out var device)
            && Jid.TryParse(key.AsSpan(IdLength + 1), out var jid)
            ? (device, jid)
            : throw new ArgumentException("The text is not the key of a contact.", nameof(key));
    }
}
