using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// The additive hash of a collection: 64 unsigned 16-bit little-endian lanes to which the expansion of every record's value
/// MAC is added, so that a record can be taken out again and order does not matter. Sync section 3.6.
/// </summary>
internal sealed class LtHash
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 128;

    private readonly byte[] _lanes;

    /// <summary>The hash of an empty collection.</summary>
    public LtHash() => _lanes = new byte[Size];

    /// <summary>Continues from stored bytes, which are copied.</summary>
    /// <exception cref="ArgumentException">Not 128 bytes.</exception>
    public LtHash(ReadOnlySpan<byte> stored)
    {
        if (stored.Length != Size)
        {
            throw new ArgumentException("The hash of a collection has 128 bytes.", nameof(stored));
        }

        _lanes = stored.ToArray();
    }

    /// <summary>The 128 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _lanes;

    /// <summary>Adds a record by its value MAC.</summary>
    public void Add(AppStateMac valueMac)
    {
        Span<byte> expanded = stackalloc byte[Size];
        Expand(valueMac, expanded);
        AddLanes(expanded);
    }

    /// <summary>Takes a record out by its value MAC.</summary>
    public void Subtract(AppStateMac valueMac)
    {
        Span<byte> expanded = stackalloc byte[Size];
        Expand(valueMac, expanded);
        SubtractLanes(expanded);
    }

    /// <summary>Adds everything that another hash contains.</summary>
    public void Add(LtHash other) => AddLanes(other._lanes);

    /// <summary>Takes out everything that another hash contains.</summary>
    public void Subtract(LtHash other) => SubtractLanes(other._lanes);

    /// <summary>Stretches a value MAC to 128 bytes.</summary>
    public static void Expand(AppStateMac valueMac, Span<byte> expanded)
    {
        Span<byte> mac = stackalloc byte[AppStateMac.Size];
        valueMac.CopyTo(mac);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, mac, expanded[..Size], salt: default, "WhatsApp Patch Integrity"u8);
    }

    private void AddLanes(ReadOnlySpan<byte> addend)
    {
        if (BitConverter.IsLittleEndian)
        {
            var sum = MemoryMarshal.Cast<byte, Vector128<ushort>>(_lanes.AsSpan());
            var terms = MemoryMarshal.Cast<byte, Vector128<ushort>>(addend);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += terms[i];
            }

            return;
        }

        for (var i = 0; i < Size; i += sizeof(ushort))
        {
            var lane = BinaryPrimitives.ReadUInt16LittleEndian(_lanes.AsSpan(i)) + BinaryPrimitives.ReadUInt16LittleEndian(addend[i..]);
            BinaryPrimitives.WriteUInt16LittleEndian(_lanes.AsSpan(i), unchecked((ushort)lane));
        }
    }

    private void SubtractLanes(ReadOnlySpan<byte> subtrahend)
    {
        if (BitConverter.IsLittleEndian)
        {
            var difference = MemoryMarshal.Cast<byte, Vector128<ushort>>(_lanes.AsSpan());
            var terms = MemoryMarshal.Cast<byte, Vector128<ushort>>(subtrahend);
            for (var i = 0; i < difference.Length; i++)
            {
                difference[i] -= terms[i];
            }

            return;
        }

        for (var i = 0; i < Size; i += sizeof(ushort))
        {
            var lane = BinaryPrimitives.ReadUInt16LittleEndian(_lanes.AsSpan(i)) - BinaryPrimitives.ReadUInt16LittleEndian(subtrahend[i..]);
            BinaryPrimitives.WriteUInt16LittleEndian(_lanes.AsSpan(i), unchecked((ushort)lane));
        }
    }
}
