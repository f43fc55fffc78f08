using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator;

/// <summary>What a new account is like. Everything has a default; numbers that are not given are made up.</summary>
public sealed record AccountSpec
{
    /// <summary>The phone number: 7 to 15 digits without a leading zero. Default: the next free fictional number.</summary>
    public string? Phone { get; init; }

    /// <summary>The user part of the LID: 1 to 20 digits. Default: a number of its own.</summary>
    public string? Lid { get; init; }

    /// <summary>The name the person chose. Default: none.</summary>
    public string? PushName { get; init; }

    /// <summary>What the phone is: <c>android</c>, <c>iphone</c>, <c>smba</c> or <c>smbi</c>. Default: <c>android</c>.</summary>
    public string Platform { get; init; } = "android";

    /// <summary>The name of the business; a private account has none.</summary>
    public string? BusinessName { get; init; }

    /// <summary>Whether a provider hosts the account, which changes signature prefixes (7.6). Default: no.</summary>
    public bool Hosted { get; init; }

    /// <summary>Whether linking needs a passkey assertion (7.8). Default: no.</summary>
    public bool RequiresPasskey { get; init; }

    /// <summary>Whether the first scan of a QR makes the server ask for a renewed secret (7.4). Default: no.</summary>
    public bool RefreshOnScan { get; init; }

    /// <summary>
    /// Whether the phone is switched on: then it sends keys and history to new devices and answers them. Default: no, so that
    /// a test of the transport sees only what it causes.
    /// </summary>
    public bool PhoneIsOn { get; init; }

    /// <summary>How many devices may be linked at a time, 1 to 255. Default: 4, as on real phones.</summary>
    public int MaxDevices { get; init; } = 4;

    /// <summary>When the account was made, for <c>success</c>. Default: a year before the start of the server.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Number of the first linked device. Default: 1.</summary>
    public int FirstDeviceId { get; init; } = 1;

    /// <summary>Key index of the first linked device. Default: 1.</summary>
    public uint FirstKeyIndex { get; init; } = 1;

    /// <summary>The identity key of the phone, for replaying recordings. Default: a new one.</summary>
    internal KeyPair? Identity { get; init; }

    /// <summary>The number of the phone's registration, for replaying recordings. Default: a random one.</summary>
    internal uint? RawId { get; init; }
}
