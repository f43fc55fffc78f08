using System.Collections.Concurrent;
using System.Globalization;
using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// The user directory of the network: everybody with a number, by number, LID and user name. Every account is in it. Safe for
/// concurrent use.
/// </summary>
public sealed partial class PersonDirectory
{
    private const long FirstFictionalNumber = 1_555_500_0000;
    private const long FirstLid = 200_000_000_000_000;

    private readonly ConcurrentDictionary<string, Person> _byPhone = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Person> _byLid = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Person> _byAlias = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Person> _byUsername = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private readonly World _world;
    private long _issued;

    internal PersonDirectory(World world) => _world = world;

    /// <summary>How many people have been made or asked about.</summary>
    public int Count => _byPhone.Count;

    /// <summary>Those people, in no particular order.</summary>
    public IReadOnlyCollection<Person> All => [.. _byPhone.Values];

    /// <summary>Puts somebody into the directory.</summary>
    /// <exception cref="ArgumentException">A value is malformed, or number, LID, alias or user name is taken.</exception>
    public Person Add(PersonSpec? spec = null)
    {
        spec ??= new PersonSpec();
        Check(spec.Phone, spec.Lid, spec.Aliases);
        lock (_gate)
        {
            var number = Interlocked.Increment(ref _issued);
            var phone = spec.Phone ?? (FirstFictionalNumber + number).ToString(CultureInfo.InvariantCulture);
            var lid = spec.Lid ?? (FirstLid + number).ToString(CultureInfo.InvariantCulture);
            if (Find(new Jid(phone, JidServers.User)) is not null || Find(new Jid(lid, JidServers.Lid)) is not null)
            {
                throw new ArgumentException("The number or the LID is taken.", nameof(spec));
            }

            if ((spec.Username is { } name && _byUsername.ContainsKey(name)) || spec.Aliases.Any(_byAlias.ContainsKey))
            {
                throw new ArgumentException("The user name or an alias is taken.", nameof(spec));
            }

            return AddLocked(phone, lid, spec);
        }
    }

    /// <summary>Whom an address belongs to, or <see langword="null"/>. Devices belong to their person.</summary>
    public Person? Find(Jid jid)
    {
        var person = jid switch
        {
            { IsPhone: true } => _byPhone.GetValueOrDefault(jid.User),
            { IsLid: true } => _byLid.GetValueOrDefault(jid.User),
            _ => null,
        };
        return person;
    }

    /// <summary>Whom a number leads to, by any of its spellings, or <see langword="null"/>. Sync section 4.5.</summary>
    public Person? Find(string phone)
    {
        ArgumentNullException.ThrowIfNull(phone);
        return Find(new Jid(phone, JidServers.User))
            ?? _byAlias.GetValueOrDefault(phone)
            ?? (PhoneText.OtherSpelling(phone) is { } other ? Find(new Jid(other, JidServers.User)) : null);
    }

    /// <summary>Whether somebody has the number or the LID.</summary>
    internal bool IsTaken(string phone, string lid) => _byPhone.ContainsKey(phone) || _byLid.ContainsKey(lid);

    /// <summary>Who has a user name, or <see langword="null"/>.</summary>
    public Person? FindUsername(string username) => _byUsername.GetValueOrDefault(username);

    /// <summary>The person with the phone of an account.</summary>
    public Person Of(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return Find(account.Jid) ?? throw new InvalidOperationException("The account was deleted.");
    }

    /// <summary>The account of a person; it is made when the person had no phone of their own so far.</summary>
    public Account AccountOf(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        lock (_gate)
        {
            return person.Account ?? _world.Server.Accounts.Create(new AccountSpec
            {
                Phone = person.Phone,
                Lid = person.Lid.User,
                PushName = person.PushName,
                Identity = person.Identity(),
            });
        }
    }

    /// <summary>The LID that a number has in the directory, for an account that is made for it.</summary>
    internal string? LidOf(string phone) => _byPhone.GetValueOrDefault(phone)?.Lid.User;

    /// <summary>An account was made: its person is found, or made.</summary>
    internal void Attach(Account account)
    {
        Person? person;
        lock (_gate)
        {
            person = Find(account.Jid) ?? AddLocked(account.Phone, account.Lid.User, new PersonSpec());
            if (person.Lid != account.Lid)
            {
                Reindex(person, new PersonAddresses(account.Jid, account.Lid));
            }

            person.Account = account;
            person.IsRegistered = true;
        }

        if (account.BusinessName is { } name && person.Business is null)
        {
            person.SetBusiness(new BusinessCard { Name = name });
        }
    }

    /// <summary>An account was deleted: its number is registered no more.</summary>
    internal void Detach(Account account)
    {
        if (Find(account.Jid) is { } person && person.Account == account)
        {
            person.Account = null;
            person.SetRegistered(registered: false);
        }
    }

    internal void SetUsername(Person person, string? name)
    {
        lock (_gate)
        {
            if (name is not null && _byUsername.TryGetValue(name, out var other) && other != person)
            {
                throw new ArgumentException("The user name is taken.", nameof(name));
            }

            if (person.Username is { } old)
            {
                _byUsername.TryRemove(old, out _);
            }

            person.Username = name;
            if (name is not null)
            {
                _byUsername[name] = person;
            }
        }
    }

    /// <exception cref="ArgumentException">A number or LID is malformed.</exception>
    internal static void Check(string? phone, string? lid, IReadOnlyList<string>? aliases = null)
    {
        if (phone is not null && !AccountDirectory.IsPhoneNumber(phone))
        {
            throw new ArgumentException("Phone has 7 to 15 digits and does not begin with 0.", nameof(phone));
        }

        if (lid is not null && !(lid.Length is >= 1 and <= 20 && lid.All(char.IsAsciiDigit)))
        {
            throw new ArgumentException("Lid has 1 to 20 digits.", nameof(lid));
        }

        if (aliases is not null && !aliases.All(AccountDirectory.IsPhoneNumber))
        {
            throw new ArgumentException("An alias has 7 to 15 digits and does not begin with 0.", nameof(aliases));
        }
    }

    private Person AddLocked(string phone, string lid, PersonSpec spec)
    {
        var person = new Person(_world, new PersonAddresses(new Jid(phone, JidServers.User), new Jid(lid, JidServers.Lid)), spec);
        _byPhone[phone] = person;
        _byLid[lid] = person;
        foreach (var alias in spec.Aliases)
        {
            _byAlias[alias] = person;
        }

        if (spec.Username is { } username)
        {
            _byUsername[username] = person;
        }

        return person;
    }
}
