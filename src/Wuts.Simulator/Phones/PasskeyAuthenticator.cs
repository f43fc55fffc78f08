using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuts.Simulator;

/// <summary>
/// The passkey of an account: an authenticator that signs WebAuthn assertions for its owner, and the server's check of them.
/// Algorithm ES256. Protocol section 7.8 steps 1 and 3.
/// </summary>
public sealed class PasskeyAuthenticator : IDisposable
{
    /// <summary>The relying party that assertions are made for.</summary>
    public const string RelyingParty = "whatsapp.com";

    /// <summary>Where assertions are made.</summary>
    public const string DefaultOrigin = "https://web.whatsapp.com";

    private const int HashSize = 32;
    private const int FlagsAt = HashSize;
    private const int AuthenticatorDataSize = HashSize + 1 + 4;
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _gate = new();
    private readonly byte[] _credentialId;
    private uint _uses;

    internal PasskeyAuthenticator(byte[] credentialId) => _credentialId = credentialId;

    /// <summary>The identifier of the credential.</summary>
    public ReadOnlyMemory<byte> CredentialId => _credentialId;

    /// <summary>Makes the assertion that a browser would make of the server's options.</summary>
    /// <param name="options">The JSON of a WebAuthn <c>PublicKeyCredentialRequestOptions</c>.</param>
    /// <param name="origin">The page that asks.</param>
    /// <returns>The assertion as JSON: id, rawId, type, response.</returns>
    /// <exception cref="ArgumentException">The options have no challenge, or ask for another relying party.</exception>
    public string Assert(string options, string origin = DefaultOrigin)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(origin);
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(options);
        }
        catch (JsonException e)
        {
            throw new ArgumentException("The options are not JSON.", nameof(options), e);
        }

        if (parsed is not JsonObject request
            || request["challenge"] is not JsonValue challengeValue || !challengeValue.TryGetValue<string>(out var challenge))
        {
            throw new ArgumentException("The options have no challenge.", nameof(options));
        }

        if (request["rpId"] is not JsonValue party || !party.TryGetValue<string>(out var rpId) || rpId != RelyingParty)
        {
            throw new ArgumentException("The options ask for another relying party.", nameof(options));
        }

        var clientData = new JsonObject
        {
            ["type"] = "webauthn.get",
            ["challenge"] = challenge,
            ["origin"] = origin,
            ["crossOrigin"] = false,
        };
        var clientDataBytes = Encoding.UTF8.GetBytes(clientData.ToJsonString());
        var authenticatorData = AuthenticatorData();
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientDataBytes)];
        byte[] signature;
        lock (_gate)
        {
            signature = _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        var id = Base64Url.EncodeToString(_credentialId);
        return new JsonObject
        {
            ["id"] = id,
            ["rawId"] = id,
            ["type"] = "public-key",
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(clientDataBytes),
                ["authenticatorData"] = Base64Url.EncodeToString(authenticatorData),
                ["signature"] = Base64Url.EncodeToString(signature),
            },
            ["clientExtensionResults"] = new JsonObject(),
        }.ToJsonString();
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The options that the server sends for a challenge.</summary>
    internal string Options(ReadOnlySpan<byte> challenge) => new JsonObject
    {
        ["challenge"] = Base64Url.EncodeToString(challenge),
        ["timeout"] = 60000,
        ["rpId"] = RelyingParty,
        ["allowCredentials"] = new JsonArray(new JsonObject
        {
            ["type"] = "public-key",
            ["id"] = Base64Url.EncodeToString(_credentialId),
        }),
        ["userVerification"] = "required",
    }.ToJsonString();

    /// <summary>What is wrong with an assertion; <see langword="null"/> when nothing is.</summary>
    internal string? Check(ReadOnlySpan<byte> assertion, ReadOnlySpan<byte> challenge)
    {
        try
        {
            var json = JsonNode.Parse(assertion);
            var response = json?["response"];
            if ((string?)json?["type"] != "public-key" || response is null)
            {
                return "type is not public-key, or there is no response";
            }

            var clientData = Base64Url.DecodeFromChars((string?)response["clientDataJSON"]);
            var authenticatorData = Base64Url.DecodeFromChars((string?)response["authenticatorData"]);
            var signature = Base64Url.DecodeFromChars((string?)response["signature"]);
            return CheckClientData(clientData, challenge)
                ?? CheckAuthenticatorData(authenticatorData)
                ?? CheckSignature(authenticatorData, clientData, signature);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return "it is not the JSON of an assertion";
        }
    }

    private static string? CheckClientData(byte[] clientData, ReadOnlySpan<byte> challenge)
    {
        var json = JsonNode.Parse(clientData);
        if ((string?)json?["type"] != "webauthn.get")
        {
            return "clientDataJSON is not of type webauthn.get";
        }

        return Base64Url.DecodeFromChars((string?)json["challenge"]).AsSpan().SequenceEqual(challenge)
            ? null
            : "the challenge is not the one that was sent";
    }

    private static string? CheckAuthenticatorData(byte[] data)
    {
        if (data.Length < AuthenticatorDataSize
            || !data.AsSpan(0, HashSize).SequenceEqual(SHA256.HashData(Encoding.ASCII.GetBytes(RelyingParty))))
        {
            return "authenticatorData is not for the relying party";
        }

        return (data[FlagsAt] & (UserPresent | UserVerified)) == (UserPresent | UserVerified)
            ? null
            : "the user was not present and verified";
    }

    private string? CheckSignature(byte[] authenticatorData, byte[] clientData, byte[] signature)
    {
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        lock (_gate)
        {
            return _key.VerifyData(
                signed,
                signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence)
                ? null
                : "the signature does not verify";
        }
    }

    private byte[] AuthenticatorData()
    {
        var data = new byte[AuthenticatorDataSize];
        SHA256.HashData(Encoding.ASCII.GetBytes(RelyingParty), data);
        data[FlagsAt] = UserPresent | UserVerified;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(FlagsAt + 1), Interlocked.Increment(ref _uses));
        return data;
    }
}
