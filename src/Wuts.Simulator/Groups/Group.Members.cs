using Wuts.Simulator.Groups;
using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

// Who comes, goes and manages. Sync section 9.4.
public sealed partial class Group
{
    /// <summary>Adds members; those who are in it already are left out. Answers how many came.</summary>
    /// <param name="people">Who is added.</param>
    /// <param name="by">Who adds them; by default the creator.</param>
    public int Add(IEnumerable<Person> people, Person? by = null) => Add(people, by ?? Creator, reason: null);

    /// <summary>Somebody joins by the invite link; <see langword="false"/> when they are in it already.</summary>
    public bool Join(Person person) => Add([person], person, "invite") == 1;

    /// <summary>Removes members. Answers how many went.</summary>
    /// <param name="people">Who is removed.</param>
    /// <param name="by">Who removes them; by default the creator.</param>
    public int Remove(IEnumerable<Person> people, Person? by = null)
    {
        ArgumentNullException.ThrowIfNull(people);
        lock (Gate)
        {
            var gone = people.Where(_members.Remove).ToArray();
            foreach (var person in gone)
            {
                person.Leave(this);
            }

            if (gone.Length > 0)
            {
                PassOnLocked();
                var (before, after) = NextVersionLocked();
                GroupNotices.Tell(
                    _world,
                    this,
                    by ?? Creator,
                    viewer => GroupNotices.Members(this, viewer, "remove", gone, ("prev_v_id", before), ("v_id", after)),
                    also: gone);
            }

            return gone.Length;
        }
    }

    /// <summary>Somebody leaves; <see langword="false"/> when they are not in it.</summary>
    public bool Leave(Person person) => Remove([person], by: person) == 1;

    /// <summary>Makes members administrators, or takes that from them. Answers how many changed.</summary>
    /// <param name="people">Who; the super administrator stays one.</param>
    /// <param name="admin">Whether they are administrators from now on.</param>
    /// <param name="by">Who does it; by default the creator.</param>
    public int SetAdmin(IEnumerable<Person> people, bool admin, Person? by = null)
    {
        ArgumentNullException.ThrowIfNull(people);
        lock (Gate)
        {
            var (from, to) = admin ? (GroupRole.Member, GroupRole.Admin) : (GroupRole.Admin, GroupRole.Member);
            var changed = people.Where(person => _members.TryGetValue(person, out var member) && member.Role == from).ToArray();
            foreach (var person in changed)
            {
                _members[person] = _members[person] with { Role = to };
            }

            if (changed.Length > 0)
            {
                GroupNotices.Tell(
                    _world, this, by ?? Creator, viewer => GroupNotices.Members(this, viewer, admin ? "promote" : "demote", changed));
            }

            return changed.Length;
        }
    }

    /// <summary>Lets a member hide the number from those who do not know it, or show it.</summary>
    public void SetNumberHidden(Person person, bool hidden)
    {
        lock (Gate)
        {
            if (_members.TryGetValue(person, out var member))
            {
                _members[person] = member with { HidesNumber = hidden };
            }
        }
    }

    /// <summary>The members whose linked devices are told of changes.</summary>
    internal IEnumerable<Person> Watchers() =>
        _members.Keys.Where(person => person.Account is { HasDevices: true }).ToArray();

    /// <summary>A member has other addresses: those who know the group by the old one are told the new one.</summary>
    internal void OnAddressChanged(Person person, PersonAddresses old)
    {
        lock (Gate)
        {
            var before = LidAddressing ? old.Lid : old.Jid;
            if (!_members.ContainsKey(person) || before == GroupNodes.AddressIn(this, person))
            {
                return;
            }

            foreach (var viewer in Watchers())
            {
                var number = LidAddressing && ShowsNumber(viewer, person) ? (AttributeValue)old.Jid : default;
                _world.Post.Deliver(
                    viewer.Account!,
                    Jid,
                    "w:gp2",
                    GroupNotices.Members(this, viewer, "modify", [person]),
                    except: null,
                    ("participant", before),
                    ("participant_pn", number),
                    ("participant_lid", LidAddressing ? default(AttributeValue) : old.Lid),
                    ("addressing_mode", LidAddressing ? "lid" : "pn"),
                    ("notify", person.PushName));
            }
        }
    }

    internal void AnnounceCreation()
    {
        lock (Gate)
        {
            GroupNotices.Tell(_world, this, Creator, viewer => GroupNotices.Create(this, viewer, "new", reason: null));
        }
    }

    private int Add(IEnumerable<Person> people, Person by, string? reason)
    {
        ArgumentNullException.ThrowIfNull(people);
        lock (Gate)
        {
            var come = people.Where(person => _members.TryAdd(person, new GroupMember(person, GroupRole.Member))).ToArray();
            foreach (var person in come)
            {
                person.Join(this);
            }

            if (come.Length > 0)
            {
                var (before, after) = NextVersionLocked();
                var isNew = come.ToHashSet();
                GroupNotices.Tell(_world, this, by, viewer => isNew.Contains(viewer)
                    ? GroupNotices.Create(this, viewer, type: null, reason)
                    : GroupNotices.Members(this, viewer, "add", come, ("prev_v_id", before), ("v_id", after), ("reason", reason)));
            }

            return come.Length;
        }
    }

    private (long Before, long After) NextVersionLocked() => (MembersVersion, ++MembersVersion);

    // A group without administrator gets the one who is in it for longest.
    private void PassOnLocked()
    {
        if (_members.Count > 0 && _members.Values.All(member => member.Role == GroupRole.Member))
        {
            var heir = _members.GetAt(0);
            _members[heir.Key] = heir.Value with { Role = GroupRole.Admin };
        }
    }
}
