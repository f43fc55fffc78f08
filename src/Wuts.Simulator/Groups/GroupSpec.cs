namespace Wuts.Simulator;

/// <summary>What a new group is like. Everything has a default.</summary>
public sealed record GroupSpec
{
    /// <summary>The user part of the address. Default: a number that begins with 120363.</summary>
    public string? Id { get; init; }

    /// <summary>The name. Default: <c>Group</c>.</summary>
    public string Subject { get; init; } = "Group";

    /// <summary>What the group is about. Default: nothing.</summary>
    public string? Description { get; init; }

    /// <summary>When it was made. Default: now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Whether members are known by LID; otherwise by phone number. Default: yes.</summary>
    public bool LidAddressing { get; init; } = true;

    /// <summary>Who made it; becomes its super administrator.</summary>
    public required Person Creator { get; init; }

    /// <summary>The other members.</summary>
    public IEnumerable<Person> Members { get; init; } = [];

    /// <summary>Which of the members are administrators. Default: only the creator.</summary>
    public IEnumerable<Person> Admins { get; init; } = [];

    /// <summary>Which of the members hide their number from those who do not know it. Default: nobody.</summary>
    public IEnumerable<Person> HiddenNumbers { get; init; } = [];

    /// <summary>
    /// Whether the linked devices of the members are told that the group was made; otherwise it was there before. Default: yes.
    /// </summary>
    public bool Announce { get; init; } = true;

    /// <summary>Whether only administrators may write. Default: no.</summary>
    public bool IsAnnouncement { get; init; }

    /// <summary>Whether only administrators may edit the information. Default: no.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Whether administrators approve who joins. Default: no.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>Whether members see no numbers of people they do not know. Default: no.</summary>
    public bool IsIncognito { get; init; }

    /// <summary>Timer of disappearing messages. Default: off.</summary>
    public TimeSpan DisappearingTimer { get; init; }

    /// <summary>Whether it has a picture. Default: no.</summary>
    public bool HasPicture { get; init; }

    /// <summary>Whether it is a community, which other groups belong to. Default: no.</summary>
    public bool IsCommunity { get; init; }

    /// <summary>The community it belongs to. Default: none.</summary>
    public Group? Community { get; init; }

    /// <summary>Whether it is the announcement group of its community. Default: no.</summary>
    public bool IsDefaultSubgroup { get; init; }
}
