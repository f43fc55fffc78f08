using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// The contacts of an account, on the phone and on the server at once: what is saved here reaches linked devices through app
/// state, and the server knows that the account has to do with the person. Safe for concurrent use.
/// </summary>
public sealed class ContactBook
{
    private readonly Account _account;
    private readonly World _world;

    internal ContactBook(Account account, World world)
    {
        _account = account;
        _world = world;
    }

    /// <summary>How many entries there are.</summary>
    public int Count => _account.Handset.AddressBook.Count;

    /// <summary>All entries.</summary>
    public IReadOnlyList<PhoneContact> All => _account.Handset.AddressBook.All;

    /// <summary>The entry about a person, or <see langword="null"/>.</summary>
    public PhoneContact? Find(Jid jid, ContactKind kind = ContactKind.Contact) => _account.Handset.AddressBook.Find(jid, kind);

    /// <summary>Saves somebody under a name, by number; the entry names the LID too when the server tells it.</summary>
    public void Save(Person person, string? fullName, string? firstName = null)
    {
        ArgumentNullException.ThrowIfNull(person);
        Save([new PhoneContact(person.Jid, fullName, firstName, Alternative: person.LidIsKnown ? person.Lid : null)]);
    }

    /// <summary>Adds or replaces entries; to linked devices it is one change. Numbers that nobody has are saved as well.</summary>
    /// <exception cref="ArgumentException">An address is not a person's, or has a device.</exception>
    public void Save(IReadOnlyCollection<PhoneContact> contacts)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        _account.Handset.AddressBook.Save(contacts);
        var owner = _world.People.Of(_account);
        foreach (var contact in contacts)
        {
            if (_world.People.Find(contact.Jid) is { } person && person != owner)
            {
                owner.AddContact(person);
            }
        }
    }

    /// <summary>Renames an entry; <see langword="false"/> when there is none.</summary>
    public bool Rename(Jid jid, string? fullName, string? firstName = null, ContactKind kind = ContactKind.Contact) =>
        _account.Handset.AddressBook.Rename(jid, fullName, firstName, kind);

    /// <summary>Removes an entry; <see langword="false"/> when there is none.</summary>
    public bool Remove(Jid jid, ContactKind kind = ContactKind.Contact)
    {
        if (!_account.Handset.AddressBook.Remove(jid, kind))
        {
            return false;
        }

        // The same person may be saved by the other address, or in another way.
        if (_world.People.Find(jid) is { } person && !IsSaved(person))
        {
            _world.People.Of(_account).RemoveContact(person);
        }

        return true;
    }

    private bool IsSaved(Person person) =>
        Enum.GetValues<ContactKind>().Any(kind => Find(person.Jid, kind) is not null || Find(person.Lid, kind) is not null);
}
