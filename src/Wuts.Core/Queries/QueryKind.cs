namespace Wuts.Core.Queries;

/// <summary>Classes of questions to WhatsApp: each has a budget of its own and is paused by itself. Sync section 12.</summary>
public enum QueryKind
{
    /// <summary>Everything public about people that are known by address.</summary>
    UserInfo,

    /// <summary>The LIDs of phone numbers.</summary>
    LidLookup,

    /// <summary>Whether numbers are registered: the question that accounts are banned for.</summary>
    Registration,

    /// <summary>Pictures.</summary>
    Picture,

    /// <summary>Business profiles.</summary>
    Business,

    /// <summary>Reading and changing the block list.</summary>
    Blocklist,

    /// <summary>The list of all groups.</summary>
    GroupList,

    /// <summary>One group, an invite, a preview.</summary>
    Group,

    /// <summary>App state, on somebody's wish.</summary>
    AppState,
}
