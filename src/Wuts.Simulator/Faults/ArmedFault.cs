namespace Wuts.Simulator.Faults;

/// <summary>An armed fault as it is listed.</summary>
/// <param name="Id">Its number, for <see cref="FaultBoard.Remove"/>.</param>
/// <param name="Fault">What it does.</param>
/// <param name="Hits">How often it has struck.</param>
public sealed record ArmedFault(long Id, Fault Fault, int Hits);

/// <summary>What became of a fault that was added.</summary>
/// <param name="Id">Its number when it was armed; <see langword="null"/> when it struck at once.</param>
/// <param name="Struck">How many connections it struck at once.</param>
public sealed record FaultReceipt(long? Id, int Struck);
