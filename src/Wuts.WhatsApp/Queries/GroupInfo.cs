using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>Rank of a group member.</summary>
public enum GroupRole
{
    /// <summary>Ordinary member.</summary>
    Member,

    /// <summary>Administrator.</summary>
    Admin,

    /// <summary>Creator, who cannot be removed.</summary>
    SuperAdmin,
}

/// <summary>A member of a group. Sync section 9.3.</summary>
/// <param name="Jid">The address that the group uses for the member.</param>
/// <param name="PhoneJid">
/// Address by phone number, when it is visible: what the group showed when it was read. A number that changed since is told by
/// the pairs of addresses and not by the group.
/// </param>
/// <param name="LidJid">Address by LID, when it is known.</param>
/// <param name="Role">Rank.</param>
/// <param name="DisplayName">A masked phone number for display; never a number to call or to store.</param>
/// <param name="Username">User name, when there is one.</param>
public sealed record GroupMember(Jid Jid, Jid? PhoneJid, Jid? LidJid, GroupRole Role, string? DisplayName, string? Username);

/// <summary>A group, a community, or a group of a community. Sync section 9.3.</summary>
public sealed record GroupInfo
{
    /// <summary>Address of the group.</summary>
    public required Jid Jid { get; init; }

    /// <summary>Whether members are addressed by LID.</summary>
    public bool LidAddressing { get; init; }

    /// <summary>Name; empty when it has none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>When the name was set.</summary>
    public DateTimeOffset? SubjectSetAt { get; init; }

    /// <summary>Who set the name.</summary>
    public Jid? SubjectSetBy { get; init; }

    /// <summary>When the group was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Who made the group.</summary>
    public Jid? Creator { get; init; }

    /// <summary>The creator's address by phone number, when it is visible.</summary>
    public Jid? CreatorPhone { get; init; }

    /// <summary>Description; <see langword="null"/> when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Id of the description.</summary>
    public string? DescriptionId { get; init; }

    /// <summary>Whether only administrators may write.</summary>
    public bool IsAnnounce { get; init; }

    /// <summary>Whether only administrators may edit the group's information.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Timer of disappearing messages; zero is "off".</summary>
    public TimeSpan Ephemeral { get; init; }

    /// <summary>Whether administrators approve who joins.</summary>
    public bool JoinApproval { get; init; }

    /// <summary>Who may add members: <c>admin_add</c> or <c>all_member_add</c>; <see langword="null"/> when not said.</summary>
    public string? MemberAddMode { get; init; }

    /// <summary>Whether members' phone numbers are hidden.</summary>
    public bool IsIncognito { get; init; }

    /// <summary>Whether WhatsApp restricted the group.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether this is a community (the parent of groups).</summary>
    public bool IsCommunity { get; init; }

    /// <summary>The community that this group belongs to.</summary>
    public Jid? LinkedParent { get; init; }

    /// <summary>Whether this is the announcement group of its community.</summary>
    public bool IsDefaultSubgroup { get; init; }

    /// <summary>Number of members; also known when <see cref="Members"/> is not complete.</summary>
    public int Size { get; init; }

    /// <summary>Version of the member list, for finding missed notifications.</summary>
    public string? MembersVersion { get; init; }

    /// <summary>The members, in the order of the server; empty when they were not asked for or left out.</summary>
    public IReadOnlyList<GroupMember> Members { get; init; } = [];

    /// <summary>Addresses that belong together as the group shows them. Sync section 5.2.</summary>
    public IEnumerable<(Jid Phone, Jid Lid)> AddressPairs()
    {
        foreach (var member in Members)
        {
            if (member is { PhoneJid: { } phone, LidJid: { } lid })
            {
                yield return (phone, lid);
            }
        }

        if (Creator is { IsLid: true } creator && CreatorPhone is { } creatorPhone)
        {
            yield return (creatorPhone, creator);
        }
    }
}

/// <summary>What a query for one group learned.</summary>
public abstract record GroupOutcome
{
    private GroupOutcome()
    {
    }

    /// <summary>The group.</summary>
    public sealed record Found(GroupInfo Group) : GroupOutcome;

    /// <summary>This account is not a member: mark it as left, do not ask again.</summary>
    public sealed record NotMember(Jid Group) : GroupOutcome;

    /// <summary>There is no such group.</summary>
    public sealed record NotFound(Jid Group) : GroupOutcome;

    /// <summary>A batch query left the members out because the group is large; ask for it alone.</summary>
    public sealed record Truncated(GroupInfo Group) : GroupOutcome;
}
