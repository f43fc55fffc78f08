using Wuts.Simulator.People;

namespace Wuts.Simulator;

// Whom the person has to do with: the server tells of changes only to those. Sync section 6.4.
public sealed partial class Person
{
    private LooseSet<Person>? _contacts;
    private LooseSet<Person>? _knownBy;
    private LooseSet<Person>? _excepted;
    private LooseSet<Person>? _chats;
    private LooseSet<Group>? _groups;

    /// <summary>Those whom this person has in the address book that the server knows.</summary>
    public IReadOnlyCollection<Person> Contacts => _contacts?.Snapshot() ?? [];

    /// <summary>Those with whom this person has exchanged messages.</summary>
    public IReadOnlyCollection<Person> Chats => _chats?.Snapshot() ?? [];

    /// <summary>The groups that this person is in.</summary>
    public IReadOnlyCollection<Group> Groups => _groups?.Snapshot() ?? [];

    /// <summary>Those who have this person in their address book.</summary>
    internal IEnumerable<Person> KnownBy => _knownBy?.Enumerate() ?? [];

    /// <summary>
    /// Puts somebody into the address book that the server knows; <see cref="ContactBook"/> changes the phone's own with it.
    /// </summary>
    public void AddContact(Person other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Of(ref _contacts).Add(other);
        Of(ref other._knownBy).Add(this);
    }

    /// <summary>Takes somebody out of the address book that the server knows; <see langword="false"/> when they were not in it.</summary>
    public bool RemoveContact(Person other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._knownBy?.Remove(this);
        return _contacts?.Remove(other) ?? false;
    }

    /// <summary>Records that the two have exchanged messages.</summary>
    public void AddChat(Person other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Of(ref _chats).Add(other);
        Of(ref other._chats).Add(this);
    }

    /// <summary>
    /// Whether this person counts somebody as a contact: by what the server knows, or by the address book on the phone, into which
    /// linked devices write too.
    /// </summary>
    public bool Knows(Person other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (_contacts?.Contains(other) ?? false) || (Account?.HasSaved(other) ?? false);
    }

    /// <summary>Excepts a contact from what <see cref="PrivacySettings.ContactsExcept"/> shows.</summary>
    public void Except(Person contact)
    {
        ArgumentNullException.ThrowIfNull(contact);
        Of(ref _excepted).Add(contact);
    }

    /// <summary>Whether the two have exchanged messages.</summary>
    internal bool ChatsWith(Person other) => _chats?.Contains(other) ?? false;

    /// <summary>The groups that both are in.</summary>
    internal IEnumerable<Group> GroupsWith(Person other)
    {
        if (_groups is not { } own || other._groups is not { } others)
        {
            yield break;
        }

        foreach (var group in own.Enumerate())
        {
            if (others.Contains(group))
            {
                yield return group;
            }
        }
    }

    /// <summary>Whether this person is told of changes of the other: a contact, a chat, or a member of the same group.</summary>
    internal bool RelatesTo(Person other) =>
        Knows(other) || ChatsWith(other) || GroupsWith(other).Any();

    /// <summary>Whether the number of the other is known to this person, so that the server may name it.</summary>
    internal bool KnowsNumberOf(Person other) =>
        Knows(other) || ChatsWith(other) || GroupsWith(other).Any(group => group.ShowsNumber(this, other));

    internal void Join(Group group) => Of(ref _groups).Add(group);

    internal void Leave(Group group) => _groups?.Remove(group);

    private static LooseSet<T> Of<T>(ref LooseSet<T>? field)
        where T : class =>
        LazyInitializer.EnsureInitialized(ref field, () => new LooseSet<T>());
}
