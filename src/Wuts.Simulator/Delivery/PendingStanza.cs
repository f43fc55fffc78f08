using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Delivery;

/// <summary>What names a stanza in an ack: its class, its id and whom it is from.</summary>
internal readonly record struct StanzaKey(string Class, string Id, string From)
{
    public override string ToString() => $"{Class} {Id}";
}

/// <summary>A stanza that waits for the device, or for the device's ack.</summary>
internal sealed class PendingStanza(StanzaKey key, Node stanza)
{
    public StanzaKey Key { get; } = key;

    public Node Stanza { get; } = stanza;

    /// <summary>When it was last sent, by the clock's timestamps; 0 before that.</summary>
    public long SentAt { get; set; }

    /// <summary>Whether it was sent on the current connection.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether it was waiting when the current connection went active.</summary>
    public bool IsBacklog { get; set; }
}
