using Wuts.Simulator.People;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

// Numbers that go from one person to another, and people who go.
public sealed partial class PersonDirectory
{
    /// <summary>
    /// Gives a number to a new person with a LID of their own, as happens to numbers that were given up. Whoever has the number
    /// in the address book has the new person in it from now on. Sync section 5.1.
    /// </summary>
    /// <param name="phone">The number. Somebody who still holds it loses it, and leaves all groups.</param>
    /// <param name="spec">The new person; number and LID are set here.</param>
    /// <exception cref="ArgumentException">The number is malformed.</exception>
    /// <exception cref="InvalidOperationException">The number belongs to an account with linked devices.</exception>
    public Person Reassign(string phone, PersonSpec? spec = null)
    {
        Check(phone, lid: null);
        var before = Find(new Jid(phone, JidServers.User));
        if (before is not null)
        {
            Remove(before);
        }

        var person = Add((spec ?? new PersonSpec()) with { Phone = phone });
        foreach (var other in before?.KnownBy ?? [])
        {
            other.AddContact(person);
        }

        foreach (var account in _world.Server.Accounts.WithDevices())
        {
            if (account.Handset.AddressBook.Find(person.Jid) is not null && Find(account.Jid) is { } owner)
            {
                owner.AddContact(person);
            }
        }

        lock (person.Gate)
        {
            _world.Notices.Identity(person);
            _world.Notices.Update(person);
        }

        return person;
    }

    /// <summary>Takes somebody out of the directory: the number is not registered, the person leaves all groups.</summary>
    /// <exception cref="InvalidOperationException">It is an account with linked devices; delete that instead.</exception>
    public void Remove(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        person.SetRegistered(registered: false);
        person.SetUsername(null);
        lock (_gate)
        {
            Forget(person);
            _byPhone.TryRemove(new(person.Phone, person));
            _byLid.TryRemove(new(person.Lid.User, person));
            foreach (var alias in person.Aliases)
            {
                _byAlias.TryRemove(new(alias, person));
            }
        }
    }

    /// <summary>The phone of somebody is gone, and with it the account that the directory made for it.</summary>
    internal void Forget(Person person)
    {
        lock (_gate)
        {
            _world.Server.Accounts.Drop(person.Phone);
        }
    }

    /// <summary>Gives a person other addresses; the old number leads nowhere from now on.</summary>
    /// <exception cref="ArgumentException">An address is taken.</exception>
    internal void Move(Person person, PersonAddresses to)
    {
        lock (_gate)
        {
            if ((Find(to.Jid) ?? person) != person || (Find(to.Lid) ?? person) != person)
            {
                throw new ArgumentException("The number or the LID is taken.", nameof(to));
            }

            if (person.Account is { } account)
            {
                _world.Server.Accounts.Move(account, to);
            }

            Reindex(person, to);
        }
    }

    private void Reindex(Person person, PersonAddresses to)
    {
        _byPhone.TryRemove(person.Phone, out _);
        _byLid.TryRemove(person.Lid.User, out _);
        person.MoveTo(to);
        _byPhone[to.Jid.User] = person;
        _byLid[to.Lid.User] = person;
    }
}
