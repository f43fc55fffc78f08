using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Keeps groups current with notifications; what a notification cannot carry makes a group stale. Sync section 9.4.</summary>
internal static class GroupLearner
{
    /// <summary>Applies a change to the stored group.</summary>
    public static async ValueTask FillAsync(
        IAccountStore store, NotificationItem.GroupChanged changed, AddressPair? own, AccountDraft draft, CancellationToken cancellationToken)
    {
        if (changed.Change is GroupChange.Joined joined)
        {
            draft.Add(new AccountWrite.Group(joined.Group));
            draft.Raise(new AccountEvent.GroupChanged(changed.Group));
            return;
        }

        // Several changes may come in one notification: a later one builds on the draft.
        var known = draft.Commit.Writes.OfType<AccountWrite.Group>().LastOrDefault(g => g.Info.Jid == changed.Group)?.Info;
        var record = await store.FindGroupAsync(changed.Group, cancellationToken).ConfigureAwait(false);
        var isCurrent = known is not null || record is { IsJoined: true, IsStale: false };
        known ??= record?.Info;
        if (isCurrent && IsIncluded(known!, changed.Change))
        {
            // Delivered again, or older than what was read.
            return;
        }

        if (changed.Change is GroupChange.Deleted
            || (changed.Change is GroupChange.Removed removed && removed.Members.Any(m => IsOwn(m, own))))
        {
            if (record is { IsJoined: true } || isCurrent)
            {
                draft.Add(new AccountWrite.GroupLeft(changed.Group));
                draft.Raise(new AccountEvent.GroupLeft(changed.Group));
            }

            return;
        }

        if (isCurrent && Apply(known!, changed) is { } after)
        {
            if (IsSame(known!, after))
            {
                return;
            }

            draft.Add(new AccountWrite.Group(after));
        }
        else
        {
            if (known is null)
            {
                draft.Add(new AccountWrite.Group(new GroupInfo { Jid = changed.Group }));
            }

            draft.Add(new AccountWrite.GroupStale(changed.Group));
        }

        draft.Raise(new AccountEvent.GroupChanged(changed.Group));
    }

