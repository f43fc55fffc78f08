using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// The X25519 function of RFC 7748. Time and memory access do not depend on the private key. Private keys are clamped where they
/// are used, so any 32 bytes are a valid one.
/// </summary>
public static class X25519
{
    /// <summary>Length in bytes of private keys, public keys and shared secrets.</summary>
    public const int KeySize = 32;

    private const uint A24 = 121665; // (486662 − 2) / 4, from the curve equation

    /// <summary>Writes the public key that belongs to a private key.</summary>
    /// <param name="privateKey">32 bytes, clamped or not.</param>
    /// <param name="publicKey">Receives 32 bytes; may be longer, may overlap the private key.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        CheckKey(privateKey, nameof(privateKey));
        CheckDestination(publicKey, nameof(publicKey));
        Span<byte> scalar = stackalloc byte[KeySize];
        Clamp(privateKey, scalar);
        var point = BasePoint.Multiply(scalar);
        point.ToMontgomery().Store(publicKey);
        Secrets.Clear(ref point);
        Secrets.Clear(scalar);
    }

    /// <summary>
    /// Computes the secret shared with a peer. Bit 255 of the peer's key is ignored and a key from p upward is taken modulo p, as
    /// RFC 7748 section 5 asks for.
    /// </summary>
    /// <param name="privateKey">32 bytes, clamped or not.</param>
    /// <param name="peerPublicKey">32 bytes, without a type byte.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    /// <returns>False when the peer's key has a small order. The secret is then all zeros and must not be used.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public static bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peerPublicKey, Span<byte> sharedSecret)
    {
        CheckKey(privateKey, nameof(privateKey));
        CheckKey(peerPublicKey, nameof(peerPublicKey));
        CheckDestination(sharedSecret, nameof(sharedSecret));
        Ladder(privateKey, FieldElement.Load(peerPublicKey), sharedSecret);

        var any = 0;
        foreach (var value in sharedSecret[..KeySize])
        {
            any |= value;
        }

        return any != 0;
    }

    /// <summary>Computes the secret shared with a peer; see <see cref="TryAgree"/>.</summary>
    /// <returns>The secret: 32 bytes, which the caller clears after use.</returns>
    /// <exception cref="ArgumentException">A key is not 32 bytes long.</exception>
    /// <exception cref="CryptographicException">The peer's key has a small order, which no honest peer uses.</exception>
    public static byte[] Agree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peerPublicKey)
    {
        var secret = new byte[KeySize];
        return TryAgree(privateKey, peerPublicKey, secret)
            ? secret
            : throw new CryptographicException("The peer's X25519 public key has a small order.");
    }

    /// <summary>Copies a private key and fixes its bits as RFC 7748 section 5 asks for: a multiple of 8 with bit 254 as the highest.</summary>
    internal static void Clamp(ReadOnlySpan<byte> privateKey, Span<byte> clamped)
    {
        privateKey[..KeySize].CopyTo(clamped);
        clamped[0] &= 0b1111_1000;
        clamped[31] = (byte)((clamped[31] & 0b0111_1111) | 0b0100_0000);
    }

    internal static void CheckKey(ReadOnlySpan<byte> key, string name)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException("A Curve25519 key has 32 bytes.", name);
        }
    }

    internal static void CheckDestination(Span<byte> destination, string name)
    {
        if (destination.Length < KeySize)
        {
            throw new ArgumentException("The destination is shorter than 32 bytes.", name);
        }
    }

    /// <summary>The Montgomery ladder of RFC 7748 section 5.</summary>
    internal static void Ladder(ReadOnlySpan<byte> privateKey, in FieldElement u, Span<byte> result)
    {
        Span<byte> scalar = stackalloc byte[KeySize];
        Clamp(privateKey, scalar);
        var state = new LadderState { X2 = FieldElement.One, X3 = u, Z3 = FieldElement.One };
        var swap = 0UL;
        for (var t = 254; t >= 0; t--)
        {
            var bit = (ulong)(scalar[t >> 3] >> (t & 7)) & 1;
            swap ^= bit;
            state.Step(u, swap);
            swap = bit;
        }

        // The lowest bit of a clamped scalar is 0, so nothing is left to be swapped.
        state.A = FieldElement.Invert(state.Z2);
        state.B = state.X2 * state.A;
        state.B.Store(result);

        Secrets.Clear(scalar);
        Secrets.Clear(ref state);
    }

    /// <summary>The two points of the ladder in projective coordinates and its temporaries, in one piece so that it can be cleared.</summary>
    private struct LadderState
    {
        public FieldElement X2;
        public FieldElement Z2;
        public FieldElement X3;
        public FieldElement Z3;
        public FieldElement A;
        public FieldElement B;
        public FieldElement C;
        public FieldElement D;
        public FieldElement E;
        public FieldElement F;

        /// <summary>(X2 : Z2) becomes its double, (X3 : Z3) the sum of the two, whose difference is <paramref name="u"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step(in FieldElement u, ulong swap)
        {
            A = X2 + Z2;
            B = X2 - Z2;
            C = X3 + Z3;
            D = X3 - Z3;
            E = FieldElement.Select(A, C, swap);
            F = FieldElement.Select(B, D, swap);
            D *= A;
            C *= B;
            A = FieldElement.Square(E);
            B = FieldElement.Square(F);
            E = D + C;
            F = D - C;
            X3 = FieldElement.Square(E);
            F = FieldElement.Square(F);
            Z3 = F * u;
            X2 = A * B;
            D = A - B;
            E = FieldElement.MultiplySmall(D, A24);
            E = A + E;
            Z2 = D * E;
        }
    }
}
