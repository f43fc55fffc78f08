using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Contacts;

/// <summary>What can be seen of a person.</summary>
public sealed record ContactProfile
{
    /// <summary>By phone number, when known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, when known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>The about text.</summary>
    public Seen<string> About { get; init; } = Seen<string>.Unknown;

    /// <summary>Id of the current picture.</summary>
    public Seen<string> PictureId { get; init; } = Seen<string>.Unknown;

    /// <summary>The devices, the phone first, each as an address with its device part.</summary>
    public IReadOnlyList<Jid> Devices { get; init; } = [];

    /// <summary>The verified business name, for a business that has one.</summary>
    public VerifiedName? VerifiedName { get; init; }

    /// <summary>The business profile; <see langword="null"/> without one, when it could not be read, or when it was not asked for.</summary>
    public BusinessProfile? Business { get; init; }

    /// <summary>The name that the person chose, when known.</summary>
    public string? PushName { get; init; }

    /// <summary>When the oldest part was learnt.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>
    /// Why WhatsApp did not tell anything newer, when nothing is as young as was asked for and the parts are older ones, up to a day;
    /// otherwise <see langword="null"/>. A dialect whose contract wants an error then answers with it.
    /// </summary>
    public Failure? Unrenewed { get; init; }

    /// <summary>Whether the device is not connected: then nothing tells it of changes.</summary>
    public bool IsStale { get; init; }

    /// <summary>Values are personal.</summary>
    public override string ToString() => nameof(ContactProfile);
}

/// <summary>A value that may be shown, empty, hidden, or not known.</summary>
/// <param name="Visibility">Which of them.</param>
/// <param name="Value">The value, when it is shown.</param>
public sealed record Seen<T>(Visibility Visibility, T? Value)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Seen<T> Unknown = new(Visibility.Unknown, default);

    /// <summary>The person does not show it to this account.</summary>
    public static readonly Seen<T> Hidden = new(Visibility.Hidden, default);

    /// <summary>There is none.</summary>
    public static readonly Seen<T> NotSet = new(Visibility.NotSet, default);
}

/// <summary>Makes values that are shown.</summary>
public static class Seen
{
    /// <summary>It is shown.</summary>
    public static Seen<T> Shown<T>(T value) => new(Visibility.Shown, value);
}

/// <summary>What is known about a value. The numbers are stored: they do not change.</summary>
public enum Visibility
{
    /// <summary>Nothing: it was not asked for, or there was no answer.</summary>
    Unknown = 0,

    /// <summary>It is shown.</summary>
    Shown = 1,

    /// <summary>There is none.</summary>
    NotSet = 2,

    /// <summary>The person does not show it to this account.</summary>
    Hidden = 3,
}

/// <summary>The answer to the question for a picture's address.</summary>
/// <param name="Visibility">Shown, not set, or hidden; never unknown.</param>
/// <param name="Info">Where it is, when it is shown and changed.</param>
/// <param name="IsUnchanged">Whether the picture that the caller has is still the one.</param>
/// <param name="FetchedAt">When WhatsApp said so.</param>
public sealed record ContactPicture(Visibility Visibility, PictureInfo? Info, bool IsUnchanged, DateTimeOffset FetchedAt);

/// <summary>A picture's bytes.</summary>
/// <param name="Visibility">Shown, not set, or hidden; never unknown.</param>
/// <param name="Id">The picture's id, when it is shown.</param>
/// <param name="Jpeg">The file; empty when it is not shown.</param>
/// <param name="FetchedAt">When WhatsApp last confirmed that it is the current one.</param>
public sealed record PictureFile(Visibility Visibility, string? Id, ReadOnlyMemory<byte> Jpeg, DateTimeOffset FetchedAt);

/// <summary>What one lookup tells about a person. Sync section 4.3, B.</summary>
public sealed record UserInfo
{
    /// <summary>Whether WhatsApp knows the person; <see langword="null"/> when the answer left the person out.</summary>
    public bool? Exists { get; init; }

    /// <summary>By phone number, when known.</summary>
    public Jid? Phone { get; init; }

    /// <summary>By LID, when known.</summary>
    public Jid? Lid { get; init; }

    /// <summary>The about text.</summary>
    public Seen<string> About { get; init; } = Seen<string>.Unknown;

    /// <summary>Id of the current picture.</summary>
    public Seen<string> PictureId { get; init; } = Seen<string>.Unknown;

    /// <summary>Device numbers, the phone (0) first; <see langword="null"/> when they are not known.</summary>
    public IReadOnlyList<ushort>? Devices { get; init; }

    /// <summary>The verified business name.</summary>
    public VerifiedName? VerifiedName { get; init; }

    /// <summary>Whether WhatsApp answered the question for the business name, so that an absent one means that there is none.</summary>
    public bool IsBusinessKnown { get; init; }

    /// <summary>Whether there may be a business profile.</summary>
    public bool IsBusiness { get; init; }

    /// <summary>When WhatsApp said so.</summary>
    public DateTimeOffset AsOf { get; init; }
}

/// <summary>The answer to the question for a business profile.</summary>
/// <param name="Profile">The profile; <see langword="null"/> when the account has none.</param>
public sealed record BusinessProfileFound(BusinessProfile? Profile);
