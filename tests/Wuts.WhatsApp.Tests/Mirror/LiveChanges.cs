using Wuts.Simulator;
using Wuts.Testing.Mirror;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Random changes of what a phone and the network hold, as people make them. The same seed makes the same changes.</summary>
internal sealed class LiveChanges
{
    private static readonly string[] Names = ["Ada", "Ñandú", "李雷", "\"Quote\"", "O'Neill\\", "Zoë 🦊", "a", "Name with   spaces"];

    private readonly MirrorScene _scene;
    private readonly Random _random;
    private readonly List<Person> _people;
    private readonly List<Correspondent> _correspondents = [];
    private readonly (int Weight, Func<bool> Change)[] _kinds;
    private readonly int _total;
    private int _made;

    public LiveChanges(MirrorScene scene, int seed, IEnumerable<Person> people)
    {
        _scene = scene;
        _random = new Random(seed);
        _people = [.. people];
        _kinds =
        [
            (20, Rename),
            (10, AddContact),
            (8, RemoveContact),
            (4, AddOtherEntry),
            (3, RemoveOtherEntry),
            (4, RevealNumberOfLidChat),
            (2, RotateKey),
            (3, RenameOwn),
            (10, Write),
            (6, ChangePicture),
            (4, ChangeAbout),
            (4, ChangeNumber),
            (8, Block),
            (4, CreateGroup),
            (8, ChangeGroupText),
            (8, ChangeGroupSetting),
            (8, AddMember),
            (6, RemoveMember),
            (5, ChangeAdmin),
            (2, LeaveOrDelete),
            (2, RemoveAndAddOwner),
        ];
        _total = _kinds.Sum(k => k.Weight);
    }

    /// <summary>How often each kind of change was made.</summary>
    public SortedDictionary<string, int> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>What messages have told.</summary>
    public Familiar Familiar { get; } = new() { ContactsChanged = true };

    /// <summary>The device that messages are written to.</summary>
    public required LinkedDevice Device { get; init; }

    private AddressBook Book => _scene.Account.Handset.AddressBook;

    private Person Owner => _scene.Owner;

    /// <summary>Makes one change.</summary>
    public void Next()
    {
        while (true)
        {
            var drawn = _random.Next(_total);
            var at = 0;
            while (drawn >= _kinds[at].Weight)
            {
                drawn -= _kinds[at++].Weight;
            }

            if (_kinds[at].Change())
            {
                _made++;
                var name = _kinds[at].Change.Method.Name;
                Made[name] = Made.GetValueOrDefault(name) + 1;
                return;
            }
        }
    }

    /// <summary>A number from zero up to a limit, for what is random besides the changes.</summary>
    public int Draw(int limit) => _random.Next(limit);

    private T? Any<T>(IReadOnlyCollection<T> from)
        where T : class => from.Count == 0 ? null : from.ElementAt(_random.Next(from.Count));

    private string Name() => $"{Names[_random.Next(Names.Length)]} {_made}";

    private IReadOnlyList<PhoneContact> Entries(bool usual) =>
        [.. Book.All.Where(e => e.Kind == ContactKind.Contact == usual).OrderBy(e => e.Jid.ToString(), StringComparer.Ordinal)];

    private IReadOnlyList<Group> Groups(bool own = false) =>
        [.. Owner.Groups.Where(g => !g.IsCommunity && (!own || g.Member(Owner) is { Role: not GroupRole.Member }))
            .OrderBy(g => g.Jid.ToString(), StringComparer.Ordinal)];

    private bool Rename() => Any(Entries(usual: true)) is { } entry && Book.Rename(entry.Jid, Name(), _random.Next(3) == 0 ? null : Name());

    private bool AddContact()
    {
        var person = Any(_people)!;
        if (Book.Find(person.Jid) is not null)
        {
            person = _scene.AddPeople(1)[0];
            _people.Add(person);
        }

        Owner.AddContact(person);
        Book.Add(new PhoneContact(person.Jid, Name(), Name(), Alternative: _random.Next(2) == 0 ? person.Lid : null) { OnPhone = _random.Next(2) == 0 });
        return true;
    }

    private bool RemoveContact() => Any(Entries(usual: true)) is { } entry && Book.Remove(entry.Jid);

    private bool AddOtherEntry()
    {
        var person = Any(_people)!;
        Book.Add(_random.Next(2) == 0
            ? new PhoneContact(person.Lid, Name(), null, $"user{_made}") { Kind = ContactKind.LidContact }
            : new PhoneContact(person.Jid, Name()) { Kind = ContactKind.OutContact });
        return true;
    }

