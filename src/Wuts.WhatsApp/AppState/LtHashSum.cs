using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// What many records, added and taken out, do to an <see cref="LtHash"/>: most of the work of a snapshot. Eight value MACs at a
/// time go through the HKDF of <see cref="LtHash.Expand"/>. Not thread-safe. Sync section 3.6.
/// </summary>
internal sealed class LtHashSum
{
    private const int MacWords = AppStateMac.Size / sizeof(uint);
    private const int SumWords = LtHash.Size / sizeof(uint);
    private const uint InnerPad = 0x36363636;
    private const uint OuterPad = 0x5C5C5C5C;

    private static readonly Vector256<uint>[] UnsaltedInner = AfterKey([], InnerPad);
    private static readonly Vector256<uint>[] UnsaltedOuter = AfterKey([], OuterPad);

    private readonly AppStateMac[] _waiting = new AppStateMac[Sha256Lanes.Count];

    // The 16-bit lanes of the hash, apart for each place of a batch; they come together at the end.
    private readonly Vector256<ushort>[] _sums = new Vector256<ushort>[SumWords];
    private readonly LtHash _alone = new();
    private int _count;

    // One bit for each waiting MAC that is to be taken out.
    private uint _subtracted;

    private static ReadOnlySpan<byte> Info => "WhatsApp Patch Integrity"u8;

    /// <summary>Adds a record by its value MAC.</summary>
    public void Add(AppStateMac valueMac)
    {
        _waiting[_count++] = valueMac;
        if (_count == _waiting.Length)
        {
            Flush();
        }
    }

    /// <summary>Takes a record out by its value MAC.</summary>
    public void Subtract(AppStateMac valueMac)
    {
        _subtracted |= 1u << _count;
        Add(valueMac);
    }

    /// <summary>The sum so far: the hash of a collection that holds just these records.</summary>
    public LtHash ToLtHash()
    {
        Flush();
        Span<byte> bytes = stackalloc byte[LtHash.Size];
        for (var word = 0; word < SumWords; word++)
        {
            int even = 0, odd = 0;
            for (var place = 0; place < Vector256<ushort>.Count; place += 2)
            {
                even += _sums[word][place];
                odd += _sums[word][place + 1];
            }

            var lanes = bytes[(word * sizeof(uint))..];
            BinaryPrimitives.WriteUInt16LittleEndian(lanes, unchecked((ushort)even));
            BinaryPrimitives.WriteUInt16LittleEndian(lanes[sizeof(ushort)..], unchecked((ushort)odd));
        }

        var sum = new LtHash(bytes);
        sum.Add(_alone);
        return sum;
    }

    private void Flush()
    {
        var macs = _waiting.AsSpan(0, _count);
        var subtracted = _subtracted;
        _count = 0;
        _subtracted = 0;
        if (macs.Length > 1 && Sha256Lanes.IsFast && BitConverter.IsLittleEndian)
        {
            ExpandTogether(macs, subtracted);
            return;
        }

        for (var place = 0; place < macs.Length; place++)
        {
            if ((subtracted >> place & 1) == 0)
            {
                _alone.Add(macs[place]);
            }
            else
            {
                _alone.Subtract(macs[place]);
            }
        }
    }

