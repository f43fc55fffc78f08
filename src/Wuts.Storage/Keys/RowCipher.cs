using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp;

namespace Wuts.Storage.Keys;

/// <summary>
/// Encrypts the secret columns of one owner's rows: AES-256-GCM under a key of the owner's own, bound to the place where it
/// stands, so that a value that was copied to another row, table or device does not open.
/// </summary>
/// <remarks>
/// Form: one byte of version, four of the master key's id, twelve of nonce, the ciphertext, sixteen of tag. Nonces are random;
/// as every owner has a key of its own, their number stays far below the 2^32 that are safe under one key.
/// </remarks>
internal sealed class RowCipher(MasterKeyRing ring, string owner)
{
    private const byte Version = 1;
    private const int HeaderSize = 5;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, byte[]> _keys = [];

    /// <summary>Number of bytes that encryption adds.</summary>
    public const int Overhead = HeaderSize + NonceSize + TagSize;

    /// <summary>Encrypts a value for its place: the table, and the key of the row in it.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, string table, string row)
    {
        var result = new byte[Overhead + plaintext.Length];
        result[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(1), ring.Current.Id);
        var nonce = result.AsSpan(HeaderSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(KeyOf(ring.Current), TagSize);
        aes.Encrypt(
            nonce, plaintext, result.AsSpan(HeaderSize + NonceSize, plaintext.Length), result.AsSpan(result.Length - TagSize),
            Place(result.AsSpan(0, HeaderSize), table, row));
        return result;
    }

    /// <summary>Encrypts text.</summary>
    public byte[] Seal(string plaintext, string table, string row) => Seal(Encoding.UTF8.GetBytes(plaintext), table, row);

    /// <summary>Decrypts a value from its place.</summary>
    /// <exception cref="WhatsAppStoreException">It was not encrypted for this place, or its key is not known.</exception>
    public byte[] Open(ReadOnlySpan<byte> stored, string table, string row)
    {
        if (stored.Length < Overhead || stored[0] != Version)
        {
            throw new WhatsAppStoreException($"A secret in {table} has a form that is not known.");
        }

        var id = BinaryPrimitives.ReadUInt32BigEndian(stored[1..]);
        var master = ring.Find(id)
            ?? throw new WhatsAppStoreException($"A secret in {table} needs master key {id:x8}, which is not among the present ones.");
        var plaintext = new byte[stored.Length - Overhead];
        try
        {
            using var aes = new AesGcm(KeyOf(master), TagSize);
            aes.Decrypt(
                stored.Slice(HeaderSize, NonceSize), stored.Slice(HeaderSize + NonceSize, plaintext.Length), stored[^TagSize..], plaintext,
                Place(stored[..HeaderSize], table, row));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new WhatsAppStoreException($"A secret in {table} was damaged or does not belong to its row.", mismatch);
        }
    }

    /// <summary>Decrypts text.</summary>
    public string OpenText(ReadOnlySpan<byte> stored, string table, string row) => Encoding.UTF8.GetString(Open(stored, table, row));

    private static byte[] Place(ReadOnlySpan<byte> header, string table, string row) =>
        [.. header, .. Encoding.UTF8.GetBytes(table), 0, .. Encoding.UTF8.GetBytes(row)];

    private byte[] KeyOf(MasterKey master)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(master.Id, out var key))
            {
                _keys.Add(master.Id, key = master.Derive("rows"u8, Encoding.UTF8.GetBytes(owner)));
            }

            return key;
        }
    }
}
