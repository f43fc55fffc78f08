using System.Security.Cryptography;

namespace Wuts.WhatsApp.Crypto;

/// <summary>An X25519 key pair. Its text form shows neither key, so it is safe in logs and dumps of records.</summary>
public sealed class KeyPair
{
    private readonly byte[] _publicKey = new byte[X25519.KeySize];
    private readonly byte[] _privateKey = new byte[X25519.KeySize];

    private KeyPair()
    {
    }

    /// <summary>32 bytes, without a type byte.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>32 bytes, clamped. Secret.</summary>
    public ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>A new pair from the random number generator of the operating system.</summary>
    public static KeyPair Generate()
    {
        var pair = new KeyPair();
        RandomNumberGenerator.Fill(pair._privateKey);
        pair.Complete();
        return pair;
    }

    /// <summary>The pair of a stored private key, which is clamped if it is not yet.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long.</exception>
    public static KeyPair FromPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        X25519.CheckKey(privateKey, nameof(privateKey));
        var pair = new KeyPair();
        privateKey.CopyTo(pair._privateKey);
        pair.Complete();
        return pair;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(KeyPair);

    private void Complete()
    {
        X25519.Clamp(_privateKey, _privateKey);
        X25519.DerivePublicKey(_privateKey, _publicKey);
    }
}
