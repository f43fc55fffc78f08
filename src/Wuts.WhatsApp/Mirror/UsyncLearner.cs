using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Mirror;

/// <summary>What the answer to a user query teaches about addresses and business names. Sync section 5.2.</summary>
internal static class UsyncLearner
{
    /// <summary>The pairs of addresses in an answer.</summary>
    public static IReadOnlyCollection<Observation> PairsOf(UsyncAnswer answer, DateTimeOffset now)
    {
        var observations = new List<Observation>();
        foreach (var user in answer.Users)
        {
            if (AddressPair.TryCreate(user.PhoneJid, user.LidJid, out var pair))
            {
                observations.Add(new Observation(pair, ObservationSource.UserQuery, now));
            }
        }

        return observations;
    }

    /// <summary>Learns everything in an answer.</summary>
    public static ValueTask LearnAsync(AccountMirror mirror, UsyncAnswer answer, DateTimeOffset now, CancellationToken cancellationToken) =>
        mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                var named = answer.Users
                    .Where(u => u.VerifiedName is { Name.Length: > 0 } && (u.PhoneJid ?? u.LidJid) is not null)
                    .ToDictionary(u => (u.PhoneJid ?? u.LidJid)!.Value, u => u.VerifiedName!);
                var editor = await ContactEditor.LoadAsync(mirror.Store, named.Keys, cancellationToken).ConfigureAwait(false);
                foreach (var (jid, name) in named)
                {
                    editor.Edit(jid, c => c.WithBusiness(name));
                }

                editor.Finish(draft);
                await IdentityLearner.LearnAsync(mirror.Store, PairsOf(answer, now), mirror.Own, draft, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
}
