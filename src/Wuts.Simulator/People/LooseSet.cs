using System.Collections.Concurrent;

namespace Wuts.Simulator.People;

/// <summary>
/// A set that costs next to nothing while it is small, as most are in a world of a hundred thousand people: an array up to
/// eight members, a dictionary beyond. Safe for concurrent use; an enumeration may or may not see what changes meanwhile.
/// </summary>
internal sealed class LooseSet<T>
    where T : class
{
    private const int ArrayLimit = 8;

    private readonly Lock _gate = new();
    private volatile T[] _few = [];
    private volatile ConcurrentDictionary<T, byte>? _many;

    /// <summary>The members at this moment.</summary>
    public IReadOnlyCollection<T> Snapshot() => _many is { } many ? [.. many.Keys] : _few;

    /// <summary>The members, without a copy.</summary>
    public IEnumerable<T> Enumerate() => _many is { } many ? many.Select(entry => entry.Key) : _few;

    public bool Contains(T item) => _many is { } many ? many.ContainsKey(item) : Array.IndexOf(_few, item) >= 0;

    public bool Add(T item)
    {
        lock (_gate)
        {
            if (_many is { } many)
            {
                return many.TryAdd(item, 0);
            }

            var few = _few;
            if (Array.IndexOf(few, item) >= 0)
            {
                return false;
            }

            if (few.Length < ArrayLimit)
            {
                _few = [.. few, item];
                return true;
            }

            many = new ConcurrentDictionary<T, byte>(few.Select(member => new KeyValuePair<T, byte>(member, 0)));
            many.TryAdd(item, 0);
            _many = many;
            _few = [];
            return true;
        }
    }

    public bool Remove(T item)
    {
        lock (_gate)
        {
            if (_many is { } many)
            {
                return many.TryRemove(item, out _);
            }

            var index = Array.IndexOf(_few, item);
            if (index < 0)
            {
                return false;
            }

            _few = [.. _few.AsSpan(0, index), .. _few.AsSpan(index + 1)];
            return true;
        }
    }
}
