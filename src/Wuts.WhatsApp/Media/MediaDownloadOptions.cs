namespace Wuts.WhatsApp.Media;

/// <summary>How downloads behave.</summary>
public sealed record MediaDownloadOptions
{
    /// <summary>The defaults.</summary>
    public static readonly MediaDownloadOptions Default = new();

    /// <summary>How often a file is tried, over all hosts together. Default 5, at least 1.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How long one attempt may take, the body included. Default 5 minutes.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause after the first failure; it grows by itself with each further one. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default 5 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A file larger than this many bytes goes to disk while it is checked, encrypted as it is. Default 1 MiB.</summary>
    public int MemoryLimit { get; init; } = 1024 * 1024;

    /// <summary>Where large files go. Default: the temporary folder of the system.</summary>
    public string SpoolDirectory { get; init; } = Path.GetTempPath();
}
