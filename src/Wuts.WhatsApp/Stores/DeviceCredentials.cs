using System.Collections.Immutable;
using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Stores;

/// <summary>
/// What makes a device this device: its keys, and after pairing the account that it belongs to. Immutable; a change is a new
/// value that is saved as a whole before anything depends on it. Its text form reveals nothing. Protocol section 4.6.
/// </summary>
public sealed record DeviceCredentials
{
    /// <summary>Length of the ADV secret in bytes.</summary>
    public const int AdvSecretSize = 32;

    /// <summary>Greatest registration id that is drawn; the least is 1.</summary>
    internal const int MaxRegistrationId = 16380;

    /// <summary>The static key of the Noise handshake; the server recognises the device by it.</summary>
    public required KeyPair NoiseKey { get; init; }

    /// <summary>The Signal identity; whoever writes to this device knows it by this key.</summary>
    public required KeyPair IdentityKey { get; init; }

    /// <summary>Number that tells installations of one device apart; 1 to 2^31 − 1.</summary>
    public required uint RegistrationId { get; init; }

    /// <summary>The signed pre-keys: the present one, the next, and a few old ones.</summary>
    public required SignedPreKeyRing SignedPreKeys { get; init; }

    /// <summary>Secret that the phone learns from the QR code and proves to know, 32 bytes. Worthless once paired.</summary>
    public required ReadOnlyMemory<byte> AdvSecret { get; init; }

    /// <summary>The account that the device is linked to; <see langword="null"/> until pairing has succeeded.</summary>
    public LinkedAccount? Account { get; init; }

    /// <summary>What the server said last about where to connect; opaque, empty when it said nothing.</summary>
    public ReadOnlyMemory<byte> RoutingInfo { get; init; }

    /// <summary>Number that the next login announces; counts the logins since pairing from 1.</summary>
    public int LoginCounter { get; init; } = 1;

    /// <summary>The server's key from the last verified handshake, for resuming; <see langword="null"/> before the first.</summary>
    public ServerKey? ServerKey { get; init; }

    /// <summary>Whether the pre-keys were uploaded once since pairing.</summary>
    public bool PreKeysUploaded { get; init; }

    /// <summary>When the server was last found to have the pre-keys of this device; <see langword="null"/> before the first time.</summary>
    public DateTimeOffset? PreKeysCheckedAt { get; init; }

    /// <summary>Whether the device is linked to an account.</summary>
    public bool IsPaired => Account is not null;

    /// <summary>Draws the keys of a new device.</summary>
    /// <param name="now">The present time; signed pre-keys are replaced when they have reached a certain age.</param>
    public static DeviceCredentials Create(DateTimeOffset now)
    {
        var identity = KeyPair.Generate();
        return new DeviceCredentials
        {
            NoiseKey = KeyPair.Generate(),
            IdentityKey = identity,
            RegistrationId = (uint)RandomNumberGenerator.GetInt32(1, MaxRegistrationId + 1),
            SignedPreKeys = new SignedPreKeyRing { Current = SignedPreKey.Generate(identity), CurrentSince = now },
            AdvSecret = RandomNumberGenerator.GetBytes(AdvSecretSize),
        };
    }

    /// <summary>The same device with a new ADV secret.</summary>
    internal DeviceCredentials WithNewAdvSecret() => this with { AdvSecret = RandomNumberGenerator.GetBytes(AdvSecretSize) };

    /// <inheritdoc/>
    public override string ToString() => IsPaired ? "DeviceCredentials (paired)" : "DeviceCredentials (not paired)";
}

/// <summary>A server key whose certificates were verified. Protocol section 2.6.</summary>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="ValidUntil">When the first of its certificates expires.</param>
public sealed record ServerKey(ReadOnlyMemory<byte> PublicKey, DateTimeOffset ValidUntil);

/// <summary>
/// The signed pre-keys of a device. A new one is saved as <see cref="Pending"/> before the server hears of it and becomes
/// <see cref="Current"/> when the server has taken it; messages that used an older one must still be readable.
/// Protocol section 9.5.
/// </summary>
public sealed record SignedPreKeyRing
{
    /// <summary>How many old keys are kept.</summary>
    public const int MaxRetired = 3;

    /// <summary>The key that the server hands out.</summary>
    public required SignedPreKey Current { get; init; }

    /// <summary>Since when it is the current one.</summary>
    public required DateTimeOffset CurrentSince { get; init; }

    /// <summary>A key that the server may or may not have taken; <see langword="null"/> most of the time.</summary>
    public SignedPreKey? Pending { get; init; }

    /// <summary>Earlier keys, the newest first.</summary>
    public ImmutableArray<SignedPreKey> Retired { get; init; } = [];

    /// <summary>The key with the given id; <see langword="null"/> when it is not or no longer known.</summary>
    public SignedPreKey? Find(uint id) =>
        Current.Id == id ? Current : Pending?.Id == id ? Pending : Retired.FirstOrDefault(key => key.Id == id);

    /// <summary>The ring after the server has taken the pending key.</summary>
    internal SignedPreKeyRing Promote(DateTimeOffset now) => Pending is null ? this : new SignedPreKeyRing
    {
        Current = Pending,
        CurrentSince = now,
        Retired = [Current, .. Retired.Take(MaxRetired - 1)],
    };

    /// <inheritdoc/>
    public override string ToString() => nameof(SignedPreKeyRing);
}
