using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// A group or community. Changes are told to the linked devices of its members, in their order and with version ids, as a real
/// server does. Sync section 9. Safe for concurrent use.
/// </summary>
public sealed partial class Group
{
    private readonly World _world;
    private readonly OrderedDictionary<Person, GroupMember> _members = [];
    private readonly List<Group> _subgroups = [];

    internal Group(World world, Jid jid, GroupSpec spec, string inviteCode)
    {
        _world = world;
        Jid = jid;
        LidAddressing = spec.LidAddressing;
        Creator = spec.Creator;
        CreatedAt = spec.CreatedAt ?? world.Server.Time.GetUtcNow();
        Subject = spec.Subject;
        SubjectSetAt = CreatedAt;
        SubjectSetBy = spec.Creator;
        IsAnnouncement = spec.IsAnnouncement;
        IsLocked = spec.IsLocked;
        NeedsApproval = spec.NeedsApproval;
        IsIncognito = spec.IsIncognito;
        DisappearingTimer = spec.DisappearingTimer;
        IsCommunity = spec.IsCommunity;
        Community = spec.Community;
        IsDefaultSubgroup = spec.IsDefaultSubgroup;
        InviteCode = inviteCode;
        Picture = spec.HasPicture ? world.NextPicture() : null;
        MembersVersion = CreatedAt.ToUnixTimeMilliseconds() * 1000;
        AnnounceVersion = MembersVersion;
        if (spec.Description is { } text)
        {
            Description = new GroupDescription(world.Groups.NextDescriptionId(), text, CreatedAt, spec.Creator);
        }

        _members.Add(spec.Creator, new GroupMember(spec.Creator, GroupRole.SuperAdmin));
        foreach (var person in spec.Members)
        {
            _members.TryAdd(person, new GroupMember(person, GroupRole.Member));
        }

        foreach (var person in spec.Admins)
        {
            if (_members.TryGetValue(person, out var member) && member.Role == GroupRole.Member)
            {
                _members[person] = member with { Role = GroupRole.Admin };
            }
        }

        foreach (var person in spec.HiddenNumbers)
        {
            SetNumberHidden(person, hidden: true);
        }
    }

    /// <summary>The address.</summary>
    public Jid Jid { get; }

    /// <summary>Whether members are known by LID; otherwise by phone number.</summary>
    public bool LidAddressing { get; }

    /// <summary>Who made it.</summary>
    public Person Creator { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>The name.</summary>
    public string Subject { get; private set; }

    /// <summary>When the name was set.</summary>
    public DateTimeOffset SubjectSetAt { get; private set; }

    /// <summary>Who set the name.</summary>
    public Person SubjectSetBy { get; private set; }

    /// <summary>What it is about, if somebody said so.</summary>
    public GroupDescription? Description { get; private set; }

    /// <summary>Whether only administrators may write.</summary>
    public bool IsAnnouncement { get; private set; }

    /// <summary>Whether only administrators may edit the information.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>Whether administrators approve who joins.</summary>
    public bool NeedsApproval { get; private set; }

    /// <summary>Whether every member may add others; otherwise only administrators.</summary>
    public bool EveryoneAdds { get; private set; }

    /// <summary>Whether members see no numbers of people they do not know.</summary>
    public bool IsIncognito { get; }

    /// <summary>Timer of disappearing messages; zero is off.</summary>
    public TimeSpan DisappearingTimer { get; private set; }

    /// <summary>The picture, if there is one.</summary>
    public Picture? Picture { get; private set; }

    /// <summary>The code of the invite link.</summary>
    public string InviteCode { get; private set; }

    /// <summary>Whether the group is suspended.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Whether it is a community, which other groups belong to.</summary>
    public bool IsCommunity { get; }

    /// <summary>The community it belongs to.</summary>
    public Group? Community { get; private set; }

    /// <summary>Whether it is the announcement group of its community.</summary>
    public bool IsDefaultSubgroup { get; }

    /// <summary>Whether it was deleted.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>Counts changes of the members; notifications carry it.</summary>
    public long MembersVersion { get; private set; }

    /// <summary>Counts changes of who may write.</summary>
    public long AnnounceVersion { get; private set; }

    /// <summary>The members, in the order in which they came.</summary>
    public IReadOnlyList<GroupMember> Members
    {
        get
        {
            lock (Gate)
            {
                return [.. _members.Values];
            }
        }
    }

    /// <summary>How many members there are.</summary>
    public int Size
    {
        get
        {
            lock (Gate)
            {
                return _members.Count;
            }
        }
    }

    /// <summary>The groups of a community.</summary>
    public IReadOnlyList<Group> Subgroups
    {
        get
        {
            lock (Gate)
            {
                return [.. _subgroups];
            }
        }
    }

    /// <summary>One change of the group at a time, so that devices hear of changes in their order.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Whether somebody is a member.</summary>
    public bool HasMember(Person person) => Member(person) is not null;

    /// <summary>The member that somebody is, or <see langword="null"/>.</summary>
    public GroupMember? Member(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        lock (Gate)
        {
            return _members.GetValueOrDefault(person);
        }
    }

    /// <summary>Whether a viewer sees the number of somebody, and not only LID and a mask.</summary>
    internal bool ShowsNumber(Person viewer, Person person) => !LidAddressing
        || person == viewer
        || (!IsIncognito && person.LidIsKnown && Member(person) is not { HidesNumber: true })
        || viewer.Knows(person);

    /// <summary>Whether somebody may change name, description and picture.</summary>
    internal bool MayEdit(Person person) => Member(person) is { } member && (!IsLocked || member.Role != GroupRole.Member);

    internal void AddSubgroup(Group group)
    {
        lock (Gate)
        {
            if (!_subgroups.Contains(group))
            {
                _subgroups.Add(group);
            }
        }
    }

    internal void RemoveSubgroup(Group group)
    {
        lock (Gate)
        {
            _subgroups.Remove(group);
        }
    }
}
