namespace Wuts.WhatsApp.AppState;

/// <summary>Largest app state that is accepted. The defaults are far above what phones send.</summary>
public sealed record AppStateLimits
{
    /// <summary>The defaults.</summary>
    public static readonly AppStateLimits Default = new();

    /// <summary>Encoded size of one record in bytes. Default 1 MiB.</summary>
    public int MaxRecordSize { get; init; } = 1024 * 1024;

    /// <summary>Number of records in one snapshot. Default 2,000,000.</summary>
    public int MaxRecords { get; init; } = 2_000_000;

    /// <summary>Size of a downloaded snapshot in bytes. Default 512 MiB; it is read as a stream.</summary>
    public long MaxSnapshotSize { get; init; } = 512L * 1024 * 1024;

    /// <summary>Size of the mutations of one patch that come as a download, in bytes. Default 64 MiB.</summary>
    public int MaxMutationsSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Size of an unpacked recovery answer in bytes. Default 256 MiB.</summary>
    public int MaxRecoverySize { get; init; } = 256 * 1024 * 1024;
}
