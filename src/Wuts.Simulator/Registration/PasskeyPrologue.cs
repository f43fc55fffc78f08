using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Registration;

/// <summary>What both sides brought to a passkey exchange. Protocol section 7.8 steps 5 to 7.</summary>
/// <param name="EphemeralIdentity">The client's ephemeral identity, serialized as it came.</param>
/// <param name="CompanionKey">The client's ephemeral key, 32 bytes.</param>
/// <param name="DeviceType">What kind of client it says it is.</param>
/// <param name="Reference">The reference of the exchange.</param>
/// <param name="Commitment">What the client's nonce has to open, 32 bytes.</param>
internal sealed record PasskeyPrologue(
    byte[] EphemeralIdentity,
    byte[] CompanionKey,
    int DeviceType,
    string Reference,
    byte[] Commitment)
{
    /// <summary>The phone's ephemeral key.</summary>
    public required KeyPair Primary { get; init; }

    /// <summary>The phone's nonce, 32 bytes.</summary>
    public required byte[] PrimaryNonce { get; init; }

    /// <summary>Reads the client's part and draws the phone's; <see langword="null"/> when it is malformed.</summary>
    public static PasskeyPrologue? Read(byte[] payload, string reference, SimulatorRandom phone)
    {
        try
        {
            var prologue = ProloguePayload.Parser.ParseFrom(payload);
            var identity = CompanionEphemeralIdentity.Parser.ParseFrom(prologue.CompanionEphemeralIdentity);
            if (identity.PublicKey.Length != X25519.KeySize
                || identity.Ref != reference
                || prologue.Commitment?.Hash.Length != SHA256.HashSizeInBytes)
            {
                return null;
            }

            return new PasskeyPrologue(
                prologue.CompanionEphemeralIdentity.ToByteArray(),
                identity.PublicKey.ToByteArray(),
                (int)identity.DeviceType,
                reference,
                prologue.Commitment.Hash.ToByteArray())
            {
                Primary = phone.NextKeyPair(),
                PrimaryNonce = phone.Bytes(PasskeyCrypto.NonceSize),
            };
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Opens the client's pairing request; <see langword="null"/> when it is malformed or not authentic.</summary>
    public PairingRequest? Open(ReadOnlySpan<byte> request)
    {
        var secret = new byte[X25519.KeySize];
        if (!X25519.TryAgree(Primary.PrivateKey, CompanionKey, secret))
        {
            return null;
        }

        try
        {
            var encrypted = EncryptedPairingRequest.Parser.ParseFrom(request);
            var key = PasskeyCrypto.RequestKey(secret, DeviceType, Reference);
            return PasskeyCrypto.Open(key, encrypted.Iv.Span, encrypted.EncryptedPayload.Span) is { } plain
                ? PairingRequest.Parser.ParseFrom(plain)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
