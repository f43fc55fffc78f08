using Wuts.Simulator.AppState;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

/// <summary>
/// The address book of a phone, as its app state holds it. Every change reaches linked devices as a patch; before the first
/// device asks for app state a change is free. Sync sections 3.1 and 3.13. Safe for concurrent use.
/// </summary>
public sealed class AddressBook
{
    private const int ContactVersion = 2;
    private const int OtherVersion = 1;

    private readonly AccountAppState _state;
    private readonly TimeProvider _time;
    private volatile bool _isSetDirectly;

    internal AddressBook(AccountAppState state, TimeProvider time)
    {
        _state = state;
        _time = time;
    }

    /// <summary>How many entries there are, of all kinds.</summary>
    public int Count => _state.Locked(AppStateCollection.CriticalUnblockLow, phone => phone.Entries.Count(entry => Read(entry) is not null))
        + _state.Locked(AppStateCollection.RegularLow, phone => phone.Entries.Count(entry => Read(entry) is not null));

    /// <summary>Whether there may be entries that <see cref="ContactBook"/> does not know of: set here, or by a linked device.</summary>
    internal bool MayHaveOthers => _isSetDirectly || _state.HasUploads;

    /// <summary>All entries, also those that linked devices have made.</summary>
    public IReadOnlyList<PhoneContact> All =>
    [
        .. _state.Locked(AppStateCollection.CriticalUnblockLow, Contacts),
        .. _state.Locked(AppStateCollection.RegularLow, Contacts),
    ];

    /// <summary>The entry about a person, or <see langword="null"/>.</summary>
    public PhoneContact? Find(Jid jid, ContactKind kind = ContactKind.Contact)
    {
        var index = IndexOf(new PhoneContact(jid) { Kind = kind });
        return _state.Locked(CollectionOf(kind), phone => phone.Find(index) is { } entry ? Read(entry) : null);
    }

    /// <summary>Adds an entry, or replaces the one about the same person.</summary>
    /// <exception cref="ArgumentException">The address is not a person's, or has a device.</exception>
    public void Add(PhoneContact contact) => AddRange([contact]);

    /// <summary>Adds or replaces entries; to linked devices it is one change per collection.</summary>
    /// <exception cref="ArgumentException">An address is not a person's, or has a device.</exception>
    public void AddRange(IReadOnlyCollection<PhoneContact> contacts)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        _isSetDirectly = true;
        Save(contacts);
    }

    /// <summary>The same for a caller that tells the server of the contacts, too.</summary>
    internal void Save(IReadOnlyCollection<PhoneContact> contacts)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var group in contacts.GroupBy(contact => CollectionOf(contact.Kind)))
        {
            _state.Change(group.Key, [.. group.Select(contact => ToEdit(contact, now))]);
        }
    }

    /// <summary>Renames an entry; <see langword="false"/> when there is none.</summary>
    public bool Rename(Jid jid, string? fullName, string? firstName = null, ContactKind kind = ContactKind.Contact)
    {
        if (Find(jid, kind) is not { } contact)
        {
            return false;
        }

        Save([contact with { FullName = fullName, FirstName = firstName }]);
        return true;
    }

    /// <summary>Removes an entry; <see langword="false"/> when there is none.</summary>
    public bool Remove(Jid jid, ContactKind kind = ContactKind.Contact)
    {
        if (Find(jid, kind) is not { } contact)
        {
            return false;
        }

        _state.Change(CollectionOf(kind), new PhoneEdit(IndexOf(contact), null, VersionOf(kind)));
        return true;
    }

    private static AppStateCollection CollectionOf(ContactKind kind) =>
        kind == ContactKind.OutContact ? AppStateCollection.RegularLow : AppStateCollection.CriticalUnblockLow;

    private static int VersionOf(ContactKind kind) => kind == ContactKind.Contact ? ContactVersion : OtherVersion;

    private static string IndexOf(PhoneContact contact) => PhoneEdit.IndexOf(contact.Action, contact.Jid.ToString());

    private static IReadOnlyList<PhoneContact> Contacts(PhoneCollection phone) =>
        [.. phone.Entries.Select(Read).OfType<PhoneContact>()];

    private static PhoneEdit ToEdit(PhoneContact contact, long now)
    {
        if (!contact.Jid.IsPerson || contact.Jid != contact.Jid.ToBase())
        {
            throw new ArgumentException("A contact is a person's phone number or LID without a device.", nameof(contact));
        }

        var value = new SyncActionValue { Timestamp = now };
        switch (contact.Kind)
        {
            case ContactKind.LidContact:
                value.LidContactAction = new LidContactAction();
                Set(contact.FullName, name => value.LidContactAction.FullName = name);
                Set(contact.FirstName, name => value.LidContactAction.FirstName = name);
                Set(contact.Username, name => value.LidContactAction.Username = name);
                break;
            case ContactKind.OutContact:
                value.OutContactAction = new OutContactAction();
                Set(contact.FullName, name => value.OutContactAction.FullName = name);
                Set(contact.FirstName, name => value.OutContactAction.FirstName = name);
                break;
            default:
                value.ContactAction = new ContactAction { SaveOnPrimaryAddressbook = contact.OnPhone };
                Set(contact.FullName, name => value.ContactAction.FullName = name);
                Set(contact.FirstName, name => value.ContactAction.FirstName = name);
                Set(contact.Username, name => value.ContactAction.Username = name);
                Set(contact.Alternative?.ToString(), jid => _ = contact.Jid.IsLid
                    ? value.ContactAction.PnJid = jid
                    : value.ContactAction.LidJid = jid);
                break;
        }

        return new PhoneEdit(IndexOf(contact), value, VersionOf(contact.Kind));
    }

    private static void Set(string? text, Action<string> set)
    {
        if (text is not null)
        {
            set(text);
        }
    }

    private static PhoneContact? Read(PhoneRecord record)
    {
        if (!AppStateIndex.TryRead(record.IndexBytes, out var parts) || parts is not [var action, var address]
            || !Jid.TryParse(address, out var jid))
        {
            return null;
        }

        return (action, record.Value) switch
        {
            ("contact", { ContactAction: { } contact }) => new PhoneContact(
                jid,
                contact.HasFullName ? contact.FullName : null,
                contact.HasFirstName ? contact.FirstName : null,
                contact.HasUsername ? contact.Username : null,
                Jid.TryParse(jid.IsLid ? contact.PnJid : contact.LidJid, out var other) ? other : null)
            {
                OnPhone = contact.SaveOnPrimaryAddressbook,
            },
            ("lid_contact", { LidContactAction: { } contact }) => new PhoneContact(
                jid,
                contact.HasFullName ? contact.FullName : null,
                contact.HasFirstName ? contact.FirstName : null,
                contact.HasUsername ? contact.Username : null)
            {
                Kind = ContactKind.LidContact,
            },
            ("out_contact", { OutContactAction: { } contact }) => new PhoneContact(
                jid,
                contact.HasFullName ? contact.FullName : null,
                contact.HasFirstName ? contact.FirstName : null)
            {
                Kind = ContactKind.OutContact,
            },
            _ => null,
        };
    }
}
