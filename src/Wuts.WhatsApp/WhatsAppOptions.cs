using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp;

/// <summary>
/// How a <see cref="WhatsAppClient"/> connects and behaves. Immutable: change it with <c>with</c>. The defaults are those for
/// WhatsApp itself; <see cref="Endpoint"/> and <see cref="NoiseRootKey"/> together point the client at a test server.
/// </summary>
public sealed record WhatsAppOptions
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestStoragePatience = TimeSpan.FromMinutes(10);

    /// <summary>The options for WhatsApp itself.</summary>
    public static WhatsAppOptions Default { get; } = new();

    /// <summary>The server's WebSocket, <c>wss</c> or, for a test server, <c>ws</c>. Default <c>wss://web.whatsapp.com/ws/chat</c>.</summary>
    public Uri Endpoint { get; init; } = new("wss://web.whatsapp.com/ws/chat");

    /// <summary>The <c>Origin</c> header of the connection; <see langword="null"/> sends none. Default <c>https://web.whatsapp.com</c>.</summary>
    public string? Origin { get; init; } = "https://web.whatsapp.com";

    /// <summary>The proxy to connect through. Default: none. Clients that share one proxy object share its resources.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>
    /// Public key under which the server's certificates must verify, 32 bytes. Default: WhatsApp's. Another one is for test
    /// servers only, and a warning in the log says so whenever a client is created with it.
    /// </summary>
    public ReadOnlyMemory<byte> NoiseRootKey { get; init; } = ServerCertificate.WhatsAppRootKey.ToArray();

    /// <summary>
    /// The version that the client says it is. Default: compiled in. The server refuses versions that are some months old with
    /// <see cref="DisconnectReason.ClientOutdated"/>. Protocol section 4.4.
    /// </summary>
    public ClientVersion ClientVersion { get; init; } = ClientVersion.Default;

    /// <summary>How the device presents itself on the phone. Takes effect at pairing. Protocol section 4.5.</summary>
    public DeviceIdentityOptions Device { get; init; } = DeviceIdentityOptions.Default;

    /// <summary>
    /// What to put in front of the direct path of media instead of <c>https://</c> and a media host, <c>http</c> or
    /// <c>https</c>. Default: not set; the hosts come from the server.
    /// </summary>
    public Uri? MediaBaseUrl { get; init; }

    /// <summary>How long reaching the server and shaking hands may take together, and after it the answer to the login. Default 20 s, 1 s to 1 day.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long one query may take; then <see cref="WhatsAppTimeoutException"/>. Default 60 s, 1 s to 1 day. Pictures have 15 s.
    /// </summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When the client pings, and when it takes the connection for dead. Protocol section 6.2.</summary>
    public KeepAliveOptions KeepAlive { get; init; } = new();

    /// <summary>How long to wait before connecting again. Default <see cref="FibonacciReconnectPolicy"/>. Protocol section 6.10.</summary>
    public IReconnectPolicy ReconnectPolicy { get; init; } = FibonacciReconnectPolicy.Instance;

    /// <summary>
    /// For how long the same stanza is handled again, unacknowledged, while the store fails; then the connection is given up, and the
    /// server delivers the stanza over the next one. Meanwhile the stanzas of its kind wait. Default: zero, the connection is given up
    /// at once. At most 10 minutes.
    /// </summary>
    public TimeSpan StoragePatience { get; init; }

    /// <summary>
    /// Whether a paired device resumes with the server key of an earlier handshake, which saves a round trip. Default: yes.
    /// It falls back to the full handshake by itself. Protocol section 2.6.
    /// </summary>
    public bool Resumption { get; init; } = true;

    /// <summary>How many pre-keys the first upload after pairing holds. Default 812, as WhatsApp Web; 5 to 1000. Protocol section 9.2.</summary>
    public int FirstPreKeyBatch { get; init; } = 812;

    /// <summary>How many pre-keys a later upload holds. Default 50; 5 to 1000. Protocol section 9.2.</summary>
    public int PreKeyBatch { get; init; } = 50;

    /// <summary>At which age the signed pre-key is replaced. Default 27 days, as WhatsApp Web; at least 1 day. Protocol section 9.5.</summary>
    public TimeSpan SignedPreKeyLifetime { get; init; } = TimeSpan.FromDays(27);

    /// <summary>
    /// How many events wait for a reader of <see cref="WhatsAppClient.Events"/> at most; then the oldest are dropped and
    /// <see cref="WhatsAppEvent.EventsLost"/> says how many. Default 256, at least 16.
    /// </summary>
    public int EventCapacity { get; init; } = 256;

    /// <summary>
    /// Gets every event before the stanza that caused it is acknowledged, and before it appears in
    /// <see cref="WhatsAppClient.Events"/>. Default: none. For what must not be lost.
    /// </summary>
    public IWhatsAppEventSink? EventSink { get; init; }

    /// <summary>Names the device in the log. Default "device". Never put a phone number here.</summary>
    public string Label { get; init; } = "device";

    /// <summary>The clock and the timers. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where jitter comes from. Default: the runtime's generator.</summary>
    public IRandomSource Random { get; init; } = SharedRandomSource.Instance;

    /// <summary>Where the log goes. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Whether the server must prove itself with WhatsApp's own root key.</summary>
    internal bool TrustsWhatsApp => NoiseRootKey.Span.SequenceEqual(ServerCertificate.WhatsAppRootKey);

    /// <summary>Checks every option; a client does it when it is created.</summary>
    /// <exception cref="ArgumentException">An option breaks its rule; the message names option, value and rule.</exception>
    public void Validate()
    {
        Require(Endpoint is { IsAbsoluteUri: true, Scheme: "ws" or "wss" }, nameof(Endpoint), Endpoint, "an absolute ws or wss URL");
        Require(NoiseRootKey.Length == X25519.KeySize, nameof(NoiseRootKey), $"{NoiseRootKey.Length} bytes", $"{X25519.KeySize} bytes long");
        Require(MediaBaseUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(MediaBaseUrl), MediaBaseUrl,
            "an absolute http or https URL, or not set");
        RequireTimeout(ConnectTimeout, nameof(ConnectTimeout));
        RequireTimeout(QueryTimeout, nameof(QueryTimeout));
        Require(KeepAlive is not null, nameof(KeepAlive), "null", "set");
        RequireTimeout(KeepAlive!.MinInterval, $"{nameof(KeepAlive)}.{nameof(KeepAlive.MinInterval)}");
        RequireTimeout(KeepAlive.MaxInterval, $"{nameof(KeepAlive)}.{nameof(KeepAlive.MaxInterval)}");
        RequireTimeout(KeepAlive.Timeout, $"{nameof(KeepAlive)}.{nameof(KeepAlive.Timeout)}");
        Require(KeepAlive.MaxInterval >= KeepAlive.MinInterval, $"{nameof(KeepAlive)}.{nameof(KeepAlive.MaxInterval)}", KeepAlive.MaxInterval,
            $"at least {nameof(KeepAlive.MinInterval)}, which is {KeepAlive.MinInterval}");
        Require(StoragePatience >= TimeSpan.Zero && StoragePatience <= LongestStoragePatience, nameof(StoragePatience), StoragePatience,
            $"between zero and {LongestStoragePatience}");
        Require(ReconnectPolicy is not null, nameof(ReconnectPolicy), "null", "set");
        Require(FirstPreKeyBatch is >= 5 and <= 1000, nameof(FirstPreKeyBatch), FirstPreKeyBatch, "between 5 and 1000");
        Require(PreKeyBatch is >= 5 and <= 1000, nameof(PreKeyBatch), PreKeyBatch, "between 5 and 1000");
        Require(SignedPreKeyLifetime >= TimeSpan.FromDays(1), nameof(SignedPreKeyLifetime), SignedPreKeyLifetime, "at least 1 day");
        Require(EventCapacity >= 16, nameof(EventCapacity), EventCapacity, "at least 16");
        Require(!string.IsNullOrEmpty(Label), nameof(Label), Label, "a text that is not empty");
        Require(TimeProvider is not null, nameof(TimeProvider), "null", "set");
        Require(Random is not null, nameof(Random), "null", "set");
        Require(LoggerFactory is not null, nameof(LoggerFactory), "null", "set");
        Require(Device is not null, nameof(Device), "null", "set");
        Device!.Validate();
    }

    private static void RequireTimeout(TimeSpan value, string option) =>
        Require(value >= ShortestTimeout && value <= LongestTimeout, option, value, $"between {ShortestTimeout} and {LongestTimeout}");

    private static void Require(bool condition, string option, object? value, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{option} is set to \"{value}\". It must be {rule}."), option);
        }
    }
}
