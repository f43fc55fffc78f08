using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Notifications;

/// <summary>One change of a group. Sync section 9.4.</summary>
public abstract record GroupChange
{
    private GroupChange()
    {
    }

    /// <summary>Members came. If <paramref name="PreviousVersion"/> is not the stored one, notifications were missed: read the group.</summary>
    public sealed record Added(IReadOnlyList<GroupMember> Members, string? PreviousVersion, string? Version) : GroupChange;

    /// <summary>Members went, or left when the actor is the member. Versions as for <see cref="Added"/>.</summary>
    public sealed record Removed(IReadOnlyList<GroupMember> Members, string? PreviousVersion, string? Version) : GroupChange;

    /// <summary>Members became administrators.</summary>
    public sealed record Promoted(IReadOnlyList<GroupMember> Members) : GroupChange;

    /// <summary>Administrators became members.</summary>
    public sealed record Demoted(IReadOnlyList<GroupMember> Members) : GroupChange;

    /// <summary>The actor of the notification has a new address.</summary>
    public sealed record MemberAddressChanged(IReadOnlyList<GroupMember> NewAddresses) : GroupChange;

    /// <summary>New name.</summary>
    public sealed record Subject(string Value, DateTimeOffset? SetAt, Jid? SetBy) : GroupChange;

    /// <summary>New description, or <see langword="null"/> when it was deleted.</summary>
    public sealed record Description(string? Value, string? Id) : GroupChange;

    /// <summary>Only administrators may write, or everybody may.</summary>
    public sealed record Announce(bool Value) : GroupChange;

    /// <summary>Only administrators may edit the information, or everybody may.</summary>
    public sealed record Locked(bool Value) : GroupChange;

    /// <summary>Timer of disappearing messages; zero is "off".</summary>
    public sealed record Ephemeral(TimeSpan Value) : GroupChange;

    /// <summary>Whether administrators approve who joins.</summary>
    public sealed record JoinApproval(bool Value) : GroupChange;

    /// <summary>Who may add members.</summary>
    public sealed record MemberAddMode(string Value) : GroupChange;

    /// <summary>The invite code was replaced.</summary>
    public sealed record InviteCode(string Value) : GroupChange;

    /// <summary>The group was made, or this account was added to it.</summary>
    public sealed record Joined(GroupInfo Group) : GroupChange;

    /// <summary>The group was deleted.</summary>
    public sealed record Deleted : GroupChange;

    /// <summary>The community that the group belongs to now, or <see langword="null"/> when it was taken out.</summary>
    public sealed record LinkedParent(Jid? Community) : GroupChange;

    /// <summary>Something that this version does not know, or that it does not keep: read the group again when it is asked for.</summary>
    public sealed record Stale(string Tag) : GroupChange;
}
