using Microsoft.Extensions.Logging;
using Wuts.Core.Events;
using Wuts.Core.Metrics;
using Wuts.Core.Queries;
using Wuts.Core.Stores;
using Wuts.WhatsApp;

namespace Wuts.Core.Devices;

/// <summary>What the devices of a process work with. Everything in it is safe for concurrent use.</summary>
public sealed record DeviceServices
{
    private AnswerMemory? _memory;

    /// <summary>Who owns which device, and how it is.</summary>
    public required IDeviceCatalog Catalog { get; init; }

    /// <summary>What devices hold.</summary>
    public required IDeviceDataStore Data { get; init; }

    /// <summary>The leases of the process.</summary>
    public required LeaseKeeper Leases { get; init; }

    /// <summary>Where events go.</summary>
    public required IEventStream Events { get; init; }

    /// <summary>Counts and measures.</summary>
    public required GatewayMetrics Metrics { get; init; }

    /// <summary>How to reach WhatsApp. Label, clock, log and event sink are set per device.</summary>
    public WhatsAppOptions WhatsApp { get; init; } = WhatsAppOptions.Default;

    /// <summary>The version that new connections name, when it may rise; otherwise it is the one in <see cref="WhatsApp"/>.</summary>
    public NewestClientVersion? ClientVersion { get; init; }

    /// <summary>What devices answered lately, for when the database cannot be read; one for the whole process.</summary>
    public AnswerMemory Memory
    {
        get => LazyInitializer.EnsureInitialized(ref _memory, () => new AnswerMemory(Time));
        init => _memory = value;
    }

    /// <summary>How much a device may ask.</summary>
    public QueryOptions Queries { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where jitter comes from.</summary>
    public IRandomSource Random { get; init; } = SharedRandomSource.Instance;

    /// <summary>Where the log goes.</summary>
    public ILoggerFactory Loggers { get; init; } = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
}
