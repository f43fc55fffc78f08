using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Learns pairs of addresses in batches: loads what is known with one read, decides each observation in turn, and adds the
/// writes and events to what the caller commits. Sync section 5.
/// </summary>
internal static class IdentityLearner
{
    /// <summary>Learns.</summary>
    /// <param name="store">Where the pairs that hold are.</param>
    /// <param name="observations">What was seen, in order.</param>
    /// <param name="own">The own account's pair, once known.</param>
    /// <param name="draft">What the caller commits.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public static async ValueTask LearnAsync(
        IAccountStore store, IReadOnlyCollection<Observation> observations, AddressPair? own, AccountDraft draft,
        CancellationToken cancellationToken)
    {
        if (observations.Count == 0)
        {
            return;
        }

        var jids = new HashSet<Jid>();
        foreach (var observation in observations)
        {
            jids.Add(observation.Pair.Phone);
            jids.Add(observation.Pair.Lid);
        }

        var known = new Known(await store.FindPairsAsync(jids, cancellationToken).ConfigureAwait(false));
        foreach (var observation in observations)
        {
            Apply(observation, known, own, draft);
        }
    }

    private static void Apply(Observation observation, Known known, AddressPair? own, AccountDraft draft)
    {
        var pair = observation.Pair;
        var byPhone = known.Of(pair.Phone);
        switch (IdentityRules.Decide(observation, byPhone, known.Of(pair.Lid), own))
        {
            case IdentityDecision.Open:
                known.Set(new CurrentPair(pair, observation.Source, observation.SeenAt));
                draft.Add(new AccountWrite.PairSeen(pair, observation.Source, observation.SeenAt));
                draft.Raise(new AccountEvent.PairLearned(pair, observation.Source));
                break;
            case IdentityDecision.Confirm confirm when confirm.BetterSource || IsWorthNoting(observation, byPhone!.Value):
                var source = confirm.BetterSource ? observation.Source : byPhone!.Value.Source;
                known.Set(new CurrentPair(pair, source, observation.SeenAt));
                draft.Add(new AccountWrite.PairSeen(pair, source, observation.SeenAt));
                break;
            case IdentityDecision.Replace replace:
                foreach (var ended in replace.Ended)
                {
                    known.Remove(ended.Pair);
                    draft.Add(new AccountWrite.PairEnded(ended.Pair, observation.SeenAt));
                }

                known.Set(new CurrentPair(pair, observation.Source, observation.SeenAt));
                draft.Add(new AccountWrite.PairSeen(pair, observation.Source, observation.SeenAt));
                draft.Raise(replace.PhoneHasNewLid
                    ? new AccountEvent.PhoneReassigned(pair, byPhone!.Value.Pair)
                    : new AccountEvent.PairLearned(pair, observation.Source));
                break;
            case IdentityDecision.AskServer ask:
                draft.Ask(ask.Phone);
                break;
        }
    }

    // A pair is seen with every message: a row is only written again when its time is a day old.
    private static bool IsWorthNoting(Observation observation, CurrentPair known) =>
        observation.SeenAt - known.LastSeenAt >= TimeSpan.FromDays(1);

    private sealed class Known
    {
        private readonly Dictionary<Jid, CurrentPair> _pairs = [];

        public Known(IReadOnlyList<CurrentPair> pairs)
        {
            foreach (var pair in pairs)
            {
                Set(pair);
            }
        }

        public CurrentPair? Of(Jid jid) => _pairs.TryGetValue(jid, out var pair) ? pair : null;

        public void Set(CurrentPair pair)
        {
            _pairs[pair.Pair.Phone] = pair;
            _pairs[pair.Pair.Lid] = pair;
        }

        public void Remove(AddressPair pair)
        {
            _pairs.Remove(pair.Phone);
            _pairs.Remove(pair.Lid);
        }
    }
}
