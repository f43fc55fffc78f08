using System.Diagnostics.Metrics;

namespace Wuts.Api.Metrics;

/// <summary>What the API measures. Paths are labelled by their pattern: real ones hold phone numbers.</summary>
internal sealed class ApiMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Wuts.Api";

    private readonly Histogram<double> _requests;
    private readonly UpDownCounter<int> _active;

    public ApiMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _requests = meter.CreateHistogram<double>(
            "wuts.http.request.duration", "s", "Time from a request to the end of its answer, by dialect, method, path and status");
        _active = meter.CreateUpDownCounter<int>("wuts.http.active_requests", "{request}", "Requests that are being answered, by dialect");
    }

    /// <summary>A request came.</summary>
    public void Begin(string dialect) => _active.Add(1, new KeyValuePair<string, object?>("dialect", dialect));

    /// <summary>A request was answered.</summary>
    public void End(string dialect, string method, string pattern, int status, TimeSpan took)
    {
        _active.Add(-1, new KeyValuePair<string, object?>("dialect", dialect));
        _requests.Record(
            took.TotalSeconds, new("dialect", dialect), new("method", MethodOf(method)), new("path", pattern), new("status", status));
    }

    // A method may be any word that a caller makes up.
    private static string MethodOf(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? method : "other";
}
