namespace Wuts.Simulator;

/// <summary>The "about" of a person.</summary>
/// <param name="Text">What it says; may be empty.</param>
/// <param name="SetAt">When it was set.</param>
public sealed record AboutText(string Text, DateTimeOffset SetAt);

/// <summary>The default timer of disappearing messages of a person.</summary>
/// <param name="Duration">The timer; zero is off.</param>
/// <param name="SetAt">When it was set.</param>
public sealed record DisappearingMode(TimeSpan Duration, DateTimeOffset SetAt);
