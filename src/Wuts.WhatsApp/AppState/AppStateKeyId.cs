using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Name of an app-state key: opaque bytes, in practice 6 of them, a big-endian device number and epoch. Sync section 3.4.
/// </summary>
public readonly struct AppStateKeyId : IEquatable<AppStateKeyId>
{
    /// <summary>Longest id that is accepted, in bytes.</summary>
    public const int MaxSize = 64;

    private readonly byte[]? _bytes;

    /// <summary>Copies the bytes of an id.</summary>
    /// <exception cref="ArgumentException">No bytes, or more than <see cref="MaxSize"/>.</exception>
    public AppStateKeyId(ReadOnlySpan<byte> bytes)
    {
        if (!IsValid(bytes))
        {
            throw new ArgumentException("A key id has 1 to 64 bytes.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes; empty only for <c>default</c>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The epoch of a 6-byte id, which says which of two keys is newer; 0 for other ids.</summary>
    public uint Epoch => _bytes is { Length: 6 } ? BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(2)) : 0;

    /// <summary>The device of a 6-byte id that made the key; 0 for other ids.</summary>
    public ushort Device => _bytes is { Length: 6 } ? BinaryPrimitives.ReadUInt16BigEndian(_bytes) : (ushort)0;

    /// <summary>Whether bytes can be an id.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => bytes.Length is > 0 and <= MaxSize;

    /// <inheritdoc/>
    public bool Equals(AppStateKeyId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AppStateKeyId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash(Bytes);

    /// <summary>Lower-case hexadecimal text. An id is no secret.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Whether both are the same bytes.</summary>
    public static bool operator ==(AppStateKeyId left, AppStateKeyId right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(AppStateKeyId left, AppStateKeyId right) => !left.Equals(right);

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lets a table keyed by ids be searched with bytes as they stand in a record.</summary>
    internal sealed class Comparer : IEqualityComparer<AppStateKeyId>, IAlternateEqualityComparer<ReadOnlySpan<byte>, AppStateKeyId>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(AppStateKeyId x, AppStateKeyId y) => x.Equals(y);

        public int GetHashCode([DisallowNull] AppStateKeyId obj) => obj.GetHashCode();

        public AppStateKeyId Create(ReadOnlySpan<byte> alternate) => new(alternate);

        public bool Equals(ReadOnlySpan<byte> alternate, AppStateKeyId other) => alternate.SequenceEqual(other.Bytes);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => Hash(alternate);
    }
}
