using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Wuts.WhatsApp.Crypto;

/// <summary>
/// An integer modulo p = 2^255 − 19 in five limbs of 51 bits. Nothing here branches on or indexes by a value, so every operation
/// takes the same time for every operand.
/// </summary>
/// <remarks>
/// Limbs may grow beyond 51 bits between multiplications. A product, a square and a loaded value are <i>tight</i>: every limb is
/// below 2^51 + 2^26. Sums and differences do not carry. A subtraction takes tight values and sums of up to three of them; its result
/// may be multiplied or stored, but not subtracted from or by again before <see cref="Tighten"/>. Debug builds assert it.
/// </remarks>
internal readonly partial struct FieldElement
{
    /// <summary>Length of the encoding in bytes.</summary>
    public const int Size = 32;

    private const int LimbBits = 51;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;
    private readonly ulong _l4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
    }

    /// <summary>The number 0.</summary>
    public static FieldElement Zero => default;

    /// <summary>The number 1.</summary>
    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>A small constant.</summary>
    public static FieldElement FromSmall(uint value) => new(value, 0, 0, 0, 0);

    /// <summary>
    /// Reads 32 bytes, little endian. Bit 255 is ignored and values from p up to 2^255 − 1 are taken modulo p, as RFC 7748 section 5
    /// asks for.
    /// </summary>
    public static FieldElement Load(ReadOnlySpan<byte> source)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(source);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]);
        return new FieldElement(
            w0 & LimbMask,
            ((w0 >> 51) | (w1 << 13)) & LimbMask,
            ((w1 >> 38) | (w2 << 26)) & LimbMask,
            ((w2 >> 25) | (w3 << 39)) & LimbMask,
            (w3 >> 12) & LimbMask);
    }

    /// <summary>Writes the one encoding below p: 32 bytes, little endian, bit 255 clear.</summary>
    public void Store(Span<byte> destination)
    {
        // After two passes no limb exceeds 2^51 + 18, so the value is below 2p.
        var t = Tighten().Tighten();

        // The carry out of value + 19 at bit 255 tells whether the value is at least p.
        var q = (t._l0 + 19) >> LimbBits;
        q = (t._l1 + q) >> LimbBits;
        q = (t._l2 + q) >> LimbBits;
        q = (t._l3 + q) >> LimbBits;
        q = (t._l4 + q) >> LimbBits;

        // value − q·p = value + 19·q, modulo 2^255.
        var l0 = t._l0 + (19 * q);
        var l1 = t._l1 + (l0 >> LimbBits);
        var l2 = t._l2 + (l1 >> LimbBits);
        var l3 = t._l3 + (l2 >> LimbBits);
        var l4 = t._l4 + (l3 >> LimbBits);
        l0 &= LimbMask;
        l1 &= LimbMask;
        l2 &= LimbMask;
        l3 &= LimbMask;
        l4 &= LimbMask;
        BinaryPrimitives.WriteUInt64LittleEndian(destination, l0 | (l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (l1 >> 13) | (l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (l2 >> 26) | (l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (l3 >> 39) | (l4 << 12));
    }

    /// <summary>The sum, without carrying.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement a, in FieldElement b) =>
        new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);

    /// <summary>The difference, as a + 4p − b so that no limb falls below zero, without carrying.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        const ulong FourP0 = (1UL << 53) - 76;
        const ulong FourP = (1UL << 53) - 4;
        a.AssertLimbsBelow(FourP0);
        b.AssertLimbsBelow(FourP0);
        return new FieldElement(
            a._l0 + FourP0 - b._l0,
            a._l1 + FourP - b._l1,
            a._l2 + FourP - b._l2,
            a._l3 + FourP - b._l3,
            a._l4 + FourP - b._l4);
    }

    /// <summary>The tight negative of a tight value.</summary>
    public static FieldElement operator -(in FieldElement a) => (Zero - a).Tighten();

    /// <summary>The same value with tight limbs.</summary>
    public FieldElement Tighten() => Carry(_l0, _l1, _l2, _l3, _l4);

    /// <summary>1 when the value is odd after full reduction, which the point encodings call negative; otherwise 0.</summary>
    public int SignBit()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Store(bytes);
        return bytes[0] & 1;
    }

    /// <summary>Whether the value is 0 modulo p. Only for public data, as callers branch on it.</summary>
    public bool IsZero()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Store(bytes);
        return !bytes.ContainsAnyExcept((byte)0);
    }

    /// <summary>The second value when <paramref name="second"/> is 1, the first when it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement Select(in FieldElement a, in FieldElement b, ulong second)
    {
        var mask = 0 - second;
        return new FieldElement(
            a._l0 ^ (mask & (a._l0 ^ b._l0)),
            a._l1 ^ (mask & (a._l1 ^ b._l1)),
            a._l2 ^ (mask & (a._l2 ^ b._l2)),
            a._l3 ^ (mask & (a._l3 ^ b._l3)),
            a._l4 ^ (mask & (a._l4 ^ b._l4)));
    }

    /// <summary>Moves what each limb holds above 51 bits into the next one, all limbs at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) =>
        new(
            (l0 & LimbMask) + (19 * (l4 >> LimbBits)),
            (l1 & LimbMask) + (l0 >> LimbBits),
            (l2 & LimbMask) + (l1 >> LimbBits),
            (l3 & LimbMask) + (l2 >> LimbBits),
            (l4 & LimbMask) + (l3 >> LimbBits));

    [Conditional("DEBUG")]
    private void AssertLimbsBelow(ulong bound) =>
        Debug.Assert(_l0 < bound && _l1 < bound && _l2 < bound && _l3 < bound && _l4 < bound, "A limb is too large for this operation.");
}
