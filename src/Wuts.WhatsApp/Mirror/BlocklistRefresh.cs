using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// Reads the block list. An answer and a notification may pass each other on their way into the store: an answer that is older
/// than a change is not kept, and the list is read again. Sync section 8.
/// </summary>
internal sealed class BlocklistRefresh(ClientContext client, AccountMirror mirror)
{
    private readonly FreshWork<Blocklist> _reading = new();
    private long _changes;

    /// <summary>Counts changes that were told; an answer to a question asked at an earlier count may be outdated.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Notes that a change was told. Called in the mirror's turn, in which the change is stored.</summary>
    public void Changed() => Interlocked.Increment(ref _changes);

    /// <summary>Reads the list as it is now, and keeps it.</summary>
    public Task<Blocklist> ReadAsync(IStanzaConnection connection, CancellationToken cancellationToken) =>
        _reading.RunAsync(
            async () =>
            {
                while (true)
                {
                    var changes = Changes;
                    var answer = await connection.QueryAsync(BlocklistQuery.Build(connection.NextId()), connection.Ended).ConfigureAwait(false);
                    var list = BlocklistQuery.Parse(answer);
                    if (await TryKeepAsync(list, changes, connection.Ended).ConfigureAwait(false))
                    {
                        return list;
                    }
                }
            },
            cancellationToken);

    /// <summary>Keeps a list that the server sent, with the pairs that it shows.</summary>
    /// <param name="list">The list.</param>
    /// <param name="askedAt">The value of <see cref="Changes"/> when it was asked for.</param>
    /// <param name="cancellationToken">Gives up before it is stored.</param>
    /// <returns>Whether it was kept; otherwise it may be older than what is known.</returns>
    public async ValueTask<bool> TryKeepAsync(Blocklist list, long askedAt, CancellationToken cancellationToken)
    {
        var isCurrent = false;
        await mirror.LearnAsync(
            new AccountDraft(),
            async draft =>
            {
                isCurrent = Changes == askedAt;
                if (isCurrent)
                {
                    await FillAsync(list, draft, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return isCurrent;
    }

    private async ValueTask FillAsync(Blocklist list, AccountDraft draft, CancellationToken cancellationToken)
    {
        var known = await mirror.Store.LoadBlocklistAsync(cancellationToken).ConfigureAwait(false);
        draft.Add(new AccountWrite.Setting(AccountSetting.BlocklistIsStale, null));
        if (known is null || known.Hash != list.Hash || !known.People.SequenceEqual(list.People))
        {
            draft.Add(new AccountWrite.BlockedPeople(list));
            draft.Raise(new AccountEvent.BlocklistChanged());
        }

        var observations = new List<Observation>();
        foreach (var person in list.People)
        {
            if (AddressPair.TryCreate(person.PhoneJid, person.LidJid, out var pair))
            {
                observations.Add(new Observation(pair, ObservationSource.Blocklist, client.TimeProvider.GetUtcNow()));
            }
        }

        await IdentityLearner.LearnAsync(mirror.Store, observations, mirror.Own, draft, cancellationToken).ConfigureAwait(false);
    }
}
