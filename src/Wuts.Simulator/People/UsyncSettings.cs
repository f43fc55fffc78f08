namespace Wuts.Simulator;

/// <summary>How user queries are answered. May be changed at any time. Safe for concurrent use.</summary>
public sealed class UsyncSettings
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Code, int? Backoff, int Times)> _failing = new(StringComparer.Ordinal);

    /// <summary>Above how many people a query is refused. Default: 500.</summary>
    public int MaxUsers { get; set; } = 500;

    /// <summary>Whether the answer for a number that is not registered names no address. Default: it repeats the number.</summary>
    public bool OmitUnregisteredJid { get; set; }

    /// <summary>Whether a number in another spelling than the registered one is out. Default: it leads to the person. Sync section 4.5.</summary>
    public bool OnlyExactNumbers { get; set; }

    /// <summary>Makes a protocol fail as a whole.</summary>
    /// <param name="protocol">Its name on the wire, for example <c>contact</c>.</param>
    /// <param name="code">The error number.</param>
    /// <param name="backoff">Pause in seconds, if the server names one.</param>
    /// <param name="times">How often; 0 until <see cref="Restore"/>.</param>
    public void Fail(string protocol, int code = 429, int? backoff = null, int times = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        lock (_gate)
        {
            _failing[protocol] = (code, backoff, times);
        }
    }

    /// <summary>Ends every failure.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            _failing.Clear();
        }
    }

    /// <summary>The failure of a protocol, which counts as used; <see langword="null"/> when it works.</summary>
    internal (int Code, int? Backoff)? Take(string protocol)
    {
        lock (_gate)
        {
            if (!_failing.TryGetValue(protocol, out var failure))
            {
                return null;
            }

            if (failure.Times == 1)
            {
                _failing.Remove(protocol);
            }
            else if (failure.Times > 1)
            {
                _failing[protocol] = failure with { Times = failure.Times - 1 };
            }

            return (failure.Code, failure.Backoff);
        }
    }
}
