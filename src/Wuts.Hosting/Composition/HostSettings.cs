using System.Globalization;
using Wuts.Api.Wawp;
using Wuts.Hosting.ClientVersions;
using Wuts.Storage;
using Wuts.WhatsApp;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Hosting.Composition;

/// <summary>What the host reads from its configuration: files, environment and command line, the later ones winning.</summary>
internal sealed record HostSettings
{
    /// <summary>Where the API listens when nothing says otherwise (<c>--urls</c>, <c>ASPNETCORE_URLS</c>).</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary><c>Wuts:Storage</c>, <c>Wuts:ConnectionString</c>, <c>Wuts:DataDirectory</c>, <c>Wuts:MasterKey</c>.</summary>
    public required StorageOptions Storage { get; init; }

    /// <summary>
    /// <c>WhatsApp:Endpoint</c>, <c>WhatsApp:NoiseRootKey</c> (hex), <c>WhatsApp:MediaBaseUrl</c>, <c>WhatsApp:ClientVersion</c>,
    /// <c>WhatsApp:QueryTimeout</c> (whole seconds).
    /// </summary>
    public required WhatsAppOptions WhatsApp { get; init; }

    /// <summary>
    /// Where a newer client version is looked for once a day: <c>WhatsApp:ClientVersionUrl</c> (default: WhatsApp's own script) when
    /// <c>WhatsApp:RefreshClientVersion</c> is <c>true</c>; <see langword="null"/> by default, when nothing is looked for.
    /// </summary>
    public Uri? ClientVersionUrl { get; init; }

    /// <summary><c>Wuts:Wawp:MaxInstances</c>: how many instances a user may have; no limit by default.</summary>
    public WawpOptions Wawp { get; init; } = new();

    /// <summary><c>Wuts:Metrics:PerDevice</c>: whether <c>/metrics</c> tells of single devices, by their ids. Default <c>true</c>.</summary>
    public bool PerDeviceMetrics { get; init; } = true;

    /// <summary><c>Wuts:MasterToken</c>; without it the first start makes one. A secret.</summary>
    public string? MasterToken { get; init; }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StorageSetupException">A setting about storage has no meaning.</exception>
    /// <exception cref="ArgumentException">Another setting has none; the message names it, its value and the rule.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var storage = new StorageOptions();
        var whatsApp = WhatsAppOptions.Default;
        whatsApp = whatsApp with
        {
            Endpoint = ReadUrl(configuration, "WhatsApp:Endpoint") ?? whatsApp.Endpoint,
            MediaBaseUrl = ReadUrl(configuration, "WhatsApp:MediaBaseUrl"),
            NoiseRootKey = ReadHex(configuration, "WhatsApp:NoiseRootKey") ?? whatsApp.NoiseRootKey,
            ClientVersion = ReadVersion(configuration, "WhatsApp:ClientVersion") ?? whatsApp.ClientVersion,
            QueryTimeout = ReadCount(configuration, "WhatsApp:QueryTimeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : whatsApp.QueryTimeout,
        };
        whatsApp.Validate();
        return new HostSettings
        {
            Storage = storage with
            {
                Kind = Text(configuration, "Wuts:Storage") is { } kind ? StorageOptions.ParseKind(kind) : storage.Kind,
                ConnectionString = Text(configuration, "Wuts:ConnectionString"),
                DataDirectory = Text(configuration, "Wuts:DataDirectory") ?? storage.DataDirectory,
                MasterKey = Text(configuration, "Wuts:MasterKey"),
            },
            WhatsApp = whatsApp,
            ClientVersionUrl = ReadClientVersionUrl(configuration),
            PerDeviceMetrics = ReadSwitch(configuration, "Wuts:Metrics:PerDevice", otherwise: true),
            MasterToken = Text(configuration, "Wuts:MasterToken"),
            Wawp = new WawpOptions { MaxInstances = ReadCount(configuration, "Wuts:Wawp:MaxInstances") },
        };
    }

    /// <summary>Settings hold secrets.</summary>
    public override string ToString() => nameof(HostSettings);

    private static string? Text(IConfiguration configuration, string name) =>
        configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    private static Uri? ReadUrl(IConfiguration configuration, string name) =>
        Text(configuration, name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) ? url
        : throw new ArgumentException($"{name} is set to \"{text}\". It must be an absolute URL.");

    private static Uri? ReadClientVersionUrl(IConfiguration configuration)
    {
        if (!ReadSwitch(configuration, "WhatsApp:RefreshClientVersion"))
        {
            return null;
        }

        var url = ReadUrl(configuration, "WhatsApp:ClientVersionUrl") ?? ClientVersionPage.Default;
        return Text(configuration, "WhatsApp:ClientVersion") is not null
            ? throw new ArgumentException("WhatsApp:RefreshClientVersion and WhatsApp:ClientVersion exclude each other: a version that is set stays.")
            : url.Scheme is "https" or "http" ? url
            : throw new ArgumentException($"WhatsApp:ClientVersionUrl is set to \"{url}\". It must begin with https:// or http://.");
    }

    private static bool ReadSwitch(IConfiguration configuration, string name, bool otherwise = false) =>
        Text(configuration, name) is not { } text ? otherwise
        : bool.TryParse(text, out var value) ? value
        : throw new ArgumentException($"{name} is set to \"{text}\". It must be true or false.");

    private static int? ReadCount(IConfiguration configuration, string name) =>
        Text(configuration, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
        : throw new ArgumentException($"{name} is set to \"{text}\". It must be a whole number.");

    private static ReadOnlyMemory<byte>? ReadHex(IConfiguration configuration, string name)
    {
        if (Text(configuration, name) is not { } text)
        {
            return null;
        }

        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"{name} is set to \"{text}\". It must be hexadecimal.", e);
        }
    }

    private static ClientVersion? ReadVersion(IConfiguration configuration, string name) =>
        Text(configuration, name) is not { } text ? null
        : ClientVersion.TryParse(text, out var version) ? version
        : throw new ArgumentException($"{name} is set to \"{text}\". It must be a version such as {ClientVersion.Default}.");
}
