using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// What the device knows about its account: the one place where anything learnt turns into a commit and events. One thing is
/// learnt at a time, so that what was read when a decision was made is still true when it is stored.
/// </summary>
internal sealed class AccountMirror(IAccountStore store, Func<AccountEvent, CancellationToken, ValueTask> raise, Func<AddressPair?> own)
{
    private readonly AsyncLock _turn = new();
    private readonly OrderedDelivery<AccountEvent> _events = new(raise);

    /// <summary>Where it is kept. Reading needs no turn.</summary>
    public IAccountStore Store => store;

    /// <summary>The own account's pair, once known.</summary>
    public AddressPair? Own => own();

    /// <summary>Hears that phone numbers are to be looked up, because sources disagree; set by who can ask the server.</summary>
    public Action? LookUp { get; set; }

    /// <summary>
    /// Learns something: fills a draft, commits it, and delivers its events. When it returns, everything is stored and the
    /// application has taken the events.
    /// </summary>
    /// <param name="draft">Where to put it; may carry Signal state or an app-state step already.</param>
    /// <param name="fill">Decides, with the store as it is, what changes.</param>
    /// <param name="cancellationToken">Cancels until the commit has begun.</param>
    public async ValueTask LearnAsync(AccountDraft draft, Func<AccountDraft, ValueTask> fill, CancellationToken cancellationToken)
    {
        Task delivered;
        using (await _turn.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await fill(draft).ConfigureAwait(false);
            if (!draft.Commit.IsEmpty)
            {
                await store.CommitAsync(draft.Commit, cancellationToken).ConfigureAwait(false);
            }

            delivered = _events.Post(draft.Commit.Events);
        }

        if (draft.Asks.Count > 0)
        {
            LookUp?.Invoke();
        }

        await delivered.ConfigureAwait(false);
    }

    /// <summary>Raises an event that belongs to no commit, in order with those that do.</summary>
    public ValueTask RaiseAsync(AccountEvent raised, CancellationToken cancellationToken) => LearnAsync(
        new AccountDraft(),
        draft =>
        {
            draft.Raise(raised);
            return ValueTask.CompletedTask;
        },
        cancellationToken);

    /// <summary>Learns pairs of addresses.</summary>
    public ValueTask LearnPairsAsync(IReadOnlyCollection<Observation> observations, CancellationToken cancellationToken) =>
        observations.Count == 0
            ? ValueTask.CompletedTask
            : LearnAsync(
                new AccountDraft(),
                draft => IdentityLearner.LearnAsync(store, observations, Own, draft, cancellationToken),
                cancellationToken);

    /// <summary>Learns an app-state step: the rows, and what they mean for contacts, addresses and settings.</summary>
    public ValueTask LearnAppStateAsync(AppStateDelta delta, DateTimeOffset now, CancellationToken cancellationToken) =>
        LearnAsync(
            new AccountDraft(appState: delta),
            draft => AppStateLearner.FillAsync(store, delta, Own, now, draft, cancellationToken),
            cancellationToken);
}
