namespace Wuts.Simulator;

/// <summary>Something that happened on the server, in the order in which it happened.</summary>
/// <param name="Sequence">Counts up from 1.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Connection">Number of the connection, when there is one.</param>
/// <param name="Account">Phone number of the account, when it is known.</param>
/// <param name="Device">Number of the linked device, when it is known.</param>
/// <param name="Detail">More about it, depending on the kind; see <see cref="SimulatorEventKind"/>.</param>
public sealed record SimulatorEvent(
    long Sequence,
    DateTimeOffset At,
    SimulatorEventKind Kind,
    long? Connection,
    string? Account,
    int? Device,
    string? Detail);
