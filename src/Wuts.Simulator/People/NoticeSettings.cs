namespace Wuts.Simulator;

/// <summary>How a notification names the person it is about. Sync section 10.3.</summary>
public enum NoticeAddress
{
    /// <summary>
    /// By hash for side contacts, who are in the address book of the one who is told and otherwise have nothing to do with
    /// them; by address for everybody else.
    /// </summary>
    ByRelation,

    /// <summary>Always by address.</summary>
    Jid,

    /// <summary>By hash wherever the wire has that form.</summary>
    Hash,
}

/// <summary>How changes are told to linked devices. May be changed at any time.</summary>
public sealed class NoticeSettings
{
    /// <summary>How people are named. Default: by relation.</summary>
    public NoticeAddress Names { get; set; }

    /// <summary>Whether a change of the block list is told without saying what changed. Default: no. Sync section 8.3.</summary>
    public bool OmitBlocklistItems { get; set; }

    /// <summary>
    /// Whether devices that are away miss notifications instead of finding them in the backlog; they are told by dirty bits
    /// that something was missed, as far as there are any. Default: no. Sync section 10.8.
    /// </summary>
    public bool LoseWhileAway { get; set; }
}
