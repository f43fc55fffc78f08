namespace Wuts.Api.WutsRest;

/// <summary>
/// A table of short texts and the bytes that belong to them, which stand next to each other in memory: looking many of them up
/// touches as little of it as possible. It only grows. One writer at a time; readers never wait.
/// </summary>
internal sealed class ResolvedTable
{
    /// <summary>Entries that are kept at most.</summary>
    public const int MaxItems = 8192;

    /// <summary>No place of an entry is as high.</summary>
    public const int MaxPlaces = MaxItems * 2;

    private const int FirstPlaces = 64;
    private const int FirstChunk = 4 * 1024;
    private const int LargestChunk = 64 * 1024;

    private readonly Lock _writing = new();
    private volatile Content _content = new(new Slot[FirstPlaces], [new byte[FirstChunk]]);
    private int _count;
    private int _used;
    private long _bytes = FirstChunk;

    /// <summary>How many bytes the table holds.</summary>
    public long Bytes => Volatile.Read(ref _bytes) + (_content.Places * Slot.Size);

    /// <summary>Whether nothing is added any more.</summary>
    public bool IsFull => Volatile.Read(ref _count) >= MaxItems;

    /// <summary>What is in it now, and perhaps some of what is added meanwhile.</summary>
    public Content Read() => _content;

    /// <summary>Adds an entry, unless it is there, is too large to be worth it, or the table is full.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length + value.Length > LargestChunk / 4)
        {
            return;
        }

        lock (_writing)
        {
            if (_count < MaxItems && !_content.TryFind(key, out _, out _))
            {
                MakeRoom(key.Length + value.Length);
                _content.Add(key, value, _used);
                _used += key.Length + value.Length;
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }

    // Half of the places stay free, so that a search is short.
    private void MakeRoom(int length)
    {
        if (_count * 2 >= _content.Places)
        {
            _content = _content.Widen();
        }

        var last = _content.Chunks[^1].Length;
        if (_used + length > last)
        {
            var chunk = new byte[Math.Max(Math.Min(last * 2, LargestChunk), length)];
            _content = _content.With(chunk);
            _used = 0;
            Volatile.Write(ref _bytes, _bytes + chunk.Length);
        }
    }

    /// <summary>The places and the bytes they point to.</summary>
    internal sealed class Content(Slot[] slots, byte[][] chunks)
    {
        /// <summary>How many places there are: a power of two.</summary>
        public int Places => slots.Length;

        /// <summary>The bytes, the newest last.</summary>
        public byte[][] Chunks => chunks;

        /// <summary>Looks an entry up.</summary>
        public bool TryFind(ReadOnlySpan<byte> key, out ResolvedItem item, out int place)
        {
            var hash = HashOf(key);
            for (place = hash & (slots.Length - 1); ; place = (place + 1) & (slots.Length - 1))
            {
                ref var slot = ref slots[place];
                var chunk = Volatile.Read(ref slot.Chunk);
                if (chunk == 0)
                {
                    item = default;
                    return false;
                }

                // A chunk that came after this was read is for the next reader.
                if (slot.Hash == hash && chunk <= chunks.Length
                    && chunks[chunk - 1].AsSpan(slot.Start, slot.KeyLength).SequenceEqual(key))
                {
                    item = new ResolvedItem(chunks[chunk - 1], slot.Start + slot.KeyLength, slot.ValueLength);
                    return true;
                }
            }
        }

        /// <summary>Adds an entry to the newest chunk; readers see it when it is complete.</summary>
        public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int start)
        {
            key.CopyTo(chunks[^1].AsSpan(start));
            value.CopyTo(chunks[^1].AsSpan(start + key.Length));
            Place(slots, new Slot { Hash = HashOf(key), Start = start, KeyLength = (ushort)key.Length, ValueLength = (ushort)value.Length }, chunks.Length);
        }

        /// <summary>The same with twice as many places.</summary>
        public Content Widen()
        {
            var wider = new Slot[slots.Length * 2];
            foreach (var slot in slots)
            {
                if (slot.Chunk != 0)
                {
                    Place(wider, slot with { Chunk = 0 }, slot.Chunk);
                }
            }

            return new Content(wider, chunks);
        }

        /// <summary>The same with another chunk.</summary>
        public Content With(byte[] chunk) => new(slots, [.. chunks, chunk]);

        private static void Place(Slot[] slots, Slot slot, int chunk)
        {
            var place = slot.Hash & (slots.Length - 1);
            while (slots[place].Chunk != 0)
            {
                place = (place + 1) & (slots.Length - 1);
            }

            slots[place] = slot;
            Volatile.Write(ref slots[place].Chunk, chunk);
        }

        // Seeded at random: what callers write cannot be made to collide.
        private static int HashOf(ReadOnlySpan<byte> key)
        {
            var hash = new HashCode();
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }

    /// <summary>Where an entry is.</summary>
    internal record struct Slot
    {
        public const int Size = 16;

        public int Hash;

        /// <summary>Number of the chunk, counted from one; 0 for a free place. Written last.</summary>
        public int Chunk;

        public int Start;

        public ushort KeyLength;

        public ushort ValueLength;
    }
}
