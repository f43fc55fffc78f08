namespace Wuts.Simulator.Faults;

/// <summary>When in the life of a connection a <see cref="LineFault"/> strikes.</summary>
public enum FaultPoint
{
    /// <summary>At once, on the connections that exist and are in scope.</summary>
    Now,

    /// <summary>When a WebSocket is opened, before the handshake.</summary>
    Connect,

    /// <summary>When the client hello has arrived. Faults that send a stanza wait for the end of the handshake.</summary>
    Handshake,

    /// <summary>After the handshake, before <c>success</c> or the first <c>pair-device</c>; ends of the stream take its place.</summary>
    Login,

    /// <summary>Directly after <c>success</c>.</summary>
    LoggedIn,

    /// <summary>When a request arrives, instead of its answer; <see cref="LineFault.Xmlns"/> narrows it.</summary>
    Request,

    /// <summary>Instead of the next stanza that the server sends.</summary>
    Send,

    /// <summary>When an ack arrives, which gets lost by it: the stanza waits for the next connection.</summary>
    Ack,
}
