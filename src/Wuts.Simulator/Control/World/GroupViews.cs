namespace Wuts.Simulator.Control;

/// <summary>A new group; see <see cref="GroupSpec"/>.</summary>
internal sealed record GroupRequest(
    string Creator,
    string? Id = null,
    string? Subject = null,
    string? Description = null,
    IReadOnlyList<string>? Members = null,
    IReadOnlyList<string>? Admins = null,
    IReadOnlyList<string>? HiddenNumbers = null,
    bool LidAddressing = true,
    bool Announcement = false,
    bool Locked = false,
    bool Approval = false,
    bool Incognito = false,
    TimeSpan DisappearingTimer = default,
    bool HasPicture = false,
    bool IsCommunity = false,
    string? Community = null,
    bool DefaultSubgroup = false,
    bool Announce = true)
{
    public Group Create(SimulatorServer server)
    {
        var hidden = Lookup.Known(server, HiddenNumbers);
        var admins = Lookup.Known(server, Admins);
        var spec = new GroupSpec
        {
            Creator = Lookup.Known(server, Creator),
            Id = Id,
            Description = Description,
            Members = [.. Lookup.Known(server, Members), .. admins, .. hidden],
            Admins = admins,
            HiddenNumbers = hidden,
            LidAddressing = LidAddressing,
            IsAnnouncement = Announcement,
            IsLocked = Locked,
            NeedsApproval = Approval,
            IsIncognito = Incognito,
            DisappearingTimer = DisappearingTimer,
            HasPicture = HasPicture,
            IsCommunity = IsCommunity,
            Community = Community is { } community ? Lookup.KnownGroup(server, community) : null,
            IsDefaultSubgroup = DefaultSubgroup,
            Announce = Announce,
        };
        return server.Groups.Create(Subject is null ? spec : spec with { Subject = Subject });
    }
}

/// <summary>What may be changed about a group, by whom; what is absent stays. Texts that are empty are removed.</summary>
internal sealed record GroupPatch(
    string? By = null,
    string? Subject = null,
    string? Description = null,
    bool? Announcement = null,
    bool? Locked = null,
    bool? Approval = null,
    bool? EveryoneAdds = null,
    bool? Suspended = null,
    TimeSpan? DisappearingTimer = null,
    string? Picture = null,
    string? Community = null,
    bool RevokeInvite = false)
{
    public void Apply(SimulatorServer server, Group group)
    {
        var by = By is null ? null : Lookup.Known(server, By);
        var community = Community is { Length: > 0 } name ? Lookup.KnownGroup(server, name) : null;
        var jpeg = Picture is null or "none" ? null : Lookup.Jpeg(Picture);
        If(Subject, subject => group.SetSubject(subject, by));
        If(Description, text => group.SetDescription(text.Length == 0 ? null : text, by));
        If(Announcement, on => group.SetAnnouncement(on, by));
        If(Locked, on => group.SetLocked(on, by));
        If(Approval, on => group.SetApproval(on, by));
        If(EveryoneAdds, on => group.SetEveryoneAdds(on, by));
        If(Suspended, on => group.SetSuspended(on, by));
        If(DisappearingTimer, timer => group.SetDisappearingTimer(timer, by));
        If(Community, _ => group.SetCommunity(community, by));
        If(Picture, picture => _ = picture == "none" ? group.RemovePicture(by)
            : jpeg is null ? group.SetPicture(by) is not null
            : group.SetPicture(jpeg, by) is not null);
        if (RevokeInvite)
        {
            group.RevokeInvite(by);
        }
    }

    private static void If(string? value, Action<string> set)
    {
        if (value is not null)
        {
            set(value);
        }
    }

    private static void If<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }
    }
}

/// <summary>Who comes, manages and goes; each list is one change, in this order.</summary>
internal sealed record MembersRequest(
    string? By = null,
    IReadOnlyList<string>? Add = null,
    IReadOnlyList<string>? Join = null,
    IReadOnlyList<string>? Promote = null,
    IReadOnlyList<string>? Demote = null,
    IReadOnlyList<string>? Remove = null,
    IReadOnlyList<string>? Leave = null,
    IReadOnlyList<string>? HideNumber = null,
    IReadOnlyList<string>? ShowNumber = null)
{
    public void Apply(SimulatorServer server, Group group)
    {
        var by = By is null ? null : Lookup.Known(server, By);
        Person[][] people = [.. new[] { Add, Join, Promote, Demote, Remove, Leave, HideNumber, ShowNumber }.Select(names => Lookup.Known(server, names))];
        group.Add(people[0], by);
        Array.ForEach(people[1], person => group.Join(person));
        group.SetAdmin(people[2], admin: true, by);
        group.SetAdmin(people[3], admin: false, by);
        group.Remove(people[4], by);
        Array.ForEach(people[5], person => group.Leave(person));
        Array.ForEach(people[6], person => group.SetNumberHidden(person, hidden: true));
        Array.ForEach(people[7], person => group.SetNumberHidden(person, hidden: false));
    }
}

/// <summary>A group as it is shown; members only when they are asked for.</summary>
internal sealed record GroupView(
    string Jid,
    string Subject,
    string? Description,
    bool LidAddressing,
    string Creator,
    DateTimeOffset CreatedAt,
    int Size,
    bool Announcement,
    bool Locked,
    bool Approval,
    bool EveryoneAdds,
    bool Incognito,
    bool Suspended,
    TimeSpan DisappearingTimer,
    string? PictureId,
    string InviteCode,
    bool IsCommunity,
    string? Community,
    string MembersVersion,
    IReadOnlyList<MemberView>? Members)
{
    public static GroupView Of(Group group, Person? viewer, bool withMembers) => new(
        group.Jid.ToString(),
        group.Subject,
        group.Description?.Text,
        group.LidAddressing,
        group.Creator.Jid.ToString(),
        group.CreatedAt,
        group.Size,
        group.IsAnnouncement,
        group.IsLocked,
        group.NeedsApproval,
        group.EveryoneAdds,
        group.IsIncognito,
        group.IsSuspended,
        group.DisappearingTimer,
        group.Picture?.Id,
        group.InviteCode,
        group.IsCommunity,
        group.Community?.Jid.ToString(),
        group.MembersVersion.ToString(System.Globalization.CultureInfo.InvariantCulture),
        withMembers ? [.. group.Members.Select(member => MemberView.Of(group, viewer, member))] : null);
}

/// <summary>A member of a group; for a viewer without the number when it is hidden from them.</summary>
internal sealed record MemberView(string Lid, string? Phone, GroupRole Role, bool HidesNumber)
{
    public static MemberView Of(Group group, Person? viewer, GroupMember member) => new(
        member.Person.Lid.ToString(),
        viewer is null || group.ShowsNumber(viewer, member.Person) ? member.Person.Phone : null,
        member.Role,
        member.HidesNumber);
}
