using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Transport;

/// <summary>One thing to write to a client.</summary>
internal readonly struct Outgoing
{
    private Outgoing(OutgoingKind kind, Node? stanza, byte[]? bytes)
    {
        Kind = kind;
        Stanza = stanza;
        Bytes = bytes ?? [];
    }

    public OutgoingKind Kind { get; }

    /// <summary>For <see cref="OutgoingKind.Stanza"/>.</summary>
    public Node? Stanza { get; }

    /// <summary>For the kinds that carry bytes.</summary>
    public byte[] Bytes { get; }

    public static Outgoing OfStanza(Node stanza) => new(OutgoingKind.Stanza, stanza, null);

    public static Outgoing Plain(byte[] payload) => new(OutgoingKind.Plain, null, payload);

    public static Outgoing Sealed(byte[] plaintext) => new(OutgoingKind.Sealed, null, plaintext);

    public static Outgoing Raw(byte[] wire) => new(OutgoingKind.Raw, null, wire);

    public static Outgoing Close() => new(OutgoingKind.Close, null, null);
}

/// <summary>How an <see cref="Outgoing"/> gets onto the wire.</summary>
internal enum OutgoingKind
{
    /// <summary>A node: encoded, sealed, framed.</summary>
    Stanza,

    /// <summary>A payload that is framed and not sealed: a handshake message, or garbage.</summary>
    Plain,

    /// <summary>A plaintext that is sealed and framed as it is.</summary>
    Sealed,

    /// <summary>Bytes as they are, without a frame.</summary>
    Raw,

    /// <summary>The end: the WebSocket is closed.</summary>
    Close,
}
