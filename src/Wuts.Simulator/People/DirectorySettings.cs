namespace Wuts.Simulator;

/// <summary>How queries about block lists, businesses and groups are answered. May be changed at any time.</summary>
public sealed class DirectorySettings
{
    /// <summary>Whether a change of the block list is answered without the list. Default: no.</summary>
    public bool ShortBlocklistAnswers { get; set; }

    /// <summary>Whether an account without business profile is answered with error 404. Default: with an answer that holds none.</summary>
    public bool MissingBusinessIsError { get; set; }

    /// <summary>
    /// How many members the list of all groups names altogether; from the group on that would pass it, groups are listed without
    /// members, as truncated, to be asked for alone. Default: 100,000, some 3 MB.
    /// </summary>
    public int ListMemberLimit { get; set; } = 100_000;

    /// <summary>Above how many members a group in a batch is only named, to be asked for alone. Default: 500.</summary>
    public int BatchMemberLimit { get; set; } = 500;
}
