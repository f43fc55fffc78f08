using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wuts.Storage.Keys;

/// <summary>The secret from which all keys of the storage are derived, each for one purpose. Its id says nothing about it.</summary>
internal sealed class MasterKey
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _secret;

    public MasterKey(byte[] secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Size);
        _secret = secret;
        Id = BinaryPrimitives.ReadUInt32BigEndian(Derive("id"u8, []));
    }

    /// <summary>Names the key in what was encrypted under it.</summary>
    public uint Id { get; }

    /// <summary>A new key.</summary>
    public static MasterKey Generate() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>A key of 32 bytes for one purpose and one owner.</summary>
    public byte[] Derive(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> owner)
    {
        Span<byte> info = [.. "wuts storage "u8, .. purpose, 0, .. owner];
        var key = new byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, key, salt: default, info);
        return key;
    }

    /// <summary>The written form, as files and settings have it.</summary>
    public string ToText() => Convert.ToBase64String(_secret);

    /// <inheritdoc/>
    public override string ToString() => $"master key {Id:x8}";
}
