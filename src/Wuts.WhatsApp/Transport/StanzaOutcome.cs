namespace Wuts.WhatsApp.Transport;

/// <summary>What became of a stanza, and therefore how it is acknowledged.</summary>
internal readonly record struct StanzaOutcome
{
    private StanzaOutcome(bool acknowledge, int? error) => (Acknowledge, Error) = (acknowledge, error);

    /// <summary>What the stanza taught is stored: acknowledge it.</summary>
    public static StanzaOutcome Handled { get; } = new(acknowledge: true, error: null);

    /// <summary>The handler has answered in its own way, with a receipt or a result: no acknowledgement.</summary>
    public static StanzaOutcome Answered { get; } = new(acknowledge: false, error: null);

    /// <summary>Whether an acknowledgement is sent.</summary>
    public bool Acknowledge { get; }

    /// <summary>The code that makes the acknowledgement a negative one.</summary>
    public int? Error { get; }

    /// <summary>The stanza cannot be handled, now or later: acknowledge it with an error code of protocol section 6.3.</summary>
    public static StanzaOutcome Rejected(int error) => new(acknowledge: true, error);
}