    private bool RemoveOtherEntry() => Any(Entries(usual: false)) is { } entry && Book.Remove(entry.Jid, entry.Kind);

    private bool RevealNumberOfLidChat()
    {
        var person = Any(_people)!;
        _scene.Account.Handset.SetNumberOfLidChat(person.Lid, person.Jid);
        return true;
    }

    private bool RotateKey()
    {
        _scene.Account.Handset.RotateKey();
        return true;
    }

    private bool RenameOwn()
    {
        _scene.Account.Handset.SetPushName(Name());
        return true;
    }

    private bool Write()
    {
        if (_correspondents.Count < 5)
        {
            _correspondents.Add(new Correspondent(_scene.Server));
        }

        var writer = _correspondents[_random.Next(_correspondents.Count)];
        var byLid = _random.Next(2) == 0;
        var name = Name();
        writer.Write(Device, name, byLid);
        Familiar.PushNames[byLid ? writer.Account.Lid : writer.Account.Jid] = name;
        return true;
    }

    private bool ChangePicture()
    {
        var person = Any(_people)!;
        if (_random.Next(3) == 0 ? !person.RemovePicture() : false)
        {
            return false;
        }

        person.SetPicture();
        return true;
    }

    private bool ChangeAbout()
    {
        Any(_people)!.SetAbout(Name());
        return true;
    }

    private bool ChangeNumber()
    {
        // The phone follows: it moves the entry to the new number.
        var person = Any(_people)!;
        var old = Book.Find(person.Jid);
        person.ChangeNumber(phone: $"4916{_random.Next(1_000_000):D6}{_made:D4}");
        if (old is not null)
        {
            Book.Remove(old.Jid);
            Book.Add(old with { Jid = person.Jid, Alternative = person.Lid });
        }

        return true;
    }

    private bool Block()
    {
        var blocked = Owner.Blocked;
        return blocked.Count > 0 && _random.Next(2) == 0 ? Owner.SetBlocked(Any(blocked)!, block: false) : Owner.SetBlocked(Any(_people)!, block: true);
    }

    private bool CreateGroup()
    {
        _scene.Server.Groups.Create(new GroupSpec
        {
            Creator = _random.Next(2) == 0 ? Owner : Any(_people)!,
            Members = [Owner, .. Enumerable.Range(0, 4).Select(_ => Any(_people)!)],
            Subject = Name(),
            LidAddressing = _random.Next(4) > 0,
        });
        return true;
    }

    private bool ChangeGroupText()
    {
        if (Any(Groups()) is not { } group)
        {
            return false;
        }

        if (_random.Next(2) == 0)
        {
            group.SetSubject(Name());
        }
        else
        {
            group.SetDescription(_random.Next(4) == 0 ? null : Name());
        }

        return true;
    }

    private bool ChangeGroupSetting()
    {
        if (Any(Groups()) is not { } group)
        {
            return false;
        }

        switch (_random.Next(5))
        {
            case 0:
                group.SetAnnouncement(!group.IsAnnouncement);
                break;
            case 1:
                group.SetLocked(!group.IsLocked);
                break;
            case 2:
                group.SetDisappearingTimer(group.DisappearingTimer == TimeSpan.Zero ? TimeSpan.FromDays(1) : TimeSpan.Zero);
                break;
            case 3:
                group.SetApproval(!group.NeedsApproval);
                break;
            default:
                group.SetSuspended(!group.IsSuspended);
                break;
        }

        return true;
    }

    private bool AddMember() => Any(Groups()) is { } group && group.Add([Any(_people)!]) > 0;

    private bool RemoveMember() =>
        Any(Groups()) is { } group && Any([.. group.Members.Select(m => m.Person).Where(p => p != Owner && p != group.Creator)]) is { } person
        && group.Remove([person]) > 0;

    private bool ChangeAdmin() =>
        Any(Groups()) is { } group && Any([.. group.Members.Where(m => m.Person != group.Creator)]) is { } member
        && group.SetAdmin([member.Person], admin: member.Role == GroupRole.Member) > 0;

    private bool LeaveOrDelete()
    {
        if (Any(Groups()) is not { } group)
        {
            return false;
        }

        switch (_random.Next(3))
        {
            case 0:
                group.Delete();
                return true;
            case 1 when group.Creator != Owner:
                return group.Remove([Owner]) > 0;
            default:
                return group.Creator != Owner && group.Leave(Owner);
        }
    }

    // Removed and added again, perhaps without the device having heard of the first.
    private bool RemoveAndAddOwner() =>
        Any(Groups()) is { } group && group.Creator != Owner && group.Remove([Owner]) > 0 && group.Add([Owner]) > 0;
}
