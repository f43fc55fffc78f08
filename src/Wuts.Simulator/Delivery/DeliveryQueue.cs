using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Delivery;

/// <summary>
/// The stanzas for one device, in order, until the device acknowledges them. While the device is away or passive they wait;
/// when it goes active the waiting ones go out as the backlog, with an <c>offline</c> attribute, between
/// <c>offline_preview</c> and <c>offline</c>; what comes later goes out at once. What was not acknowledged on one
/// connection is sent again on the next. Protocol sections 6.3 and 6.5. Safe for concurrent use.
/// </summary>
internal sealed partial class DeliveryQueue(
    int capacity,
    TimeProvider time,
    Action<SimulatorEventKind, string> report,
    Action<Node>? onDropped = null)
{
    private const int RememberedAcks = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<PendingStanza> _pending = [];
    private readonly Dictionary<StanzaKey, LinkedListNode<PendingStanza>> _byKey = [];
    private readonly Queue<StanzaKey> _acknowledged = new();
    private Func<Node, ValueTask<bool>>? _line;
    private LinkedListNode<PendingStanza>? _next;
    private int _backlogLeft;
    private int _backlogSent;
    private bool _backlogOpen;
    private bool _pumping;
    private long _redeliveries;

    /// <summary>How many stanzas wait, sent or not.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>How many were sent on this or an earlier connection and are not acknowledged.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count(stanza => stanza.SentAt != 0);
            }
        }
    }

    /// <summary>How often a stanza was sent again on a later connection.</summary>
    public long Redeliveries => Interlocked.Read(ref _redeliveries);

    /// <summary>Puts a stanza at the end. A stanza that is waiting already, by class, id and sender, is not added again.</summary>
    public void Enqueue(Node stanza)
    {
        var key = KeyOf(stanza);
        PendingStanza? dropped = null;
        lock (_gate)
        {
            if (_byKey.ContainsKey(key))
            {
                return;
            }

            if (_pending.Count >= capacity)
            {
                dropped = _pending.First!.Value;
                RemoveLocked(_pending.First);
            }

            var node = _pending.AddLast(new PendingStanza(key, stanza));
            _byKey.Add(key, node);
            _next ??= _line is null ? null : node;
        }

        if (dropped is { } lost)
        {
            report(SimulatorEventKind.StanzaDropped, lost.Key.ToString());
            onDropped?.Invoke(lost.Stanza);
        }

        Pump();
    }

    /// <summary>Hands the backlog over to a connection, and everything later too.</summary>
    /// <param name="line">Sends one stanza; false when the connection has ended.</param>
    /// <param name="withBacklogMarks">Whether the preview and the end of the backlog are announced.</param>
    public async ValueTask GoLiveAsync(Func<Node, ValueTask<bool>> line, bool withBacklogMarks)
    {
        Node? preview;
        lock (_gate)
        {
            foreach (var stanza in _pending)
            {
                stanza.IsBacklog = withBacklogMarks;
            }

            _backlogSent = 0;
            _backlogLeft = withBacklogMarks ? _pending.Count : 0;
            preview = withBacklogMarks ? Preview() : null;
        }

        if (preview is not null)
        {
            await line(preview);
        }

        lock (_gate)
        {
            _backlogOpen = withBacklogMarks;
            _line = line;
            _next = _pending.First;
        }

        Pump();
    }

    /// <summary>The connection has ended; everything waits for the next one.</summary>
    public void GoOffline()
    {
        lock (_gate)
        {
            _line = null;
            _next = null;
            _backlogOpen = false;
            foreach (var stanza in _pending)
            {
                stanza.IsSent = false;
            }
        }
    }

    /// <summary>Judges an ack and, when it fits, removes the stanza.</summary>
    public AckVerdict Acknowledge(Node ack)
    {
        var key = new StanzaKey(ack["class"] ?? "", ack["id"] ?? "", AddressOf(ack, "to"));
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node) || node.Value.SentAt == 0)
            {
                return _acknowledged.Contains(key)
                    ? new AckVerdict(AckResult.Repeated, key)
                    : new AckVerdict(AckResult.Wrong, key, "no stanza with this class, id and sender waits for an ack");
            }

            if (AckRules.Fault(node.Value.Stanza, ack) is { } fault)
            {
                return new AckVerdict(AckResult.Wrong, key, fault);
            }

            RemoveLocked(node);
            RememberLocked(key);
            return new AckVerdict(AckResult.Accepted, key);
        }
    }

    /// <summary>Forgets the notifications that were not sent on this connection, as servers do with what has waited too long.</summary>
    /// <returns>How many there were.</returns>
    public int ForgetNotifications()
    {
        var forgotten = new List<PendingStanza>();
        lock (_gate)
        {
            for (var node = _pending.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value is { IsSent: false, Key.Class: "notification" })
                {
                    forgotten.Add(node.Value);
                    RemoveLocked(node);
                }

                node = next;
            }
        }

        foreach (var stanza in forgotten)
        {
            report(SimulatorEventKind.StanzaDropped, stanza.Key.ToString());
            onDropped?.Invoke(stanza.Stanza);
        }

        return forgotten.Count;
    }

    /// <summary>Takes a delivery receipt as the ack of the message it names; <see langword="false"/> when none waits.</summary>
    public bool AcknowledgeMessage(string id, string chat)
    {
        var key = new StanzaKey("message", id, chat);
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node) || node.Value.SentAt == 0)
            {
                return false;
            }

            RemoveLocked(node);
            RememberLocked(key);
            return true;
        }
    }

    /// <summary>The stanza whose ack has been missing for longest on this connection, if longer than the limit.</summary>
    public StanzaKey? Overdue(TimeSpan limit)
    {
        lock (_gate)
        {
            // Stanzas are sent in order, so the first that was sent is the oldest.
            return _pending.First is { Value: { IsSent: true } oldest } && time.GetElapsedTime(oldest.SentAt) > limit
                ? oldest.Key
                : null;
        }
    }

    /// <summary>Copies of what waits, oldest first.</summary>
    public IReadOnlyList<(StanzaKey Key, bool IsSent)> Snapshot()
    {
        lock (_gate)
        {
            return [.. _pending.Select(stanza => (stanza.Key, stanza.IsSent))];
        }
    }

    private static StanzaKey KeyOf(Node stanza) => new(stanza.Tag, stanza["id"] ?? "", AddressOf(stanza, "from"));

    private static string AddressOf(Node stanza, string attribute) =>
        stanza.TryGetJid(attribute, out var jid) ? jid.ToString() : stanza[attribute] ?? "";

    private void RemoveLocked(LinkedListNode<PendingStanza> node)
    {
        if (_next == node)
        {
            _next = node.Next;
        }

        if (node.Value is { IsBacklog: true, IsSent: false })
        {
            _backlogLeft--;
        }

        _pending.Remove(node);
        _byKey.Remove(node.Value.Key);
    }

    private void RememberLocked(StanzaKey key)
    {
        _acknowledged.Enqueue(key);
        if (_acknowledged.Count > RememberedAcks)
        {
            _acknowledged.Dequeue();
        }
    }
}
