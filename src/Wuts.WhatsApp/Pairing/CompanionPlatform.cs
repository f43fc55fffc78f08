namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// What kind of client a companion presents itself as; the phone shows an icon for it. The numbers are those of the wire.
/// Protocol section 3.4.
/// </summary>
public enum CompanionPlatform
{
    /// <summary>A generic icon; pairing by code is refused.</summary>
    Unknown = 0,

    /// <summary>WhatsApp Web in Chrome.</summary>
    Chrome = 1,

    /// <summary>WhatsApp Web in Firefox.</summary>
    Firefox = 2,

    /// <summary>WhatsApp Web in Internet Explorer.</summary>
    InternetExplorer = 3,

    /// <summary>WhatsApp Web in Opera.</summary>
    Opera = 4,

    /// <summary>WhatsApp Web in Safari.</summary>
    Safari = 5,

    /// <summary>WhatsApp Web in Edge.</summary>
    Edge = 6,

    /// <summary>The desktop application.</summary>
    Desktop = 7,

    /// <summary>The Windows application.</summary>
    Uwp = 21,
}

/// <summary>The other names of a platform. Protocol sections 7.3 and 8.3.</summary>
internal static class CompanionPlatformNames
{
    /// <summary>The character that stands for the platform in a QR text and as <c>companion_platform_id</c>.</summary>
    public static char ClientType(this CompanionPlatform platform) => platform switch
    {
        CompanionPlatform.Chrome => '1',
        CompanionPlatform.Edge => '2',
        CompanionPlatform.Firefox => '3',
        CompanionPlatform.InternetExplorer => '4',
        CompanionPlatform.Opera => '5',
        CompanionPlatform.Safari => '6',
        CompanionPlatform.Desktop => '7',
        CompanionPlatform.Uwp => '8',
        _ => '9',
    };

    /// <summary>The browser's name as the server accepts it, or <see langword="null"/> for what is not a browser.</summary>
    public static string? BrowserName(this CompanionPlatform platform) => platform switch
    {
        CompanionPlatform.Chrome => "Chrome",
        CompanionPlatform.Edge => "Edge",
        CompanionPlatform.Firefox => "Firefox",
        CompanionPlatform.InternetExplorer => "IE",
        CompanionPlatform.Opera => "Opera",
        CompanionPlatform.Safari => "Safari",
        _ => null,
    };
}