    // HKDF (RFC 5869): one HMAC to extract, then one for each part of the output, over the part before, the info and a number.
    private void ExpandTogether(ReadOnlySpan<AppStateMac> macs, uint subtracted)
    {
        Span<Vector256<uint>> message = stackalloc Vector256<uint>[2 * Sha256Lanes.BlockWords];
        Span<Vector256<uint>> digest = stackalloc Vector256<uint>[MacWords];
        Transpose(macs, message);
        Hmac(UnsaltedInner, UnsaltedOuter, message, AppStateMac.Size, digest);

        var inner = AfterKey(digest, InnerPad);
        var outer = AfterKey(digest, OuterPad);
        var taken = Places(subtracted);
        var added = Places((1u << macs.Length) - 1) & ~taken;
        for (var part = 0; part < SumWords / MacWords; part++)
        {
            var words = 0;
            if (part > 0)
            {
                digest.CopyTo(message);
                words = MacWords;
            }

            for (var at = 0; at < Info.Length; at += sizeof(uint))
            {
                message[words++] = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(Info[at..]));
            }

            message[words] = Vector256.Create((uint)(part + 1) << 24);
            Hmac(inner, outer, message, (words * sizeof(uint)) + 1, digest);
            for (var word = 0; word < MacWords; word++)
            {
                var lanes = InByteOrder(digest[word]);
                ref var sum = ref _sums[(part * MacWords) + word];
                sum += (lanes & added).AsUInt16();
                sum -= (lanes & taken).AsUInt16();
            }
        }
    }

    /// <summary>HMACs of a message that begins after the block of the key.</summary>
    /// <param name="inner">State after the key of the inner hash.</param>
    /// <param name="outer">State after the key of the outer hash.</param>
    /// <param name="message">Its words, with room for two blocks; used up. Bytes of the last word behind the message are 0.</param>
    /// <param name="length">Bytes of the message, fewer than fit with the padding.</param>
    /// <param name="digest">Receives 8 words.</param>
    private static void Hmac(
        ReadOnlySpan<Vector256<uint>> inner, ReadOnlySpan<Vector256<uint>> outer, Span<Vector256<uint>> message, int length,
        Span<Vector256<uint>> digest)
    {
        inner.CopyTo(digest);
        HashEnd(digest, message, length);
        digest.CopyTo(message);
        outer.CopyTo(digest);
        HashEnd(digest, message, AppStateMac.Size);
    }

    // The padding of SHA-256: a bit, zeros, and the number of bits, those of the key's block included.
    private static void HashEnd(Span<Vector256<uint>> state, Span<Vector256<uint>> message, int length)
    {
        const int BlockBytes = Sha256Lanes.BlockWords * sizeof(uint);
        var blocks = (length + sizeof(ulong) + BlockBytes) / BlockBytes;
        message = message[..(blocks * Sha256Lanes.BlockWords)];
        var (word, offset) = Math.DivRem(length, sizeof(uint));
        message[(word + (offset > 0 ? 1 : 0))..].Clear();
        message[word] |= Vector256.Create(0x80000000 >> (8 * offset));
        message[^1] = Vector256.Create((uint)(BlockBytes + length) * 8);
        for (; message.Length > 0; message = message[Sha256Lanes.BlockWords..])
        {
            Sha256Lanes.Compress(state, message);
        }
    }

    /// <summary>The state after the one block that holds the key, at most 16 words of it.</summary>
    private static Vector256<uint>[] AfterKey(ReadOnlySpan<Vector256<uint>> key, uint pad)
    {
        Span<Vector256<uint>> block = stackalloc Vector256<uint>[Sha256Lanes.BlockWords];
        block.Fill(Vector256.Create(pad));
        for (var i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }

        var state = new Vector256<uint>[Sha256Lanes.StateWords];
        Sha256Lanes.Start(state);
        Sha256Lanes.Compress(state, block);
        return state;
    }

    // The same word of all MACs side by side; places without one get zeros.
    private static void Transpose(ReadOnlySpan<AppStateMac> macs, Span<Vector256<uint>> words)
    {
        Span<byte> mac = stackalloc byte[AppStateMac.Size];
        Span<uint> lanes = stackalloc uint[MacWords * Sha256Lanes.Count];
        lanes.Clear();
        for (var place = 0; place < macs.Length; place++)
        {
            macs[place].CopyTo(mac);
            for (var word = 0; word < MacWords; word++)
            {
                lanes[(word * Sha256Lanes.Count) + place] = BinaryPrimitives.ReadUInt32BigEndian(mac[(word * sizeof(uint))..]);
            }
        }

        for (var word = 0; word < MacWords; word++)
        {
            words[word] = Vector256.Create<uint>(lanes.Slice(word * Sha256Lanes.Count, Sha256Lanes.Count));
        }
    }

    // All bits of the places whose bit is set.
    private static Vector256<uint> Places(uint bits)
    {
        var own = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create(bits) & own, own);
    }

    // SHA-256 writes its words with the highest byte first.
    private static Vector256<uint> InByteOrder(Vector256<uint> word) => Vector256.Shuffle(
        word.AsByte(),
        Vector256.Create(
            (byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            19, 18, 17, 16, 23, 22, 21, 20, 27, 26, 25, 24, 31, 30, 29, 28)).AsUInt32();
}
