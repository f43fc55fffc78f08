using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A change of app state that this device wants to make, as part of a patch that it uploads. Sync section 3.12.
/// </summary>
public sealed class AppStateEdit
{
    private AppStateEdit(
        AppStateCollection collection, byte[] index, SyncActionValue? value, int actionVersion, DateTimeOffset madeAt)
    {
        Collection = collection;
        Index = index;
        Value = value;
        ActionVersion = actionVersion;
        MadeAt = madeAt;
    }

    /// <summary>The collection that changes.</summary>
    public AppStateCollection Collection { get; }

    /// <summary>When the change was made; where somebody else changed the same entry later, theirs counts.</summary>
    public DateTimeOffset MadeAt { get; }

    internal ReadOnlyMemory<byte> Index { get; }

    /// <summary>The new value; <see langword="null"/> removes the entry.</summary>
    internal SyncActionValue? Value { get; }

    internal int ActionVersion { get; }

    /// <summary>Adds an address-book entry or replaces the one of the same contact.</summary>
    /// <param name="contact">Whom it is for: the phone number where it is known, else the LID.</param>
    /// <param name="names">The names; all may be absent.</param>
    /// <param name="counterpart">The LID for an entry by phone number, the phone number for one by LID, when known.</param>
    /// <param name="saveOnPhone">Whether the phone writes it into its own address book too.</param>
    /// <param name="now">The time of the change.</param>
    /// <exception cref="ArgumentException">The contact is no person, or the counterpart is an address of the same kind.</exception>
    public static AppStateEdit SetContact(Jid contact, ContactNames names, Jid? counterpart, bool saveOnPhone, DateTimeOffset now)
    {
        RequirePerson(contact);
        if (counterpart is { } other && (!other.IsPerson || other.IsLid == contact.IsLid))
        {
            throw new ArgumentException("The counterpart of a phone number is a LID and the other way round.", nameof(counterpart));
        }

        var action = new ContactAction { SaveOnPrimaryAddressbook = saveOnPhone };
        Set(names.FullName, v => action.FullName = v);
        Set(names.FirstName, v => action.FirstName = v);
        Set(names.Username, v => action.Username = v);
        Set(contact.IsPhone ? counterpart?.ToBase().ToString() : null, v => action.LidJid = v);
        Set(contact.IsLid ? counterpart?.ToBase().ToString() : null, v => action.PnJid = v);
        return Set(
            AppStateCollection.CriticalUnblockLow, 2, new SyncActionValue { ContactAction = action }, now, "contact", contact.ToBase().ToString());
    }

    /// <summary>Removes an address-book entry. Nothing happens if there is none.</summary>
    /// <exception cref="ArgumentException">The contact is no person.</exception>
    public static AppStateEdit RemoveContact(Jid contact, DateTimeOffset now)
    {
        RequirePerson(contact);
        return Remove(AppStateCollection.CriticalUnblockLow, now, "contact", contact.ToBase().ToString());
    }

    /// <summary>Changes the account's own push name.</summary>
    public static AppStateEdit SetPushName(string name, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var value = new SyncActionValue { PushNameSetting = new PushNameSetting { Name = name } };
        return Set(AppStateCollection.CriticalBlock, 1, value, now, "setting_pushName");
    }

    /// <summary>The collection; never the content.</summary>
    public override string ToString() => $"app-state edit of {Collection.WireName()}";

    internal static AppStateEdit Set(
        AppStateCollection collection, int actionVersion, SyncActionValue value, DateTimeOffset now, params ReadOnlySpan<string> index)
    {
        value.Timestamp = now.ToUnixTimeMilliseconds();
        return new AppStateEdit(collection, AppStateIndex.Write(index), value, actionVersion, now);
    }

    internal static AppStateEdit Remove(AppStateCollection collection, DateTimeOffset now, params ReadOnlySpan<string> index) =>
        new(collection, AppStateIndex.Write(index), null, 0, now);

    private static void RequirePerson(Jid contact)
    {
        if (!contact.IsPerson)
        {
            throw new ArgumentException("An address-book entry is for a person.", nameof(contact));
        }
    }

    private static void Set(string? value, Action<string> set)
    {
        if (!string.IsNullOrEmpty(value))
        {
            set(value);
        }
    }
}
