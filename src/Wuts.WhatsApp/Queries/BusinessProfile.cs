using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>What a business tells about itself. Text that is not set is empty. Sync section 7.1.</summary>
public sealed record BusinessProfile
{
    /// <summary>Whose profile it is, as the server named it.</summary>
    public required Jid Jid { get; init; }

    /// <summary>Postal address.</summary>
    public string Address { get; init; } = "";

    /// <summary>Description.</summary>
    public string Description { get; init; } = "";

    /// <summary>E-mail address.</summary>
    public string Email { get; init; } = "";

    /// <summary>Websites; WhatsApp allows two.</summary>
    public IReadOnlyList<string> Websites { get; init; } = [];

    /// <summary>Latitude in degrees, as text.</summary>
    public string Latitude { get; init; } = "";

    /// <summary>Longitude in degrees, as text.</summary>
    public string Longitude { get; init; } = "";

    /// <summary>Categories, with names in the account's language.</summary>
    public IReadOnlyList<BusinessCategory> Categories { get; init; } = [];

    /// <summary>Options by name, for example <c>cart_enabled</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Time zone of the opening hours, as an IANA name.</summary>
    public string HoursTimeZone { get; init; } = "";

    /// <summary>Opening hours; a day may occur several times, and a day that is missing is closed.</summary>
    public IReadOnlyList<BusinessHours> Hours { get; init; } = [];
}

/// <summary>A category of a business.</summary>
public readonly record struct BusinessCategory(string Id, string Name);

/// <summary>Opening hours of one day.</summary>
/// <param name="DayOfWeek"><c>sun</c> to <c>sat</c>.</param>
/// <param name="Mode"><c>specific_hours</c>, <c>open_24h</c> or <c>appointment_only</c>.</param>
/// <param name="OpensAt">Minutes after midnight as text, for <c>specific_hours</c>; else empty.</param>
/// <param name="ClosesAt">Minutes after midnight as text, for <c>specific_hours</c>; else empty.</param>
public readonly record struct BusinessHours(string DayOfWeek, string Mode, string OpensAt, string ClosesAt);
