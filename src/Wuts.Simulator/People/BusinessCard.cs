namespace Wuts.Simulator;

/// <summary>What makes a person a business: the certificate of the name, and the profile. Sync section 7.</summary>
public sealed record BusinessCard
{
    /// <summary>The verified name; <see langword="null"/> is a business without one.</summary>
    public string? Name { get; init; }

    /// <summary>How well the name is verified: <c>unknown</c>, <c>low</c> or <c>high</c>. Default: <c>unknown</c>.</summary>
    public string VerifiedLevel { get; init; } = "unknown";

    /// <summary>Who made the certificate: <c>smb:wa</c> or <c>ent:wa</c>. Default: <c>smb:wa</c>.</summary>
    public string Issuer { get; init; } = "smb:wa";

    /// <summary>The profile; <see langword="null"/> is a business that has filled in none.</summary>
    public BusinessDetails? Profile { get; init; }
}

/// <summary>A business profile. Sync section 7.1.</summary>
public sealed record BusinessDetails
{
    /// <summary>Postal address.</summary>
    public string? Address { get; init; }

    /// <summary>What the business does.</summary>
    public string? Description { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Decimal degrees as text.</summary>
    public string? Latitude { get; init; }

    /// <summary>Decimal degrees as text.</summary>
    public string? Longitude { get; init; }

    /// <summary>Addresses of web sites.</summary>
    public IReadOnlyList<string> Websites { get; init; } = [];

    /// <summary>Categories: id and localised name.</summary>
    public IReadOnlyDictionary<string, string> Categories { get; init; } = new Dictionary<string, string>();

    /// <summary>Options: name and value.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Time zone of the opening hours; <see langword="null"/> when there are none.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Opening hours; several entries per day are possible, a missing day is closed.</summary>
    public IReadOnlyList<OpeningHours> Hours { get; init; } = [];
}

/// <summary>Opening hours on a day.</summary>
/// <param name="Day"><c>sun</c> to <c>sat</c>.</param>
/// <param name="Mode"><c>specific_hours</c>, <c>open_24h</c> or <c>appointment_only</c>.</param>
/// <param name="Opens">Minutes after midnight, for specific hours.</param>
/// <param name="Closes">Minutes after midnight, for specific hours.</param>
public sealed record OpeningHours(string Day, string Mode, int? Opens = null, int? Closes = null);
