using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.PreKeys;

/// <summary>
/// The pre-key that serves when the one-time pre-keys have run out; the identity key signs it. Protocol section 9.1.
/// </summary>
public sealed record SignedPreKey
{
    /// <summary>Creates a signed pre-key from its stored parts; the signature is not verified again.</summary>
    /// <param name="id">Between <see cref="PreKeyIds.First"/> and <see cref="PreKeyIds.Last"/>.</param>
    /// <param name="keyPair">The pair.</param>
    /// <param name="signature">64 bytes: the identity key's signature over the type byte and the public key.</param>
    /// <exception cref="ArgumentException">The id is out of range or the signature has a wrong length.</exception>
    public SignedPreKey(uint id, KeyPair keyPair, ReadOnlyMemory<byte> signature)
    {
        PreKeyIds.Check(id);
        ArgumentNullException.ThrowIfNull(keyPair);
        if (signature.Length != XEdDsa.SignatureSize)
        {
            throw new ArgumentException($"A signature has {XEdDsa.SignatureSize} bytes.", nameof(signature));
        }

        Id = id;
        KeyPair = keyPair;
        Signature = signature;
    }

    /// <summary>The id; the first one is 1, each rotation takes the next.</summary>
    public uint Id { get; }

    /// <summary>The pair; only the public half leaves the device.</summary>
    public KeyPair KeyPair { get; }

    /// <summary>The signature of the identity key, 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Makes a new pair and signs it.</summary>
    public static SignedPreKey Generate(KeyPair identity, uint id = PreKeyIds.First)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var pair = KeyPair.Generate();
        return new SignedPreKey(id, pair, XEdDsa.Sign(identity.PrivateKey, PublicKeys.ToWire(pair.PublicKey)));
    }

    /// <summary>Whether the identity key signed the public key.</summary>
    internal static bool Verify(ReadOnlySpan<byte> identityKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature) =>
        XEdDsa.Verify(identityKey, PublicKeys.ToWire(publicKey), signature);
}
