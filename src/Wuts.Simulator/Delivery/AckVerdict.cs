namespace Wuts.Simulator.Delivery;

/// <summary>What an ack turned out to be.</summary>
internal enum AckResult
{
    /// <summary>It fits; the stanza is done.</summary>
    Accepted,

    /// <summary>It fits a stanza that was acknowledged before, as happens after a repeated delivery.</summary>
    Repeated,

    /// <summary>It fits nothing that was sent, or says something else than it should.</summary>
    Wrong,
}

/// <summary>The judgement on an ack.</summary>
/// <param name="Result">What it was.</param>
/// <param name="Key">The stanza it names.</param>
/// <param name="Reason">What is wrong with it, for <see cref="AckResult.Wrong"/>.</param>
internal readonly record struct AckVerdict(AckResult Result, StanzaKey Key, string Reason = "");
