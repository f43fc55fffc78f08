using System.Buffers;
using System.Security.Cryptography;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Verifies and decrypts records. Keeps the keyed primitives and two scratch buffers between records, so that decoding a
/// snapshot allocates only what the records hold. Not thread-safe; one instance per operation. Sync section 3.5.
/// </summary>
internal sealed class MutationDecoder(AppStateKeyRing ring) : IDisposable
{
    private const int BlockSize = 16;

    private readonly Dictionary<AppStateKeyId, KeyedPrimitives> _primitives = new(AppStateKeyId.Comparer.Instance);
    private readonly PayloadArena _arena = new();
    private KeyedPrimitives? _current;
    private byte[] _encrypted = ArrayPool<byte>.Shared.Rent(1024);
    private byte[] _plain = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>Checks the value MAC, decrypts, and checks that the index inside is the one the record is named after.</summary>
    /// <exception cref="WireFormatException">The MAC is right, but what is inside is no action data.</exception>
    public MutationFault TryDecode(MutationOperation operation, EncryptedRecord record, out AppStateRecord decoded)
    {
        decoded = default;
        if (!TryUseKey(record.KeyId, out var key))
        {
            return MutationFault.MissingKey;
        }

        var valueMac = key.ComputeValueMac(operation, record.Content);
        if (!valueMac.Matches(record.ValueMac))
        {
            return MutationFault.ValueMac;
        }

        var data = ActionData.Read(Decrypt(key, record.Content));
        var indexMac = key.ComputeIndexMac(data.Index);
        if (!indexMac.Matches(record.IndexMac))
        {
            return MutationFault.IndexMac;
        }

        decoded = NewRecord(key, indexMac, valueMac, data);
        return MutationFault.None;
    }

    /// <summary>Makes a record of data that came decrypted, from the phone: its name is computed, its value MAC taken as stated.</summary>
    /// <returns>Whether the key is known.</returns>
    public bool TryName(ReadOnlySpan<byte> keyId, ActionData data, AppStateMac valueMac, out AppStateRecord record)
    {
        record = default;
        if (!TryUseKey(keyId, out var key))
        {
            return false;
        }

        record = NewRecord(key, key.ComputeIndexMac(data.Index), valueMac, data);
        return true;
    }

    /// <summary>The index MAC of a logical index under each known key, which is how records of the same entry are found.</summary>
    public void AddIndexMacs(ReadOnlySpan<byte> index, ICollection<AppStateMac> macs)
    {
        foreach (var id in ring.Ids)
        {
            if (TryUseKey(id.Bytes, out var key))
            {
                macs.Add(key.ComputeIndexMac(index));
            }
        }
    }

    /// <summary>The same for the entry of a decoded record, whose own index MAC need not be computed again.</summary>
    public void AddIndexMacs(in AppStateRecord record, ICollection<AppStateMac> macs)
    {
        foreach (var id in ring.Ids)
        {
            if (id == record.KeyId)
            {
                macs.Add(record.IndexMac);
            }
            else if (TryUseKey(id.Bytes, out var key))
            {
                macs.Add(key.ComputeIndexMac(record.Index.Span));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _primitives.Values)
        {
            key.Dispose();
        }

        _primitives.Clear();
        _current = null;
        ArrayPool<byte>.Shared.Return(_encrypted);
        ArrayPool<byte>.Shared.Return(_plain, clearArray: true);
        _encrypted = _plain = [];
    }

    private AppStateRecord NewRecord(KeyedPrimitives key, AppStateMac indexMac, AppStateMac valueMac, ActionData data) => new()
    {
        IndexMac = indexMac,
        ValueMac = valueMac,
        KeyId = key.Id,
        Index = _arena.Store(data.Index),
        Value = _arena.Store(data.Value),
        ActionVersion = data.Version,
    };

    private bool TryUseKey(ReadOnlySpan<byte> id, out KeyedPrimitives key)
    {
        if (_current is { } current && id.SequenceEqual(current.Id.Bytes))
        {
            key = current;
            return true;
        }

        var known = _primitives.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!known.TryGetValue(id, out key!))
        {
            if (!ring.TryGet(id, out var keys))
            {
                return false;
            }

            key = new KeyedPrimitives(keys);
            _primitives.Add(key.Id, key);
        }

        _current = key;
        return true;
    }

    private ReadOnlySpan<byte> Decrypt(KeyedPrimitives key, ReadOnlySpan<byte> content)
    {
        if (_encrypted.Length < content.Length)
        {
            ArrayPool<byte>.Shared.Return(_encrypted);
            ArrayPool<byte>.Shared.Return(_plain, clearArray: true);
            _encrypted = ArrayPool<byte>.Shared.Rent(content.Length);
            _plain = ArrayPool<byte>.Shared.Rent(content.Length);
        }

        content.CopyTo(_encrypted);
        key.Decrypt(_encrypted, _plain, content.Length);
        var padded = _plain.AsSpan(BlockSize, content.Length - BlockSize);
        var padding = padded[^1];
        if (padding is 0 or > BlockSize || padded[^padding..].ContainsAnyExcept(padding))
        {
            throw new WireFormatException("The padding of a record is wrong.", content.Length);
        }

        return padded[..^padding];
    }

    /// <summary>The MACs and the cipher of one key, set up once.</summary>
    private sealed class KeyedPrimitives : IDisposable
    {
        private readonly IncrementalHash _indexMac;
        private readonly IncrementalHash _valueMac;
        private readonly Aes _aes;
        private readonly ICryptoTransform _decryptor;

        public KeyedPrimitives(MutationKeys keys)
        {
            Id = keys.Id;
            _indexMac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.IndexKey);
            _valueMac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, keys.ValueMacKey);
            _aes = Aes.Create();
            _aes.SetKey(keys.ValueEncryptionKey);
            _aes.Mode = CipherMode.CBC;
            _aes.Padding = PaddingMode.None;
            _decryptor = _aes.CreateDecryptor();
        }

        public AppStateKeyId Id { get; }

        public AppStateMac ComputeValueMac(MutationOperation operation, ReadOnlySpan<byte> content) =>
            AppStateMacs.Value(_valueMac, operation, Id.Bytes, content);

        public AppStateMac ComputeIndexMac(ReadOnlySpan<byte> index)
        {
            _indexMac.AppendData(index);
            Span<byte> mac = stackalloc byte[AppStateMac.Size];
            _indexMac.GetHashAndReset(mac);
            return new AppStateMac(mac);
        }

        // The IV goes through the cipher as if it were the first block of ciphertext: CBC then chains from it, whatever the
        // block before was, and one transform serves all records. The first block of output means nothing.
        public void Decrypt(byte[] ivAndCiphertext, byte[] plain, int length) =>
            _decryptor.TransformBlock(ivAndCiphertext, 0, length, plain, 0);

        public void Dispose()
        {
            _indexMac.Dispose();
            _valueMac.Dispose();
            _decryptor.Dispose();
            _aes.Dispose();
        }
    }
}
