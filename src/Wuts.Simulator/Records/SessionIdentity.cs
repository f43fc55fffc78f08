namespace Wuts.Simulator;

/// <summary>Whom a record, an event or a fault is about; what is not known yet is <see langword="null"/>.</summary>
/// <param name="Connection">Number of the connection.</param>
/// <param name="Account">Phone number of the account.</param>
/// <param name="Device">Number of the linked device.</param>
internal readonly record struct SessionIdentity(long? Connection = null, string? Account = null, int? Device = null);
