using Google.Protobuf;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// The 33-byte form that public keys have inside Signal messages and in what is signed: the type byte <c>05</c>, then the
/// X25519 key. Everywhere else keys are bare 32 bytes. Sync section 1.6.
/// </summary>
internal static class PublicKeys
{
    /// <summary>The type byte of X25519 keys.</summary>
    public const byte Type = 0x05;

    /// <summary>Size of the form with type byte.</summary>
    public const int WireSize = 1 + X25519.KeySize;

    /// <summary>Writes the form with type byte into 33 bytes.</summary>
    public static void Write(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        destination[0] = Type;
        key.CopyTo(destination[1..]);
    }

    /// <summary>The form with type byte.</summary>
    public static byte[] ToWire(ReadOnlySpan<byte> key)
    {
        var wire = new byte[WireSize];
        Write(key, wire);
        return wire;
    }

    /// <summary>The bare key of a field in the form with type byte.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.Malformed"/>: wrong length;
    /// <see cref="SignalFailure.InvalidKey"/>: another type.</exception>
    public static byte[] FromWire(ByteString field)
    {
        var wire = field.Span;
        if (wire.Length != WireSize)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        if (wire[0] != Type)
        {
            SignalException.Throw(SignalFailure.InvalidKey);
        }

        return wire[1..].ToArray();
    }
}
