using Microsoft.Extensions.Logging;
using Wuts.Core.Devices;
using Wuts.Core.Metrics;
using Wuts.Core.Stores;

namespace Wuts.Core.Contacts;

/// <summary>What the contacts of a process work with. Everything in it is safe for concurrent use.</summary>
public sealed record ContactServices
{
    /// <summary>Where contacts keep what they have learnt.</summary>
    public required IContactCacheStore Cache { get; init; }

    /// <summary>The leases of the process: while that may be dead for all others, nothing is stored.</summary>
    public required LeaseKeeper Leases { get; init; }

    /// <summary>Fetches the files of pictures.</summary>
    public required IPictureDownloader Pictures { get; init; }

    /// <summary>Counts and measures.</summary>
    public required GatewayMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes.</summary>
    public ILoggerFactory Loggers { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
