namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// Lets one task at a time work on the Signal state of a person. A person may be known by two names while sessions move from
/// the phone number to the LID, so several names are taken at once, in a fixed order that cannot deadlock.
/// </summary>
internal sealed class SignalGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Number of names that are taken or waited for.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Waits until nobody else works on any of these users. Dispose the result to let go.</summary>
    public async ValueTask<IDisposable> EnterAsync(IEnumerable<string> users, CancellationToken cancellationToken)
    {
        var holder = new Holder(this);
        try
        {
            foreach (var user in users.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var entry = Join(user);
                try
                {
                    await entry.Semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    Leave(user, entry);
                    throw;
                }

                holder.Held.Push((user, entry));
            }

            return holder;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    private Entry Join(string user)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(user, out var entry))
            {
                _entries.Add(user, entry = new Entry());
            }

            entry.Users++;
            return entry;
        }
    }

    private void Leave(string user, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(user);
                entry.Semaphore.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Holder(SignalGate gate) : IDisposable
    {
        public Stack<(string User, Entry Entry)> Held { get; } = new();

        public void Dispose()
        {
            while (Held.TryPop(out var held))
            {
                held.Entry.Semaphore.Release();
                gate.Leave(held.User, held.Entry);
            }
        }
    }
}
