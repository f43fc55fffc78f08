using System.Diagnostics.Metrics;
using Wuts.Storage;

namespace Wuts.Hosting.Metrics;

/// <summary>Whether the server of the database answers, as the process sees it.</summary>
internal sealed class StorageMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Wuts.Storage";

    public StorageMetrics(IMeterFactory factory, WutsStorage storage)
    {
        var meter = factory.Create(MeterName);
        meter.CreateObservableGauge("wuts.storage.available", () => storage.AwaySince is null ? 1 : 0, null, "1 while the server of the database answers, 0 while it does not");
        meter.CreateObservableCounter("wuts.storage.outages", () => storage.Outages, "{outage}", "How often the server of the database went away");
    }
}
