namespace Wuts.Simulator;

/// <summary>What the server does wrong, on command, when it is asked about one person.</summary>
public sealed record DirectoryDefects
{
    /// <summary>Nothing.</summary>
    public static DirectoryDefects None { get; } = new();

    /// <summary>Leaves the person out of answers to user queries.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Answers these protocols of user queries with an error number for this person: <c>status</c>, <c>picture</c>, ….</summary>
    public IReadOnlyDictionary<string, int> Errors { get; init; } = new Dictionary<string, int>();

    /// <summary>Does not answer picture queries.</summary>
    public bool PictureIsSilent { get; init; }
}
