using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Pairing;

/// <summary>What an authenticator answered to the WebAuthn request of the server.</summary>
/// <param name="CredentialId">The raw id of the credential.</param>
/// <param name="ResponseJson">The whole assertion as JSON in UTF-8.</param>
public sealed record PasskeyAssertion(ReadOnlyMemory<byte> CredentialId, ReadOnlyMemory<byte> ResponseJson);

/// <summary>
/// The proof that the companion which shows a QR code is the one that was asked for a passkey; made from the ADV secret that
/// was current then. Protocol section 7.8, step 2.
/// </summary>
internal sealed class PasskeyHandoff
{
    /// <summary>How long the key may be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly byte[] _key;
    private readonly DateTimeOffset _usableUntil;

    /// <summary>Derives the key. Replace the ADV secret by a new one afterwards.</summary>
    public PasskeyHandoff(ReadOnlySpan<byte> advSecret, DateTimeOffset now)
    {
        _key = PasskeyKeys.HandoffKey(advSecret);
        _usableUntil = now + Lifetime;
    }

    /// <summary>The proof over a prologue, or <see langword="null"/> when the key is too old: then the user compares codes.</summary>
    public byte[]? Prove(ReadOnlySpan<byte> prologue, DateTimeOffset now) =>
        now <= _usableUntil ? PasskeyKeys.HandoffProof(_key, prologue) : null;
}

/// <summary>
/// One pairing behind a passkey on the client's side, from the reference to the companion's keys. Knows no socket and no clock;
/// not thread-safe. Protocol section 7.8, steps 5 to 11.
/// </summary>
internal sealed class PasskeyPairing
{
    private readonly CompanionPlatform _deviceType;
    private readonly string _reference;
    private readonly KeyPair _ephemeral;
    private readonly byte[] _nonce;
    private PrimaryEphemeralIdentity? _primary;

    /// <summary>Starts with the server's reference; the ephemeral key and the nonce are fresh.</summary>
    public PasskeyPairing(CompanionPlatform deviceType, string reference)
        : this(deviceType, reference, KeyPair.Generate(), RandomNumberGenerator.GetBytes(PasskeyKeys.NonceSize))
    {
    }

    /// <summary>Starts with given values: for reproducing a recording.</summary>
    internal PasskeyPairing(CompanionPlatform deviceType, string reference, KeyPair ephemeral, byte[] nonce)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        (_deviceType, _reference, _ephemeral, _nonce) = (deviceType, reference, ephemeral, nonce);
        var identity = new CompanionEphemeralIdentity
        {
            PublicKey = ByteString.CopyFrom(ephemeral.PublicKey),
            DeviceType = (DeviceProps.Types.PlatformType)deviceType,
            Ref = reference,
        }.ToByteArray();
        Prologue = new ProloguePayload
        {
            CompanionEphemeralIdentity = ByteString.CopyFrom(identity),
            Commitment = new CompanionCommitment { Hash = ByteString.CopyFrom(PasskeyKeys.Commitment(identity, nonce)) },
        }.ToByteArray();
    }

    /// <summary>The serialized prologue: the companion's ephemeral identity and its commitment to the nonce.</summary>
    public byte[] Prologue { get; }

    /// <summary>The first request: the passkey's assertion, the prologue, and the proof if there still is one.</summary>
    public Node BuildPrologue(string id, PasskeyAssertion assertion, PasskeyHandoff? handoff, DateTimeOffset now) =>
        PasskeyStanzas.BuildPrologue(id, assertion, Prologue, handoff?.Prove(Prologue, now));

    /// <summary>Takes the phone's part from a continuation. The first one counts.</summary>
    /// <returns>Whether the stanza is a continuation that can be read, and the first.</returns>
    public bool TryAcceptContinuation(Node stanza)
    {
        if (_primary is not null || !PasskeyStanzas.TryParseContinuation(stanza, out var primary))
        {
            return false;
        }

        _primary = primary;
        return true;
    }

    /// <summary>The second request, after the continuation: shows the nonce.</summary>
    public Node BuildNonce(string id)
    {
        RequirePrimary();
        return PasskeyStanzas.BuildCompanionNonce(id, _nonce);
    }

    /// <summary>The code that the user compares with the one on the phone; not needed when a proof was sent.</summary>
    public string VerificationCode()
    {
        RequirePrimary();
        return PasskeyKeys.VerificationCode(_primary.Nonce.Span, _nonce, _primary.PublicKey.Span);
    }

    /// <summary>The last request: the companion's keys and ADV secret for the phone. Then pair-success follows.</summary>
    /// <returns>False when the phone's key is of small order; then there is no pairing.</returns>
    public bool TryBuildRequest(
        string id,
        ReadOnlySpan<byte> noiseKey,
        ReadOnlySpan<byte> identityKey,
        ReadOnlySpan<byte> advSecret,
        [NotNullWhen(true)] out Node? request)
    {
        RequirePrimary();
        request = null;
        Span<byte> key = stackalloc byte[32];
        if (!PasskeyKeys.TryDeriveEncryptionKey(_ephemeral, _primary.PublicKey.Span, _deviceType, _reference, key))
        {
            return false;
        }

        var content = new PairingRequest
        {
            CompanionPublicKey = ByteString.CopyFrom(noiseKey),
            CompanionIdentityKey = ByteString.CopyFrom(identityKey),
            AdvSecret = ByteString.CopyFrom(advSecret),
        };
        request = PasskeyStanzas.BuildEncryptedRequest(id, PasskeyKeys.SealRequest(key, content));
        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    [MemberNotNull(nameof(_primary))]
    private void RequirePrimary()
    {
        if (_primary is null)
        {
            throw new InvalidOperationException("The phone's part has not arrived yet.");
        }
    }
}
