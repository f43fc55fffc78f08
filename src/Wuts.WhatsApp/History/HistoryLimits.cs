namespace Wuts.WhatsApp.History;

/// <summary>Largest history that is accepted.</summary>
public sealed record HistoryLimits
{
    /// <summary>The defaults.</summary>
    public static readonly HistoryLimits Default = new();

    /// <summary>Encrypted size of a blob in bytes. Default 256 MiB; it is read as a stream.</summary>
    public long MaxDownloadSize { get; init; } = 256L * 1024 * 1024;

    /// <summary>Unpacked size of a blob in bytes, against blobs made to explode. Default 512 MiB; it is read as a stream.</summary>
    public long MaxInflatedSize { get; init; } = 512L * 1024 * 1024;

    /// <summary>Length of a name, an address or a token in bytes; a longer one is passed over. Default 1024.</summary>
    public int MaxTextSize { get; init; } = 1024;

    /// <summary>How many people's names are taken from the messages of one chat. Default 4096.</summary>
    public int MaxNamesPerChat { get; init; } = 4096;
}
