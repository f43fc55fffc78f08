using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>Ids of messages that this device sends: <c>3EB0</c>, then 18 hexadecimal digits. Sync section 0.3.</summary>
internal static class MessageIds
{
    private const string WebPrefix = "3EB0";
    private const int DigestSize = 9;
    private const int SaltSize = 16;

    /// <summary>A new id, derived from time, own address and randomness.</summary>
    public static string Create(Jid ownDevice, DateTimeOffset now, IEntropySource entropy)
    {
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, now.ToUnixTimeSeconds());
        Span<byte> salt = stackalloc byte[SaltSize];
        entropy.Fill(salt);
        var digest = SHA256.HashData([.. time, .. Encoding.UTF8.GetBytes(ownDevice.ToString()), .. salt]);
        return WebPrefix + Convert.ToHexString(digest.AsSpan(0, DigestSize));
    }
}
