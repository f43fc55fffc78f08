using System.Diagnostics.Metrics;
using Wuts.Core.Devices;
using Wuts.Core.Queries;
using Wuts.WhatsApp.History;

namespace Wuts.Core.Metrics;

/// <summary>
/// Everything that the domain counts and measures, in one place. Labels are kinds and outcomes, and ids of devices where somebody
/// wants them (<see cref="DeviceMetrics"/>): never an address or a number.
/// </summary>
public sealed class GatewayMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Wuts.Core";

    private readonly Meter _meter;
    private readonly DeviceMetrics? _perDevice;
    private readonly Counter<long> _asked;
    private readonly Histogram<double> _queries;
    private readonly Histogram<double> _gateWaits;
    private readonly Counter<long> _cache;
    private readonly Counter<long> _leasesLost;
    private readonly Counter<long> _moves;
    private readonly Counter<long> _rateLimits;
    private readonly Counter<long> _pictureDownloads;
    private readonly Counter<long> _historyLost;
    private readonly Counter<long> _ownMessagesLost;
    private readonly int[] _devices = new int[Enum.GetValues<DeviceState>().Length];

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Makes the meters; without one they belong to this object.</param>
    /// <param name="time">Measures how long devices are connected; by default the system's.</param>
    /// <param name="perDevice">Whether single devices are told of, too.</param>
    public GatewayMetrics(IMeterFactory? factory = null, TimeProvider? time = null, bool perDevice = false)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _perDevice = perDevice ? new DeviceMetrics(factory, time ?? TimeProvider.System) : null;
        _asked = _meter.CreateCounter<long>("wuts.query.asked", "{query}", "Questions for WhatsApp, those among them that were not let through, by kind");
        _queries = _meter.CreateHistogram<double>("wuts.query.duration", "s", "Time from asking WhatsApp to its answer, by kind and outcome");
        _gateWaits = _meter.CreateHistogram<double>("wuts.gate.wait", "s", "Time that a query waited for its budget, by kind");
        _cache = _meter.CreateCounter<long>("wuts.contact.cache", "{lookup}", "Lookups in the contact cache, by part and result");
        _leasesLost = _meter.CreateCounter<long>("wuts.lease.lost", "{lease}", "Leases that were lost to another owner or could not be renewed");
        _moves = _meter.CreateCounter<long>("wuts.device.moves", "{device}", "Devices handed over to a process that has fewer, by outcome");
        _rateLimits = _meter.CreateCounter<long>("wuts.query.rate_limited", "{query}", "Queries that WhatsApp or the own budget refused, by kind");
        _pictureDownloads = _meter.CreateCounter<long>("wuts.picture.downloads", "{file}", "Picture files fetched, by outcome");
        _historyLost = _meter.CreateCounter<long>("wuts.history.lost", "{part}", "Parts of a history that do not come any more, by type");
        _ownMessagesLost = _meter.CreateCounter<long>("wuts.own_message.lost", "{message}", "Messages between devices of an account that could not be read");
        _meter.CreateObservableUpDownCounter("wuts.devices", DevicesByState, "{device}", "Living devices, by state");
    }

    /// <summary>Somebody has a query.</summary>
    public void QueryAsked(QueryKind kind) => _asked.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));

    /// <summary>A query was answered, or not.</summary>
    public void QueryDone(QueryKind kind, string outcome, TimeSpan took) =>
        _queries.Record(took.TotalSeconds, new("kind", NameOf(kind)), new("outcome", outcome));

    /// <summary>A query got its turn.</summary>
    public void GateWaited(QueryKind kind, TimeSpan took) => _gateWaits.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", NameOf(kind)));

    /// <summary>A query was refused for its rate.</summary>
    public void RateLimited(QueryKind kind, bool byOwnBudget) =>
        _rateLimits.Add(1, new("kind", NameOf(kind)), new("by", byOwnBudget ? "budget" : "whatsapp"));

    /// <summary>A part of a contact was looked up in the cache.</summary>
    public void CacheRead(string part, bool hit) => _cache.Add(1, new("part", part), new("result", hit ? "hit" : "miss"));

    /// <summary>A lease was lost.</summary>
    public void LeaseLost() => _leasesLost.Add(1);

    /// <summary>A device was handed over to a process that has fewer.</summary>
    /// <param name="isWoken">Whether it came to life there; otherwise whoever finds it without an owner wakes it.</param>
    public void DeviceHandedOver(bool isWoken) => _moves.Add(1, new KeyValuePair<string, object?>("outcome", isWoken ? "ok" : "failed"));

    /// <summary>A picture's file was fetched, or could not be.</summary>
    public void PictureFetched(string outcome) => _pictureDownloads.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A part of a history is lost.</summary>
    /// <param name="type">Which part; <see langword="null"/> when that is not known.</param>
    public void HistoryLost(HistorySyncType? type) =>
        _historyLost.Add(1, new KeyValuePair<string, object?>("type", type?.ToString() ?? "Unknown"));

    /// <summary>A message from a device of the same account is lost.</summary>
    public void OwnMessageLost() => _ownMessagesLost.Add(1);

    /// <summary>A living device went from one state to another; <see langword="null"/> stands for not living.</summary>
    public void DeviceMoved(DeviceId id, DeviceState? from, DeviceState? to)
    {
        _perDevice?.Moved(id, to);
        if (from is { } left)
        {
            Interlocked.Decrement(ref _devices[(int)left]);
        }

        if (to is { } reached)
        {
            Interlocked.Increment(ref _devices[(int)reached]);
        }
    }

    /// <summary>Reports how many actors are alive.</summary>
    public void WatchActors(Func<int> devices, Func<int> contacts) => _meter.CreateObservableUpDownCounter(
        "wuts.actors",
        () => new Measurement<int>[] { new(devices(), new KeyValuePair<string, object?>("kind", "device")), new(contacts(), new KeyValuePair<string, object?>("kind", "contact")) },
        "{actor}",
        "Living actors, by kind");

    /// <summary>Ends the instruments.</summary>
    public void Dispose()
    {
        _perDevice?.Dispose();
        _meter.Dispose();
    }

    private static string NameOf(QueryKind kind) => kind switch
    {
        QueryKind.UserInfo => "user_info",
        QueryKind.LidLookup => "lid_lookup",
        QueryKind.Registration => "registration",
        QueryKind.Picture => "picture",
        QueryKind.Business => "business",
        QueryKind.Blocklist => "blocklist",
        QueryKind.GroupList => "group_list",
        QueryKind.Group => "group",
        QueryKind.AppState => "app_state",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private IEnumerable<Measurement<int>> DevicesByState()
    {
        foreach (var state in Enum.GetValues<DeviceState>())
        {
            yield return new Measurement<int>(Volatile.Read(ref _devices[(int)state]), new KeyValuePair<string, object?>("state", state.ToString()));
        }
    }
}
