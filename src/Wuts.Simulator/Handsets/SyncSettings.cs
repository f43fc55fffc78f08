namespace Wuts.Simulator;

/// <summary>How the server hands out the app state of an account. May be changed at any time.</summary>
public sealed class SyncSettings
{
    /// <summary>How many patches one answer holds at most; further ones are fetched again. Default 64, at least 1.</summary>
    public int PatchesPerAnswer
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 64;

    /// <summary>Above how many mutations a patch refers to a file instead of holding them. Default 100, at least 0.</summary>
    public int MaxInlineMutations
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
    } = 100;

    /// <summary>Whether patches leave their version out, as some servers do. Default: no.</summary>
    public bool OmitPatchVersions { get; set; }
}
