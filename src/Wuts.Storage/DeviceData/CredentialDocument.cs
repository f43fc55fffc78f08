using System.Text.Json.Serialization;
using Wuts.Storage.Contacts;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// The stored form of credentials. Of key pairs only the private half is kept. Names in it are stored: never change one, and
/// give new ones a default.
/// </summary>
internal sealed record CredentialDocument
{
    public required byte[] NoiseKey { get; init; }

    public required byte[] IdentityKey { get; init; }

    public required uint RegistrationId { get; init; }

    public required SignedPreKeyDocument CurrentPreKey { get; init; }

    public required DateTimeOffset CurrentPreKeySince { get; init; }

    public SignedPreKeyDocument? PendingPreKey { get; init; }

    public SignedPreKeyDocument[] RetiredPreKeys { get; init; } = [];

    public required byte[] AdvSecret { get; init; }

    public AccountDocument? Account { get; init; }

    public byte[] RoutingInfo { get; init; } = [];

    public int LoginCounter { get; init; }

    public byte[]? ServerKey { get; init; }

    public DateTimeOffset ServerKeyValidUntil { get; init; }

    public bool PreKeysUploaded { get; init; }

    public DateTimeOffset? PreKeysCheckedAt { get; init; }

    public static CredentialDocument Of(DeviceCredentials credentials) => new()
    {
        NoiseKey = credentials.NoiseKey.PrivateKey.ToArray(),
        IdentityKey = credentials.IdentityKey.PrivateKey.ToArray(),
        RegistrationId = credentials.RegistrationId,
        CurrentPreKey = SignedPreKeyDocument.Of(credentials.SignedPreKeys.Current),
        CurrentPreKeySince = credentials.SignedPreKeys.CurrentSince,
        PendingPreKey = credentials.SignedPreKeys.Pending is { } pending ? SignedPreKeyDocument.Of(pending) : null,
        RetiredPreKeys = [.. credentials.SignedPreKeys.Retired.Select(SignedPreKeyDocument.Of)],
        AdvSecret = credentials.AdvSecret.ToArray(),
        Account = credentials.Account is { } account ? AccountDocument.Of(account) : null,
        RoutingInfo = credentials.RoutingInfo.ToArray(),
        LoginCounter = credentials.LoginCounter,
        ServerKey = credentials.ServerKey?.PublicKey.ToArray(),
        ServerKeyValidUntil = credentials.ServerKey?.ValidUntil ?? default,
        PreKeysUploaded = credentials.PreKeysUploaded,
        PreKeysCheckedAt = credentials.PreKeysCheckedAt,
    };

    public DeviceCredentials ToCredentials() => new()
    {
        NoiseKey = KeyPair.FromPrivateKey(NoiseKey),
        IdentityKey = KeyPair.FromPrivateKey(IdentityKey),
        RegistrationId = RegistrationId,
        SignedPreKeys = new SignedPreKeyRing
        {
            Current = CurrentPreKey.ToKey(),
            CurrentSince = CurrentPreKeySince,
            Pending = PendingPreKey?.ToKey(),
            Retired = [.. RetiredPreKeys.Select(key => key.ToKey())],
        },
        AdvSecret = AdvSecret,
        Account = Account?.ToAccount(),
        RoutingInfo = RoutingInfo,
        LoginCounter = LoginCounter,
        ServerKey = ServerKey is null ? null : new ServerKey(ServerKey, ServerKeyValidUntil),
        PreKeysUploaded = PreKeysUploaded,
        PreKeysCheckedAt = PreKeysCheckedAt,
    };
}

/// <summary>The stored form of a signed pre-key.</summary>
internal sealed record SignedPreKeyDocument(uint Id, byte[] PrivateKey, byte[] Signature)
{
    public static SignedPreKeyDocument Of(SignedPreKey key) => new(key.Id, key.KeyPair.PrivateKey.ToArray(), key.Signature.ToArray());

    public SignedPreKey ToKey() => new(Id, KeyPair.FromPrivateKey(PrivateKey), Signature);
}

/// <summary>The stored form of the account that a device is linked to.</summary>
internal sealed record AccountDocument(
    Jid Device, Jid? Lid, byte[] SignedIdentity, byte[] PhoneIdentityKey, string? Platform, string? BusinessName, string? PushName,
    DateTimeOffset PairedAt)
{
    public static AccountDocument Of(LinkedAccount account) => new(
        account.Device, account.Lid, account.SignedIdentity.ToArray(), account.PhoneIdentityKey.ToArray(), account.Platform,
        account.BusinessName, account.PushName, account.PairedAt);

    public LinkedAccount ToAccount() => new()
    {
        Device = Device,
        Lid = Lid,
        SignedIdentity = SignedIdentity,
        PhoneIdentityKey = PhoneIdentityKey,
        Platform = Platform,
        BusinessName = BusinessName,
        PushName = PushName,
        PairedAt = PairedAt,
    };
}

/// <summary>The JSON of credentials.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JidConverter)])]
[JsonSerializable(typeof(CredentialDocument))]
internal sealed partial class CredentialJson : JsonSerializerContext;
