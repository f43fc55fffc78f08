using System.Security.Cryptography;

namespace Wuts.WhatsApp.AppState;

/// <summary>The five keys that one app-state key expands to. Sync section 3.4.</summary>
internal sealed class MutationKeys
{
    private const int KeySize = 32;
    private readonly byte[] _expanded = new byte[5 * KeySize];

    /// <summary>Expands 32 bytes of key data.</summary>
    public MutationKeys(AppStateKeyId id, ReadOnlySpan<byte> keyData)
    {
        Id = id;
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keyData, _expanded, salt: default, "WhatsApp Mutation Keys"u8);
    }

    public AppStateKeyId Id { get; }

    /// <summary>Keys the MAC over an index, which names the record.</summary>
    public ReadOnlySpan<byte> IndexKey => Part(0);

    /// <summary>AES-256-CBC key of the record's content.</summary>
    public ReadOnlySpan<byte> ValueEncryptionKey => Part(1);

    /// <summary>Keys the MAC over the encrypted content.</summary>
    public ReadOnlySpan<byte> ValueMacKey => Part(2);

    /// <summary>Keys the MAC over the hash of the whole collection.</summary>
    public ReadOnlySpan<byte> SnapshotMacKey => Part(3);

    /// <summary>Keys the MAC over a patch.</summary>
    public ReadOnlySpan<byte> PatchMacKey => Part(4);

    private ReadOnlySpan<byte> Part(int index) => _expanded.AsSpan(index * KeySize, KeySize);
}
