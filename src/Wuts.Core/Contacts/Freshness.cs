using Wuts.Core.Stores;

namespace Wuts.Core.Contacts;

/// <summary>How long something that was learnt may be used. Contracts device-profile A1.5, wawp 1.5.</summary>
internal static class Freshness
{
    /// <summary>How long the absence of something is believed at most: it may be set, or shown, at any time, without notice.</summary>
    public static readonly TimeSpan Negative = TimeSpan.FromHours(1);

    /// <summary>How old a value may be that could not be renewed. Changes that WhatsApp tells make it void earlier.</summary>
    public static readonly TimeSpan Unrenewed = TimeSpan.FromDays(1);

    /// <summary>Whether a value is young enough.</summary>
    public static bool Allows<T>(this Timed<T>? part, TimeSpan maxAge, DateTimeOffset now) =>
        part is not null && maxAge > TimeSpan.Zero && now - part.At <= maxAge;

    /// <summary>Whether a value is young enough, where absence counts for a shorter time.</summary>
    public static bool Allows<T>(this Timed<Seen<T>>? part, TimeSpan maxAge, DateTimeOffset now) =>
        part is { Value.Visibility: not Visibility.Unknown }
        && maxAge > TimeSpan.Zero
        && now - part.At <= (part.Value.Visibility == Visibility.Shown || maxAge < Negative ? maxAge : Negative);
}
