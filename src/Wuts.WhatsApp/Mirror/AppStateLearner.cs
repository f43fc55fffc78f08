using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.WhatsApp.Mirror;

/// <summary>Turns a verified app-state step into contacts, pairs of addresses and settings. Sync section 3.13.</summary>
internal static class AppStateLearner
{
    /// <summary>Adds to the draft what the step means.</summary>
    public static async ValueTask FillAsync(
        IAccountStore store, AppStateDelta delta, AddressPair? own, DateTimeOffset now, AccountDraft draft,
        CancellationToken cancellationToken)
    {
        var changes = delta.Changes.ToList();
        var subjects = new HashSet<Jid>();
        foreach (var change in changes)
        {
            if (ContactEditor.SubjectOf(change) is { } subject)
            {
                subjects.Add(subject);
            }
        }

        var editor = await ContactEditor.LoadAsync(store, subjects, cancellationToken).ConfigureAwait(false);
        var observations = new List<Observation>();
        foreach (var change in changes)
        {
            editor.Apply(change);
            if (PairOf(change) is var (pair, source))
            {
                observations.Add(new Observation(pair, source, change.ChangedAt is { } at && at < now ? at : now));
            }

            switch (change)
            {
                case AppStateChange.OwnPushNameSet { Name: { Length: > 0 } name }:
                    await OwnName.FillAsync(store, name, draft, cancellationToken).ConfigureAwait(false);
                    break;
                case AppStateChange.ClientTokenSaltSet salt:
                    draft.Add(new AccountWrite.Setting(
                        AccountSetting.ClientTokenSalt, salt.Salt is { } bytes ? Convert.ToBase64String(bytes.Span) : null));
                    break;
            }
        }

        editor.Finish(draft);
        await IdentityLearner.LearnAsync(store, observations, own, draft, cancellationToken).ConfigureAwait(false);
        draft.Raise(new AccountEvent.CollectionSynced(delta.Collection, delta.State.Version, changes.Count));
    }

    private static (AddressPair Pair, ObservationSource Source)? PairOf(AppStateChange change) => change switch
    {
        AppStateChange.ContactSet set when AddressPair.TryCreate(set.Contact, set.Lid ?? set.Phone, out var pair) =>
            (pair, ObservationSource.AppStateContact),
        AppStateChange.PhoneForLidChatSet set when AddressPair.TryCreate(set.Phone, set.Lid, out var pair) =>
            (pair, ObservationSource.AppStateChat),
        _ => null,
    };
}
