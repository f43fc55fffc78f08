namespace Wuts.Simulator.People;

/// <summary>Whom a person has blocked, and the hash by which devices see whether they have missed a change. Safe for concurrent use.</summary>
internal sealed class BlockList(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<Person, DateTimeOffset> _people = [];
    private long _hash = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Changes with every change of the list.</summary>
    public long Hash
    {
        get
        {
            lock (_gate)
            {
                return _hash;
            }
        }
    }

    public IReadOnlyList<Person> People
    {
        get
        {
            lock (_gate)
            {
                return [.. _people.Keys];
            }
        }
    }

    public bool Contains(Person person)
    {
        lock (_gate)
        {
            return _people.ContainsKey(person);
        }
    }

    /// <summary>Blocks or unblocks; <see langword="null"/> when that changes nothing, otherwise the hash before and after.</summary>
    public (long Before, long After)? Change(Person person, bool block)
    {
        lock (_gate)
        {
            if (block ? !_people.TryAdd(person, time.GetUtcNow()) : !_people.Remove(person))
            {
                return null;
            }

            var before = _hash;
            _hash = Math.Max(_hash + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            return (before, _hash);
        }
    }

    /// <summary>The list with the times of blocking, and its hash, of one moment.</summary>
    public (long Hash, IReadOnlyList<(Person Person, DateTimeOffset At)> Items) Snapshot()
    {
        lock (_gate)
        {
            return (_hash, [.. _people.Select(entry => (entry.Key, entry.Value))]);
        }
    }
}
