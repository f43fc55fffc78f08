using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// What an account must know when it has learnt all there is, computed from the world and not from what was sent: clients are
/// compared with it. Every member is computed when it is asked for.
/// </summary>
public sealed class AccountTruth
{
    private readonly Account _account;
    private readonly World _world;

    internal AccountTruth(Account account, World world)
    {
        _account = account;
        _world = world;
        Self = world.People.Of(account);
    }

    /// <summary>The account itself.</summary>
    public Person Self { get; }

    /// <summary>
    /// Those in the address book and those who wrote, one for each person, by number or else by LID. Somebody who is saved by
    /// number and by LID is one person; the entry by number counts.
    /// </summary>
    public IReadOnlyList<KnownPerson> People
    {
        get
        {
            var known = new Dictionary<Person, KnownPerson>();
            var nobodies = new List<KnownPerson>();
            foreach (var entry in _account.Handset.AddressBook.All.OrderBy(entry => entry.Kind).ThenBy(entry => entry.Jid.IsLid))
            {
                if (_world.People.Find(entry.Jid) is { } person)
                {
                    known.TryAdd(person, Look(person, entry));
                }
                else
                {
                    nobodies.Add(Unknown(entry));
                }
            }

            foreach (var person in Self.Chats)
            {
                known.TryAdd(person, Look(person, saved: null));
            }

            return
            [
                .. known.Values.Concat(nobodies).OrderBy(
                    person => (person.Phone ?? person.Lid)?.ToString() ?? "", StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>The groups that the account is in, by address.</summary>
    public IReadOnlyList<Group> Groups => [.. Self.Groups.OrderBy(group => group.Jid.User, StringComparer.Ordinal)];

    /// <summary>Whom the account has blocked, in the order of blocking.</summary>
    public IReadOnlyList<Person> Blocked => Self.Blocked;

    /// <summary>The hash of the block list, as devices compare it.</summary>
    public string BlocklistHash => Self.BlockList.Hash.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the account must know about one person.</summary>
    public KnownPerson Look(Person person, PhoneContact? saved)
    {
        ArgumentNullException.ThrowIfNull(person);
        var token = _world.Tokens.Find(owner: person, holder: Self)?.Bytes;
        var about = SightOf(person, PrivacySettings.About, token, isThere: true);
        var picture = SightOf(person, PrivacySettings.Picture, token, person.Picture is not null);
        return new KnownPerson
        {
            Lid = person.LidIsKnown || saved?.Jid.IsLid == true ? person.Lid : null,
            Phone = Self.KnowsNumberOf(person) ? person.Jid : null,
            IsRegistered = person.IsRegistered,
            Saved = saved,
            PushName = person.PushName,
            HasWritten = Self.ChatsWith(person),
            Username = person.Username,
            AboutSight = about,
            About = about == Sight.Visible ? person.About.Text : null,
            PictureSight = picture,
            PictureId = picture == Sight.Visible ? person.Picture?.Id : null,
            IsBusiness = person.Business is not null,
            BusinessName = person.Business?.Name,
            IsBlocked = Self.HasBlocked(person),
        };
    }

    private static KnownPerson Unknown(PhoneContact entry)
    {
        var other = entry.Alternative;
        return new KnownPerson
        {
            Lid = entry.Jid.IsLid ? entry.Jid : other,
            Phone = entry.Jid.IsLid ? other : entry.Jid,
            Saved = entry,
            AboutSight = Sight.None,
            PictureSight = Sight.None,
        };
    }

    private Sight SightOf(Person person, string setting, byte[]? token, bool isThere) =>
        !person.IsRegistered ? Sight.None
        : !person.IsVisibleTo(Self, setting, token) ? Sight.Hidden
        : isThere ? Sight.Visible
        : Sight.None;
}
