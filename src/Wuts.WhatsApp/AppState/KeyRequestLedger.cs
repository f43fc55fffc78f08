using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Who was asked for which key and when, so that own devices are asked rarely, the phone first, and a key that nobody has is
/// recognised. Sync sections 1.13 and 3.10. Not thread-safe.
/// </summary>
internal sealed class KeyRequestLedger
{
    /// <summary>Between two requests for one key.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>The same, after the connection was made anew.</summary>
    public static readonly TimeSpan IntervalAfterReconnect = TimeSpan.FromHours(1);

    /// <summary>Until a key is asked for again that was left out of an answer about others.</summary>
    public static readonly TimeSpan PartialAnswerPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<AppStateKeyId, Entry> _entries = [];

    /// <summary>When <see cref="Ask"/> has somebody to ask at the latest, for keys that were asked for; absent without such keys.</summary>
    public DateTimeOffset? NextDue => _entries.Values.Min(e => e.AskedAt + Interval);

    /// <summary>Notes requests of an earlier run.</summary>
    public void Restore(IEnumerable<AppStateKeyId> ids, DateTimeOffset askedAt)
    {
        foreach (var id in ids)
        {
            EntryOf(id).AskedAt ??= askedAt;
        }
    }

    /// <summary>Notes that the connection was made anew: requests that are older than an hour may be repeated.</summary>
    public void Reconnected(DateTimeOffset now)
    {
        foreach (var entry in _entries.Values)
        {
            if (now - entry.AskedAt >= IntervalAfterReconnect)
            {
                entry.AskedAt = now - Interval;
            }
        }
    }

    /// <summary>Notes that keys were not asked for after all.</summary>
    public void Forget(IEnumerable<AppStateKeyId> ids)
    {
        foreach (var id in ids)
        {
            _entries.Remove(id);
        }
    }

    /// <summary>Decides whom to ask for what now, and notes it as done.</summary>
    /// <param name="wanted">The missing keys.</param>
    /// <param name="ownDevices">All devices of the account but this one; device 0 is the phone.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<(Jid Device, IReadOnlyList<AppStateKeyId> Ids)> Ask(
        IEnumerable<AppStateKeyId> wanted, IReadOnlyCollection<Jid> ownDevices, DateTimeOffset now)
    {
        var requests = new Dictionary<Jid, List<AppStateKeyId>>();
        foreach (var id in wanted)
        {
            var entry = EntryOf(id);
            foreach (var device in Targets(entry, ownDevices, now))
            {
                if (!requests.TryGetValue(device, out var ids))
                {
                    requests.Add(device, ids = []);
                }

                ids.Add(id);
                entry.Asked.Add(device);
                entry.AskedAt = now;
            }
        }

        return [.. requests.Select(r => (r.Key, (IReadOnlyList<AppStateKeyId>)r.Value))];
    }

    /// <summary>Notes an answer.</summary>
    /// <returns>The keys that no own device has.</returns>
    public IReadOnlyList<AppStateKeyId> Answered(KeyShare share, Jid device, IReadOnlyCollection<Jid> ownDevices, DateTimeOffset now)
    {
        foreach (var key in share.Keys)
        {
            _entries.Remove(key.Id);
        }

        var nowhere = new List<AppStateKeyId>();
        foreach (var id in share.Missing)
        {
            if (_entries.TryGetValue(id, out var entry))
            {
                entry.Denied.Add(device);
                if (ownDevices.All(entry.Denied.Contains))
                {
                    nowhere.Add(id);
                }
            }
        }

        // Left out of the answer although asked for: perhaps it did not fit.
        foreach (var entry in _entries.Values)
        {
            if (entry.Asked.Contains(device) && !entry.Denied.Contains(device))
            {
                entry.AskedAt = now - Interval + PartialAnswerPause;
            }
        }

        return nowhere;
    }

    private static List<Jid> Targets(Entry entry, IReadOnlyCollection<Jid> ownDevices, DateTimeOffset now)
    {
        var open = ownDevices.Where(d => !entry.Denied.Contains(d)).ToList();
        if (entry.AskedAt is not { } last)
        {
            // The phone makes the keys; the others are asked only when it did not answer or does not have them.
            var phone = open.Where(d => d.Device == 0).ToList();
            return phone.Count > 0 ? phone : open;
        }

        var unasked = open.Where(d => !entry.Asked.Contains(d)).ToList();
        if (unasked.Count > 0 && entry.Denied.Count > 0)
        {
            return unasked;
        }

        return now - last >= Interval ? open : [];
    }

    private Entry EntryOf(AppStateKeyId id)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            _entries.Add(id, entry = new Entry());
        }

        return entry;
    }

    private sealed class Entry
    {
        public DateTimeOffset? AskedAt { get; set; }

        public HashSet<Jid> Asked { get; } = [];

        public HashSet<Jid> Denied { get; } = [];
    }
}
