using System.Buffers.Binary;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// Message key seeds of messages that a chain has passed but that have not arrived. Immutable; one flat array of entries,
/// ascending by counter, so that keeping, finding and storing them costs no object per key.
/// </summary>
internal readonly struct SkippedKeys
{
    /// <summary>Size of one entry: counter as u32 big endian, seed.</summary>
    public const int EntrySize = sizeof(uint) + ChainKey.Size;

    private readonly ReadOnlyMemory<byte> _entries;

    private SkippedKeys(ReadOnlyMemory<byte> entries) => _entries = entries;

    /// <summary>Number of keys.</summary>
    public int Count => _entries.Length / EntrySize;

    /// <summary>The entries as they are stored.</summary>
    public ReadOnlyMemory<byte> Encoded => _entries;

    /// <summary>Reads stored entries.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.Malformed"/>: not whole entries in ascending order.</exception>
    public static SkippedKeys Decode(ReadOnlyMemory<byte> entries)
    {
        var keys = new SkippedKeys(entries);
        if (entries.Length % EntrySize != 0)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        for (var i = 1; i < keys.Count; i++)
        {
            if (keys.CounterAt(i - 1) >= keys.CounterAt(i))
            {
                SignalException.Throw(SignalFailure.Malformed);
            }
        }

        return keys;
    }

    /// <summary>Writes the counter of a new entry and returns the place for its seed.</summary>
    public static Span<byte> Prepare(Span<byte> entry, uint counter)
    {
        BinaryPrimitives.WriteUInt32BigEndian(entry, counter);
        return entry.Slice(sizeof(uint), ChainKey.Size);
    }

    /// <summary>With entries behind the present ones, and without the oldest that are too many.</summary>
    public SkippedKeys Append(ReadOnlySpan<byte> entries)
    {
        var total = Count + (entries.Length / EntrySize);
        var dropped = Math.Max(0, total - SignalLimits.MaxSkippedKeys) * EntrySize;
        var kept = _entries.Span[Math.Min(dropped, _entries.Length)..];
        var joined = new byte[kept.Length + entries.Length];
        kept.CopyTo(joined);
        entries.CopyTo(joined.AsSpan(kept.Length));
        return new SkippedKeys(joined);
    }

    /// <summary>Finds and takes out the seed of a message.</summary>
    public bool TryTake(uint counter, Span<byte> seed, out SkippedKeys without)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = CounterAt(middle);
            if (found == counter)
            {
                without = RemoveAt(middle, seed);
                return true;
            }

            (low, high) = found < counter ? (middle + 1, high) : (low, middle - 1);
        }

        without = this;
        return false;
    }

    private SkippedKeys RemoveAt(int index, Span<byte> seed)
    {
        var entries = _entries.Span;
        entries.Slice((index * EntrySize) + sizeof(uint), ChainKey.Size).CopyTo(seed);
        var rest = new byte[entries.Length - EntrySize];
        entries[..(index * EntrySize)].CopyTo(rest);
        entries[((index + 1) * EntrySize)..].CopyTo(rest.AsSpan(index * EntrySize));
        return new SkippedKeys(rest);
    }

    private uint CounterAt(int index) => BinaryPrimitives.ReadUInt32BigEndian(_entries.Span[(index * EntrySize)..]);
}
