using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Edits contacts in batches: loads those concerned with one read, applies the edits in order, and adds one write per contact
/// that really changed.
/// </summary>
internal sealed class ContactEditor
{
    private readonly Dictionary<Jid, ContactRecord> _before;
    private readonly Dictionary<Jid, ContactRecord> _after = [];

    private ContactEditor(Dictionary<Jid, ContactRecord> before) => _before = before;

    /// <summary>Loads the contacts that will be edited.</summary>
    public static async ValueTask<ContactEditor> LoadAsync(
        IAccountStore store, IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        var found = jids.Count == 0 ? [] : await store.FindContactsAsync(jids, cancellationToken).ConfigureAwait(false);
        return new ContactEditor(found.ToDictionary(c => c.Jid));
    }

    /// <summary>Edits one contact.</summary>
    public void Edit(Jid jid, Func<ContactRecord, ContactRecord> edit) => _after[jid] = edit(Current(jid));

    /// <summary>Notes a push name, unless a newer one is known.</summary>
    public void PushName(Jid jid, string name, DateTimeOffset at) => Edit(
        jid,
        c => c.PushNameAt is { } known && known > at
            ? c
            : c with { PushName = name, PushNameAt = c.PushName == name && c.PushNameAt is { } first ? first : at });

    /// <summary>Applies what an app-state step means for contacts.</summary>
    public void Apply(AppStateChange change)
    {
        switch (change)
        {
            case AppStateChange.ContactSet set:
                Edit(set.Contact, c => c with { AddressBook = set.Names, SavedOnPhone = set.SavedOnPhone });
                break;
            case AppStateChange.ContactRemoved removed:
                Edit(removed.Contact, c => c with { AddressBook = null, SavedOnPhone = false });
                break;
            case AppStateChange.LidContactSet set:
                Edit(set.Contact, c => c with { LidEntry = set.Names });
                break;
            case AppStateChange.LidContactRemoved removed:
                Edit(removed.Contact, c => c with { LidEntry = null });
                break;
            case AppStateChange.OutContactSet set:
                Edit(set.Contact, c => c with { OutEntry = set.Names });
                break;
            case AppStateChange.OutContactRemoved removed:
                Edit(removed.Contact, c => c with { OutEntry = null });
                break;
        }
    }

    /// <summary>The contact that an app-state change is about; <see langword="null"/> when it is about none.</summary>
    public static Jid? SubjectOf(AppStateChange change) => change switch
    {
        AppStateChange.ContactSet set => set.Contact,
        AppStateChange.ContactRemoved removed => removed.Contact,
        AppStateChange.LidContactSet set => set.Contact,
        AppStateChange.LidContactRemoved removed => removed.Contact,
        AppStateChange.OutContactSet set => set.Contact,
        AppStateChange.OutContactRemoved removed => removed.Contact,
        _ => null,
    };

    /// <summary>Adds the writes and events of everything that really changed.</summary>
    public void Finish(AccountDraft draft)
    {
        foreach (var (jid, after) in _after)
        {
            var before = _before.GetValueOrDefault(jid) ?? new ContactRecord(jid);
            if (after == before)
            {
                continue;
            }

            draft.Add(new AccountWrite.Contact(after));
            if (after.PushName is { } name && name != before.PushName)
            {
                draft.Raise(new AccountEvent.PushNameChanged(jid, before.PushName, name));
            }

            if (after with { PushName = null, PushNameAt = null } != before with { PushName = null, PushNameAt = null })
            {
                draft.Raise(new AccountEvent.ContactChanged(jid));
            }
        }
    }

    private ContactRecord Current(Jid jid) =>
        _after.TryGetValue(jid, out var edited) ? edited : _before.GetValueOrDefault(jid) ?? new ContactRecord(jid);
}
