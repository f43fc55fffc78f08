using System.Diagnostics.CodeAnalysis;

namespace Wuts.Core.Devices;

/// <summary>
/// What the devices of a process answered lately about what they have stored, for the time in which the database cannot be read. A
/// book that nobody reads is not in it. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="maxRows">Rows that are kept at most, of all devices together; the oldest answers go first.</param>
public sealed class AnswerMemory(TimeProvider time, int maxRows = AnswerMemory.DefaultRows)
{
    /// <summary>How long an answer is remembered after it was true.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>A row is a contact, a group or a member of one: a few hundred bytes, so that all of them are some ten megabytes.</summary>
    public const int DefaultRows = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DeviceId, object), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();
    private int _rows;

    /// <summary>How many rows are remembered.</summary>
    public int Rows
    {
        get
        {
            lock (_gate)
            {
                return _rows;
            }
        }
    }

    /// <summary>Remembers an answer in place of an older one to the same question.</summary>
    /// <param name="device">Who answered.</param>
    /// <param name="question">What was asked, comparable by value.</param>
    /// <param name="value">The answer, immutable.</param>
    /// <param name="rows">How large it is; at least 1.</param>
    public void Keep(DeviceId device, object question, object value, int rows)
    {
        ArgumentNullException.ThrowIfNull(value);
        var entry = new Entry((device, question), value, Math.Max(rows, 1), time.GetUtcNow());
        lock (_gate)
        {
            Remove(entry.Key);
            if (entry.Rows <= maxRows)
            {
                _entries[entry.Key] = _byAge.AddLast(entry);
                _rows += entry.Rows;
            }

            while (_byAge.First is { } oldest && (_rows > maxRows || entry.At - oldest.Value.At > Lifetime))
            {
                Remove(oldest.Value.Key);
            }
        }
    }

    /// <summary>The last answer to a question.</summary>
    /// <param name="device">Who answered.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="value">The answer.</param>
    /// <param name="at">When it was true.</param>
    public bool TryFind<T>(DeviceId device, object question, [NotNullWhen(true)] out T? value, out DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue((device, question), out var node) && time.GetUtcNow() - node.Value.At <= Lifetime)
            {
                (value, at) = ((T)node.Value.Value, node.Value.At);
                return true;
            }
        }

        (value, at) = (default, default);
        return false;
    }

    /// <summary>Forgets a device: it was unlinked or destroyed.</summary>
    public void Forget(DeviceId device)
    {
        lock (_gate)
        {
            foreach (var key in _entries.Keys.Where(key => key.Item1 == device).ToList())
            {
                Remove(key);
            }
        }
    }

    private void Remove((DeviceId, object) key)
    {
        if (_entries.Remove(key, out var node))
        {
            _byAge.Remove(node);
            _rows -= node.Value.Rows;
        }
    }

    private sealed record Entry((DeviceId, object) Key, object Value, int Rows, DateTimeOffset At);
}
