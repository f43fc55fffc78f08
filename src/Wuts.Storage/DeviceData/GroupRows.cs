using System.Data.Common;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.DeviceData;

/// <summary>Groups and their members. A list of members is replaced as a whole.</summary>
internal sealed class GroupRows(DeviceScope scope)
{
    private const string Columns = """
        jid, is_joined, is_stale, lid_addressing, subject, subject_set_at, subject_set_by, created_at, creator, creator_phone, description,
        description_id, is_announce, is_locked, ephemeral, join_approval, member_add_mode, is_incognito, is_suspended, is_community,
        linked_parent, is_default_subgroup, size, members_version
        """;

    private const string SelectMembers = "SELECT m.group_jid, m.jid, m.phone, m.lid, m.role, m.display_name, m.username FROM wuts_group_members m";

    /// <summary>Applies writes in their order.</summary>
    public async Task ApplyAsync(DbSession session, IEnumerable<AccountWrite> writes)
    {
        var groups = new Dictionary<Jid, (GroupInfo? Info, bool? Joined, bool Stale)>();
        foreach (var write in writes)
        {
            switch (write)
            {
                case AccountWrite.Group group:
                    groups[group.Info.Jid] = (group.Info, true, false);
                    break;
                case AccountWrite.GroupLeft left:
                    groups[left.Jid] = groups.GetValueOrDefault(left.Jid) with { Joined = false, Stale = false };
                    break;
                case AccountWrite.GroupStale stale:
                    groups[stale.Jid] = groups.GetValueOrDefault(stale.Jid) with { Stale = true };
                    break;
            }
        }

        await SaveAsync(session, [.. groups.Values.Where(group => group.Info is not null).Select(g => new GroupRecord(g.Info!, g.Joined ?? true, g.Stale))])
            .ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            UPDATE wuts_groups SET is_joined = is_joined AND NOT r.is_left, is_stale = r.is_stale FROM {rows}
            WHERE device_id = @device AND wuts_groups.jid = r.jid
            """,
            Batch.Of(groups.Where(group => group.Value.Info is null).ToArray())
                .Text("jid", group => group.Key.ToString()).Flag("is_left", group => group.Value.Joined == false)
                .Flag("is_stale", group => group.Value.Stale),
            scope.Device).ConfigureAwait(false);
    }

    /// <summary>A group.</summary>
    public async Task<GroupRecord?> FindAsync(DbSession session, Jid group)
    {
        var found = await session.FirstAsync(
            $"SELECT {Columns} FROM wuts_groups WHERE device_id = @device AND jid = @group", Read, scope.Device, ("group", group.ToString()))
            .ConfigureAwait(false);
        if (found is null)
        {
            return null;
        }

        var members = await session.QueryAsync(
            $"{SelectMembers} WHERE m.device_id = @device AND m.group_jid = @group ORDER BY m.position", row => ReadMember(row).Member,
            scope.Device, ("group", group.ToString())).ConfigureAwait(false);
        return found with { Info = found.Info with { Members = members } };
    }

    /// <summary>All groups.</summary>
    public async Task<IReadOnlyList<GroupRecord>> ReadAsync(DbSession session)
    {
        var groups = await session.QueryAsync($"SELECT {Columns} FROM wuts_groups WHERE device_id = @device", Read, scope.Device).ConfigureAwait(false);
        var members = await session.QueryAsync(
            $"{SelectMembers} WHERE m.device_id = @device ORDER BY m.group_jid, m.position", ReadMember, scope.Device).ConfigureAwait(false);
        var byGroup = members.ToLookup(member => member.Group, member => member.Member);
        return [.. groups.Select(group => group with { Info = group.Info with { Members = [.. byGroup[group.Info.Jid]] } })];
    }

    private static GroupRecord Read(DbDataReader row) => new(
        new GroupInfo
        {
            Jid = row.Jid(0),
            LidAddressing = row.GetBoolean(3),
            Subject = row.GetString(4),
            SubjectSetAt = row.OptionalTime(5),
            SubjectSetBy = row.OptionalJid(6),
            CreatedAt = row.OptionalTime(7),
            Creator = row.OptionalJid(8),
            CreatorPhone = row.OptionalJid(9),
            Description = row.OptionalText(10),
            DescriptionId = row.OptionalText(11),
            IsAnnounce = row.GetBoolean(12),
            IsLocked = row.GetBoolean(13),
            Ephemeral = TimeSpan.FromTicks(row.GetInt64(14)),
            JoinApproval = row.GetBoolean(15),
            MemberAddMode = row.OptionalText(16),
            IsIncognito = row.GetBoolean(17),
            IsSuspended = row.GetBoolean(18),
            IsCommunity = row.GetBoolean(19),
            LinkedParent = row.OptionalJid(20),
            IsDefaultSubgroup = row.GetBoolean(21),
            Size = row.GetInt32(22),
            MembersVersion = row.OptionalText(23),
        },
        row.GetBoolean(1), row.GetBoolean(2));

    private static (Jid Group, GroupMember Member) ReadMember(DbDataReader row) => (
        row.Jid(0),
        new GroupMember(
            row.Jid(1), row.OptionalJid(2), row.OptionalJid(3), (GroupRole)row.GetInt32(4), row.OptionalText(5), row.OptionalText(6)));

    private static Batch ToRows(IReadOnlyCollection<GroupRecord> groups) => Batch.Of(groups)
        .Text("jid", group => group.Info.Jid.ToString())
        .Flag("is_joined", group => group.IsJoined)
        .Flag("is_stale", group => group.IsStale)
        .Flag("lid_addressing", group => group.Info.LidAddressing)
        .Text("subject", group => group.Info.Subject)
        .OptionalTime("subject_set_at", group => group.Info.SubjectSetAt)
        .Text("subject_set_by", group => group.Info.SubjectSetBy?.ToString())
        .OptionalTime("created_at", group => group.Info.CreatedAt)
        .Text("creator", group => group.Info.Creator?.ToString())
        .Text("creator_phone", group => group.Info.CreatorPhone?.ToString())
        .Text("description", group => group.Info.Description)
        .Text("description_id", group => group.Info.DescriptionId)
        .Flag("is_announce", group => group.Info.IsAnnounce)
        .Flag("is_locked", group => group.Info.IsLocked)
        .Number("ephemeral", group => group.Info.Ephemeral.Ticks)
        .Flag("join_approval", group => group.Info.JoinApproval)
        .Text("member_add_mode", group => group.Info.MemberAddMode)
        .Flag("is_incognito", group => group.Info.IsIncognito)
        .Flag("is_suspended", group => group.Info.IsSuspended)
        .Flag("is_community", group => group.Info.IsCommunity)
        .Text("linked_parent", group => group.Info.LinkedParent?.ToString())
        .Flag("is_default_subgroup", group => group.Info.IsDefaultSubgroup)
        .Number("size", group => group.Info.Size)
        .Text("members_version", group => group.Info.MembersVersion);

    private async Task SaveAsync(DbSession session, IReadOnlyCollection<GroupRecord> groups)
    {
        Batch jids = Batch.Of(groups).Text("jid", group => group.Info.Jid.ToString());
        foreach (var table in (string[])["wuts_groups WHERE device_id = @device AND jid", "wuts_group_members WHERE device_id = @device AND group_jid"])
        {
            await session.ExecuteAsync($"DELETE FROM {table} IN (SELECT r.jid FROM {{rows}})", jids, scope.Device).ConfigureAwait(false);
        }

        await session.ExecuteAsync(
            $"INSERT INTO wuts_groups (device_id, {Columns}) SELECT @device, r.* FROM {{rows}}", ToRows(groups), scope.Device).ConfigureAwait(false);
        (Jid Group, int Position, GroupMember Member)[] members =
            [.. groups.SelectMany(group => group.Info.Members.Select((member, i) => (group.Info.Jid, i, member)))];
        await session.ExecuteAsync(
            """
            INSERT INTO wuts_group_members (device_id, group_jid, position, jid, phone, lid, role, display_name, username)
            SELECT @device, r.* FROM {rows}
            """,
            Batch.Of(members)
                .Text("group_jid", row => row.Group.ToString()).Number("position", row => row.Position)
                .Text("jid", row => row.Member.Jid.ToString()).Text("phone", row => row.Member.PhoneJid?.ToString())
                .Text("lid", row => row.Member.LidJid?.ToString()).Number("role", row => (int)row.Member.Role)
                .Text("display_name", row => row.Member.DisplayName).Text("username", row => row.Member.Username),
            scope.Device).ConfigureAwait(false);
    }
}
