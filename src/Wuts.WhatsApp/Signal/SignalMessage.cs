using System.Security.Cryptography;
using Google.Protobuf;
using Proto = Wuts.WhatsApp.Protos.Signal;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// A message inside a session (<c>enc type=msg</c>): <c>33 || protobuf || 8-byte MAC</c>. Parsing checks the form only; the MAC
/// can be checked once the key is known. Sync section 1.6.
/// </summary>
internal sealed class SignalMessage
{
    private const int MacSize = 8;

    private readonly byte[] _serialized;

    private SignalMessage(byte[] serialized, byte[] ratchetKey, uint counter, ReadOnlyMemory<byte> ciphertext)
    {
        _serialized = serialized;
        RatchetKey = ratchetKey;
        Counter = counter;
        Ciphertext = ciphertext;
    }

    /// <summary>The sender's ratchet key, bare.</summary>
    public byte[] RatchetKey { get; }

    /// <summary>Place in the sender's chain, from 0.</summary>
    public uint Counter { get; }

    /// <summary>The encrypted payload.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; }

    /// <summary>The whole message as it goes into a stanza. Not a copy.</summary>
    public byte[] Serialized => _serialized;

    /// <summary>Reads a message.</summary>
    /// <exception cref="SignalException">Malformed, another version, or a key of another type.</exception>
    public static SignalMessage Parse(ReadOnlySpan<byte> serialized)
    {
        MessageVersion.Check(serialized);
        if (serialized.Length < 1 + MacSize)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        var wire = WireParser.Parse(Proto.SignalMessage.Parser, serialized[1..^MacSize]);
        if (!wire.HasRatchetKey || !wire.HasCounter || !wire.HasCiphertext)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        return new SignalMessage(serialized.ToArray(), PublicKeys.FromWire(wire.RatchetKey), wire.Counter, wire.Ciphertext.Memory);
    }

    /// <summary>Builds and authenticates a message.</summary>
    /// <param name="ratchetKey">The sender's current ratchet key, bare.</param>
    /// <param name="counter">Place in the sender's chain.</param>
    /// <param name="previousCounter">Last place used in the sender's previous chain.</param>
    /// <param name="ciphertext">The encrypted payload.</param>
    /// <param name="macKey">Key of the MAC.</param>
    /// <param name="sender">Identity key of the sender, bare.</param>
    /// <param name="receiver">Identity key of the receiver, bare.</param>
    public static SignalMessage Create(
        byte[] ratchetKey,
        uint counter,
        uint previousCounter,
        byte[] ciphertext,
        ReadOnlySpan<byte> macKey,
        ReadOnlySpan<byte> sender,
        ReadOnlySpan<byte> receiver)
    {
        // Counters are written also when they are 0.
        var wire = new Proto.SignalMessage
        {
            RatchetKey = UnsafeByteOperations.UnsafeWrap(PublicKeys.ToWire(ratchetKey)),
            Counter = counter,
            PreviousCounter = previousCounter,
            Ciphertext = UnsafeByteOperations.UnsafeWrap(ciphertext),
        };
        var size = wire.CalculateSize();
        var serialized = new byte[1 + size + MacSize];
        serialized[0] = MessageVersion.Current;
        wire.WriteTo(serialized.AsSpan(1, size));
        ComputeMac(serialized.AsSpan(0, 1 + size), macKey, sender, receiver, serialized.AsSpan(1 + size));
        return new SignalMessage(serialized, ratchetKey, counter, ciphertext);
    }

    /// <summary>Whether the MAC is right, compared in constant time.</summary>
    public bool HasValidMac(ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> receiver)
    {
        Span<byte> expected = stackalloc byte[MacSize];
        ComputeMac(_serialized.AsSpan(..^MacSize), macKey, sender, receiver, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _serialized.AsSpan(^MacSize..));
    }

    /// <summary>HMAC over both identity keys, version byte and protobuf, cut to 8 bytes.</summary>
    private static void ComputeMac(
        ReadOnlySpan<byte> versionAndProtobuf,
        ReadOnlySpan<byte> macKey,
        ReadOnlySpan<byte> sender,
        ReadOnlySpan<byte> receiver,
        Span<byte> mac)
    {
        Span<byte> identities = stackalloc byte[2 * PublicKeys.WireSize];
        PublicKeys.Write(sender, identities);
        PublicKeys.Write(receiver, identities[PublicKeys.WireSize..]);

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        hmac.AppendData(identities);
        hmac.AppendData(versionAndProtobuf);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.GetHashAndReset(full);
        full[..MacSize].CopyTo(mac);
    }
}
