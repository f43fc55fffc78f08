namespace Wuts.WhatsApp;

/// <summary>When the client pings the server, and when it takes the connection for dead. Protocol section 6.2.</summary>
public sealed record KeepAliveOptions
{
    /// <summary>Shortest pause between two pings. Default 20 s, 1 s to 1 day.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest pause between two pings. Default 30 s, <see cref="MinInterval"/> to 1 day.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the answer to a ping may take. Default 20 s, 1 s to 1 day. After a first failure one more ping is sent at
    /// once; when that fails too, the connection is given up.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);
}
