namespace Wuts.Simulator;

/// <summary>One thing that a real server would have refused, and that the simulator refused.</summary>
/// <param name="Sequence">Counts up from 1.</param>
/// <param name="At">When it was refused.</param>
/// <param name="Kind">What class of mistake it was.</param>
/// <param name="Reason">What exactly was wrong, for the person who wrote the client. Holds no key and no phone number.</param>
/// <param name="Connection">Number of the connection, when there was one.</param>
/// <param name="Account">Phone number of the account, when it is known.</param>
/// <param name="Device">Number of the linked device, when it is known.</param>
public sealed record Refusal(
    long Sequence,
    DateTimeOffset At,
    RefusalKind Kind,
    string Reason,
    long? Connection,
    string? Account,
    int? Device);
