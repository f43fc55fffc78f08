namespace Wuts.Simulator.EndToEnd;

/// <summary>
/// The end-to-end messages under way to one device, by id: until their receipts are complete they can be asked for again.
/// Safe for concurrent use.
/// </summary>
internal sealed class Mailbox
{
    // A device that never sends receipts must not make the server remember everything.
    private const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, SentMessage> _messages = new(StringComparer.Ordinal);

    /// <summary>How many messages wait for receipts.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    public void Add(SentMessage message)
    {
        lock (_gate)
        {
            if (_messages.Count >= Capacity)
            {
                _messages.RemoveAt(0);
            }

            _messages[message.Id] = message;
        }
    }

    public SentMessage? Find(string id)
    {
        lock (_gate)
        {
            return _messages.GetValueOrDefault(id);
        }
    }

    /// <summary>The device has taken the message off its queue, by ack or by receipt.</summary>
    public void MarkTaken(string id, long now)
    {
        lock (_gate)
        {
            if (_messages.TryGetValue(id, out var message))
            {
                message.TakenAt ??= now;
            }
        }
    }

    /// <summary>Records a receipt; the message is forgotten when nothing more is due.</summary>
    public void Receive(SentMessage message, string type)
    {
        lock (_gate)
        {
            message.Receipts.Add(type);
            if (message.IsDone)
            {
                _messages.Remove(message.Id);
            }
        }
    }

    /// <summary>The device has a new connection: what it owes receipts for gets its time again.</summary>
    public void Restart(long now)
    {
        lock (_gate)
        {
            foreach (var message in _messages.Values)
            {
                message.TakenAt = message.TakenAt is null ? null : now;
            }
        }
    }

    /// <summary>Takes out a message whose due receipts have been missing for too long, if there is one.</summary>
    public SentMessage? TakeOverdue(Func<SentMessage, bool> isOverdue)
    {
        lock (_gate)
        {
            foreach (var message in _messages.Values)
            {
                if (message is { TakenAt: not null, Due.Length: > 0 } && isOverdue(message))
                {
                    _messages.Remove(message.Id);
                    return message;
                }
            }

            return null;
        }
    }
}
