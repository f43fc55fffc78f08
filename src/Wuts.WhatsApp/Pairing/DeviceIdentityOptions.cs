using System.Globalization;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// How this companion presents itself to the server and in the phone's list of linked devices. The default, a browser on a
/// plain operating system, is the least conspicuous. It takes effect at pairing. Protocol sections 4.1 and 4.5.
/// </summary>
public sealed record DeviceIdentityOptions
{
    // Longer names than any operating system has; the phone cuts them off much earlier.
    private const int MaxOsNameLength = 64;

    /// <summary>Chrome on Windows, English, United States.</summary>
    public static DeviceIdentityOptions Default { get; } = new();

    /// <summary>
    /// Name of the operating system, shown on the phone. Default "Windows"; 1 to 64 characters without controls. For pairing
    /// by code the server accepts Windows, Mac OS, Linux, Android, iOS and names of Linux distributions, never a product name.
    /// </summary>
    public string OsName { get; init; } = "Windows";

    /// <summary>
    /// Version of the operating system as one to five numbers with dots. Default: not given, and the server is told "0.1".
    /// </summary>
    public string? OsVersion { get; init; }

    /// <summary>The kind of client. Default <see cref="CompanionPlatform.Chrome"/>.</summary>
    public CompanionPlatform Platform { get; init; } = CompanionPlatform.Chrome;

    /// <summary>ISO 639-1 language, two lower-case letters. Default "en".</summary>
    public string Language { get; init; } = "en";

    /// <summary>ISO 3166-1 country, two upper-case letters. Default "US".</summary>
    public string Country { get; init; } = "US";

    /// <summary>Which history the phone is asked for.</summary>
    public HistorySyncOptions History { get; init; } = HistorySyncOptions.Default;

    /// <summary>
    /// The name for pairing by code, <c>Browser (OS)</c>. The server knows browsers only, so anything else calls itself Chrome.
    /// </summary>
    internal string BrowserAndOs => $"{CodePairingPlatform.BrowserName()} ({OsName})";

    /// <summary>The platform for pairing by code, which always is a browser.</summary>
    internal CompanionPlatform CodePairingPlatform => Platform.BrowserName() is null ? CompanionPlatform.Chrome : Platform;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option breaks its rule; the message names option, value and rule.</exception>
    public void Validate()
    {
        Require(OsName is { Length: > 0 and <= MaxOsNameLength } && !OsName.Any(char.IsControl), nameof(OsName), OsName,
            $"1 to {MaxOsNameLength} characters without control characters");
        Require(OsVersion is null || TryParseOsVersion(out _), nameof(OsVersion), OsVersion, "one to five numbers with dots between them");
        Require(Enum.IsDefined(Platform), nameof(Platform), Platform.ToString(), "a known platform");
        Require(Language is { Length: 2 } && Language.All(char.IsAsciiLetterLower), nameof(Language), Language, "two lower-case letters");
        Require(Country is { Length: 2 } && Country.All(char.IsAsciiLetterUpper), nameof(Country), Country, "two upper-case letters");
        Require(History is not null, nameof(History), "null", "set");
    }

    /// <summary>The numbers of <see cref="OsVersion"/>; none when it is not given.</summary>
    internal bool TryParseOsVersion(out uint[] numbers)
    {
        numbers = [];
        if (OsVersion is null)
        {
            return false;
        }

        var parts = OsVersion.Split('.');
        var parsed = new uint[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!uint.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i]))
            {
                return false;
            }
        }

        numbers = parsed;
        return parsed.Length <= 5;
    }

    private static void Require(bool condition, string option, string? value, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException($"{option} is set to \"{value}\". It must be {rule}.", option);
        }
    }
}