    /// <summary>
    /// Replaces what is known about all groups by the complete list: what is missing in it was left. About groups that changed
    /// while it was asked for, the list may be older than what is known: they are read again.
    /// </summary>
    public static async ValueTask FillAllAsync(
        IAccountStore store, IReadOnlyList<GroupInfo> groups, IReadOnlySet<Jid> changed, AddressPair? own, DateTimeOffset now,
        AccountDraft draft, CancellationToken cancellationToken)
    {
        var present = groups.Select(g => g.Jid).ToHashSet();
        var known = new Dictionary<Jid, GroupRecord>();
        await foreach (var record in store.ReadGroupsAsync(cancellationToken).ConfigureAwait(false))
        {
            known[record.Info.Jid] = record;
            if (changed.Contains(record.Info.Jid))
            {
                draft.Add(new AccountWrite.GroupStale(record.Info.Jid));
            }
            else if (record.IsJoined && !present.Contains(record.Info.Jid))
            {
                draft.Add(new AccountWrite.GroupLeft(record.Info.Jid));
                draft.Raise(new AccountEvent.GroupLeft(record.Info.Jid));
            }
        }

        foreach (var listed in groups.Where(g => !changed.Contains(g.Jid)))
        {
            // A list that is too long leaves members out: those that are known stay, and the group is read by itself.
            var record = known.GetValueOrDefault(listed.Jid);
            var isCurrent = record is { IsJoined: true, IsStale: false };
            var isUnlisted = listed is { Members.Count: 0, Size: > 0 };
            var group = isUnlisted && record is not null ? listed with { Members = record.Info.Members } : listed;
            if (!isCurrent || !IsSame(record!.Info, group))
            {
                draft.Add(new AccountWrite.Group(group));
                draft.Raise(new AccountEvent.GroupChanged(group.Jid));
            }

            if (isUnlisted && !(isCurrent && listed.MembersVersion is { } version && version == record!.Info.MembersVersion))
            {
                draft.Add(new AccountWrite.GroupStale(listed.Jid));
            }
        }

        await IdentityLearner.LearnAsync(store, PairsOf(groups, now), own, draft, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds to the draft what a query for one group found.</summary>
    public static async ValueTask FillAsync(
        AccountMirror mirror, GroupOutcome outcome, DateTimeOffset now, AccountDraft draft, CancellationToken cancellationToken)
    {
        var record = await mirror.Store.FindGroupAsync(GroupOf(outcome), cancellationToken).ConfigureAwait(false);
        switch (outcome)
        {
            case GroupOutcome.Found(var group):
                if (record is not { IsJoined: true, IsStale: false } || !IsSame(record.Info, group))
                {
                    draft.Add(new AccountWrite.Group(group));
                    draft.Raise(new AccountEvent.GroupChanged(group.Jid));
                }

                await IdentityLearner.LearnAsync(mirror.Store, PairsOf([group], now), mirror.Own, draft, cancellationToken)
                    .ConfigureAwait(false);
                break;
            case GroupOutcome.NotMember or GroupOutcome.NotFound when record is { IsJoined: true } or { IsStale: true }:
                draft.Add(new AccountWrite.GroupLeft(record.Info.Jid));
                draft.Raise(new AccountEvent.GroupLeft(record.Info.Jid));
                break;
        }
    }

    /// <summary>The group that an outcome is about.</summary>
    public static Jid GroupOf(GroupOutcome outcome) => outcome switch
    {
        GroupOutcome.Found found => found.Group.Jid,
        GroupOutcome.Truncated truncated => truncated.Group.Jid,
        GroupOutcome.NotMember none => none.Group,
        GroupOutcome.NotFound none => none.Group,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>The pairs of addresses that groups show.</summary>
    public static IReadOnlyCollection<Observation> PairsOf(IEnumerable<GroupInfo> groups, DateTimeOffset now)
    {
        var observations = new HashSet<Observation>();
        foreach (var group in groups)
        {
            foreach (var (phone, lid) in group.AddressPairs())
            {
                if (AddressPair.TryCreate(phone, lid, out var pair))
                {
                    observations.Add(new Observation(pair, ObservationSource.Group, now));
                }
            }
        }

        return observations;
    }

    /// <summary>The group after the change; <see langword="null"/> when only the server knows.</summary>
    private static GroupInfo? Apply(GroupInfo group, NotificationItem.GroupChanged changed) => changed.Change switch
    {
        GroupChange.Added added when Follows(group, added.PreviousVersion) => WithMembers(
            group, [.. group.Members.Where(m => !added.Members.Any(a => a.Jid == m.Jid)), .. added.Members], added.Version),
        GroupChange.Removed removed when Follows(group, removed.PreviousVersion) => WithMembers(
            group, [.. group.Members.Where(m => !removed.Members.Any(r => r.Jid == m.Jid))], removed.Version),
        GroupChange.Promoted promoted => WithRole(group, promoted.Members, GroupRole.Admin),
        GroupChange.Demoted demoted => WithRole(group, demoted.Members, GroupRole.Member),
        GroupChange.Subject subject => group with
        {
            Subject = subject.Value,
            SubjectSetAt = subject.SetAt,
            SubjectSetBy = subject.SetBy,
        },
        GroupChange.Description description => group with { Description = description.Value, DescriptionId = description.Id },
        GroupChange.Announce announce => group with { IsAnnounce = announce.Value },
        GroupChange.Locked locked => group with { IsLocked = locked.Value },
        GroupChange.Ephemeral ephemeral => group with { Ephemeral = ephemeral.Value },
        GroupChange.JoinApproval approval => group with { JoinApproval = approval.Value },
        GroupChange.MemberAddMode mode => group with { MemberAddMode = mode.Value },
        GroupChange.LinkedParent parent => group with { LinkedParent = parent.Community },
        GroupChange.InviteCode => group,
        _ => null,
    };

    // Without versions there is nothing to compare, and the notification counts.
    private static bool Follows(GroupInfo group, string? previous) =>
        previous is null || group.MembersVersion is null || group.MembersVersion == previous;

    // Versions of the member list only grow. One that is not a number is only equal or not.
    private static bool IsIncluded(GroupInfo group, GroupChange change)
    {
        var version = change switch
        {
            GroupChange.Added added => added.Version,
            GroupChange.Removed removed => removed.Version,
            _ => null,
        };
        return version is not null && group.MembersVersion is { } known
            && (version == known || (TryNumber(version, out var told) && TryNumber(known, out var stored) && told <= stored));
    }

    private static bool TryNumber(string version, out ulong number) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static GroupInfo WithMembers(GroupInfo group, IReadOnlyList<GroupMember> members, string? version) => group with
    {
        Members = members,
        Size = members.Count,
        MembersVersion = version ?? group.MembersVersion,
    };

    private static GroupInfo WithRole(GroupInfo group, IReadOnlyList<GroupMember> members, GroupRole role) => group with
    {
        Members = [.. group.Members.Select(m => members.Any(c => c.Jid == m.Jid) ? m with { Role = role } : m)],
    };

    private static bool IsOwn(GroupMember member, AddressPair? own) =>
        own is { } self && (member.PhoneJid == self.Phone || member.LidJid == self.Lid);

    // Records compare their lists by reference, so members are compared one by one.
    private static bool IsSame(GroupInfo one, GroupInfo other) =>
        one with { Members = [] } == other with { Members = [] } && one.Members.SequenceEqual(other.Members);
}
