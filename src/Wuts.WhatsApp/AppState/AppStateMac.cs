using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A 32-byte MAC kept in place: the index MAC that names a record, or the value MAC that goes into the hash of a collection.
/// </summary>
/// <remarks>
/// <see cref="Equals(AppStateMac)"/> serves look-ups and is not constant-time; to verify a MAC use <c>Matches</c>.
/// </remarks>
public readonly struct AppStateMac : IEquatable<AppStateMac>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Copies 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public AppStateMac(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException("A MAC has 32 bytes.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _a);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Compares with the given bytes in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> bytes)
    {
        Span<byte> own = stackalloc byte[Size];
        CopyTo(own);
        return CryptographicOperations.FixedTimeEquals(own, bytes);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(AppStateMac other)
    {
        Span<byte> bytes = stackalloc byte[Size];
        other.CopyTo(bytes);
        return Matches(bytes);
    }

    /// <inheritdoc/>
    public bool Equals(AppStateMac other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AppStateMac other && Equals(other);

    /// <summary>A hash with a seed per process: index MACs come from outside, also before they are verified.</summary>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Lower-case hexadecimal text.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Whether both are the same bytes.</summary>
    public static bool operator ==(AppStateMac left, AppStateMac right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(AppStateMac left, AppStateMac right) => !left.Equals(right);
}
