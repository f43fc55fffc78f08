namespace Wuts.Simulator;

/// <summary>A linked device of a person that is only listed: nobody speaks for it.</summary>
/// <param name="Id">Its number, 1 to 99.</param>
/// <param name="KeyIndex">The index under which the phone signed it.</param>
/// <param name="IsHosted">Whether a business provider hosts it.</param>
public sealed record CompanionDevice(int Id, uint KeyIndex, bool IsHosted = false);
