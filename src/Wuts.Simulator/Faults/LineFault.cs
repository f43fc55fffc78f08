namespace Wuts.Simulator.Faults;

/// <summary>A fault of the whole connection, struck at a chosen point of its life.</summary>
public abstract record LineFault : Fault
{
    /// <summary>When it strikes. Default: at once.</summary>
    public FaultPoint At { get; init; } = FaultPoint.Now;

    /// <summary>For <see cref="FaultPoint.Request"/>: only requests of this namespace; <see langword="null"/> means any.</summary>
    public string? Xmlns { get; init; }

    internal bool StrikesAt(FaultPoint point, string? xmlns) => At == point && (Xmlns is null || Xmlns == xmlns);
}

/// <summary>A fault in how stanzas are written.</summary>
public abstract record SendFault : Fault
{
    /// <summary>Only stanzas with this tag; <see langword="null"/> means any.</summary>
    public string? Tag { get; init; }
}

/// <summary>A fault in how requests are answered.</summary>
public abstract record RequestFault : Fault
{
    /// <summary>Only requests of this namespace; <see langword="null"/> means any.</summary>
    public string? Xmlns { get; init; }

    /// <summary>Only requests whose first child has this tag; <see langword="null"/> means any.</summary>
    public string? Child { get; init; }

    internal bool Matches(string? xmlns, string? child) =>
        (Xmlns is null || Xmlns == xmlns) && (Child is null || Child == child);
}
