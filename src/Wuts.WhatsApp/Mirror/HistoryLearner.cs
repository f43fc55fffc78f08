using System.Globalization;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Turns pieces of history into contacts, pairs and tokens. History says how things were: it adds what is unknown and never
/// overrules. Sync section 2.3.
/// </summary>
internal static class HistoryLearner
{
    /// <summary>Adds to the draft what a batch of items teaches.</summary>
    public static async ValueTask FillAsync(
        IAccountStore store, IReadOnlyList<HistoryItem> items, AddressPair? own, AccountDraft draft, CancellationToken cancellationToken)
    {
        var editor = await ContactEditor.LoadAsync(store, SubjectsOf(items), cancellationToken).ConfigureAwait(false);
        var observations = new List<Observation>();
        foreach (var item in items)
        {
            Apply(item, own, editor, observations, draft);
        }

        editor.Finish(draft);
        await IdentityLearner.LearnAsync(store, observations, own, draft, cancellationToken).ConfigureAwait(false);
    }

    private static HashSet<Jid> SubjectsOf(IReadOnlyList<HistoryItem> items)
    {
        var subjects = new HashSet<Jid>();
        foreach (var item in items)
        {
            if (SubjectOf(item) is { } subject)
            {
                subjects.Add(subject);
            }
        }

        return subjects;
    }

    private static Jid? SubjectOf(HistoryItem item) => item switch
    {
        HistoryItem.PushName name => name.Person,
        HistoryItem.BusinessName name => name.Person,
        HistoryItem.ChatTitle title => title.Person,
        HistoryItem.InlineContact contact => contact.Phone ?? contact.Lid,
        _ => null,
    };

    private static void Apply(
        HistoryItem item, AddressPair? own, ContactEditor editor, List<Observation> observations, AccountDraft draft)
    {
        switch (item)
        {
            case HistoryItem.PushName name when own is { } self && (name.Person == self.Phone || name.Person == self.Lid):
                break;
            case HistoryItem.PushName name:
                editor.Edit(name.Person, c => Outranks(name.Source, c) ? c with { PushName = name.Name, PushNameAt = TimeOf(name.Source) } : c);
                break;
            case HistoryItem.BusinessName name:
                editor.Edit(name.Person, c => c.BusinessName is null ? c with { BusinessName = name.Name } : c);
                break;
            case HistoryItem.ChatTitle title:
                editor.Edit(title.Person, c => c with { ChatTitle = title.Title });
                break;
            case HistoryItem.InlineContact contact when (contact.Phone ?? contact.Lid) is { } person:
                editor.Edit(person, c => c.AddressBook is null ? c with { AddressBook = NamesOf(contact) } : c);
                break;
            case HistoryItem.IdentityPair pair when AddressPair.TryCreate(pair.Phone, pair.Lid, out var addresses):
                observations.Add(new Observation(addresses, ObservationSource.History, DateTimeOffset.UnixEpoch));
                break;
            case HistoryItem.PrivacyToken { IssuedAt: { } issuedAt } token:
                draft.Add(new AccountWrite.Token(token.Person, new PrivacyToken(token.Token, issuedAt)));
                break;
            case HistoryItem.ClientTokenSalt salt:
                draft.Add(new AccountWrite.Setting(AccountSetting.ClientTokenSalt, Convert.ToBase64String(salt.Salt.Span)));
                break;
            case HistoryItem.LidMigration migration:
                draft.Add(new AccountWrite.Setting(
                    AccountSetting.LidMigratedAt, migration.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
                break;
        }
    }

    // A name seen live always stays; among names of history the phone's own list counts for more than an old message.
    private static bool Outranks(HistoryNameSource source, ContactRecord known) =>
        known.PushNameAt is not { } at || at < TimeOf(source) || (at == TimeOf(source) && source == HistoryNameSource.List);

    private static DateTimeOffset TimeOf(HistoryNameSource source) => source == HistoryNameSource.List
        ? DateTimeOffset.UnixEpoch.AddSeconds(1)
        : DateTimeOffset.UnixEpoch;

    private static ContactNames NamesOf(HistoryItem.InlineContact contact) => new(contact.FullName, contact.FirstName, contact.Username);
}
