using Wuts.Simulator;

namespace Wuts.Cluster.Scene;

/// <summary>
/// Follows what happens at WhatsApp: when each device became active, and whether there were ever two sockets of one device that
/// were both logged in. Safe for concurrent use.
/// </summary>
internal sealed class WireWatch : IAsyncDisposable
{
    private readonly EventLog _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _activations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long?> _open = new(StringComparer.Ordinal);
    private readonly List<SimulatorEvent> _second = [];
    private readonly HashSet<long> _replaced = [];
    private readonly List<SimulatorEvent> _afterwards = [];
    private readonly Task _following;
    private long _seen;

    public WireWatch(EventLog events)
    {
        _events = events;
        _following = FollowAsync();
    }

    /// <summary>
    /// Logins while another connection of the same device was logged in and open. Every account of a scene has one device. Where a
    /// process is frozen its connection is one that nobody reads; where it was killed there is none.
    /// </summary>
    public IReadOnlyList<SimulatorEvent> SecondLogins
    {
        get
        {
            lock (_gate)
            {
                return [.. _second];
            }
        }
    }

    /// <summary>What happened on a connection, besides its end, after another one of the same device was logged in.</summary>
    public IReadOnlyList<SimulatorEvent> OnReplacedConnections
    {
        get
        {
            lock (_gate)
            {
                return [.. _afterwards];
            }
        }
    }

    /// <summary>How often a device became active.</summary>
    public int Activations(SceneDevice device)
    {
        lock (_gate)
        {
            return _activations.TryGetValue(device.Account.Phone, out var times) ? times.Count : 0;
        }
    }

    /// <summary>When a device became active for the first time after a moment.</summary>
    public DateTimeOffset? FirstActivation(SceneDevice device, DateTimeOffset after)
    {
        lock (_gate)
        {
            return _activations.TryGetValue(device.Account.Phone, out var times) && times.FindIndex(at => at >= after) is >= 0 and var i
                ? times[i]
                : null;
        }
    }

    /// <summary>Waits until everything that has happened so far was seen.</summary>
    public async Task CatchUpAsync()
    {
        var latest = _events.Latest;
        await Eventually.IsAsync(
            async () =>
            {
                await (_following.IsFaulted ? _following : Task.CompletedTask);
                return Interlocked.Read(ref _seen);
            },
            seen => seen >= latest);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                var happened = await _events.WaitSinceAsync(_seen, _stop.Token);
                if (happened[0].Sequence > _seen + 1 && _seen > 0)
                {
                    throw new InvalidOperationException("Events of WhatsApp were forgotten before they were seen.");
                }

                lock (_gate)
                {
                    foreach (var one in happened)
                    {
                        Note(one);
                    }
                }

                Interlocked.Exchange(ref _seen, happened[^1].Sequence);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Note(SimulatorEvent happened)
    {
        if (happened.Account is not { } account)
        {
            return;
        }

        if (happened is { Connection: { } on, Kind: not SimulatorEventKind.Disconnected } && _replaced.Contains(on))
        {
            _afterwards.Add(happened);
        }

        switch (happened.Kind)
        {
            case SimulatorEventKind.LoggedIn:
                if (!_open.TryAdd(account, happened.Connection))
                {
                    _second.Add(happened);
                    _replaced.Add(_open[account] ?? 0);
                    _open[account] = happened.Connection;
                }

                break;
            case SimulatorEventKind.Active:
                if (!_activations.TryGetValue(account, out var times))
                {
                    _activations[account] = times = [];
                }

                times.Add(happened.At);
                break;
            case SimulatorEventKind.Disconnected when _open.TryGetValue(account, out var connection) && connection == happened.Connection:
                _open.Remove(account);
                break;
        }
    }
}
