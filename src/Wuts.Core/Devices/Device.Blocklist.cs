using Wuts.Core.Contacts;
using Wuts.Core.Queries;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Core.Devices;

/// <content>The block list. Sync section 8; contract wuts 4.</content>
public sealed partial class Device
{
    /// <inheritdoc/>
    public Task<Answer<BlocklistView>> GetBlocklistAsync(CancellationToken cancellationToken) => RecallAsync<BlocklistView>(
        nameof(GetBlocklistAsync),
        async () =>
        {
            if (!IsConnected)
            {
                return NotReady();
            }

            var answer = await ReadBlocklistAsync(cancellationToken);
            return answer.TryGet(out var list, out var failure) ? View(list) : failure;
        },
        list => list.Items.Count + 1,
        (list, _) => list);

    /// <inheritdoc/>
    public Task<Answer<BlockResult>> SetBlockedAsync(Jid person, bool block, CancellationToken cancellationToken) =>
        AnswerAsync<BlockResult>(async () =>
        {
            var jid = person.ToBase();
            if (!jid.IsPerson || IsOwn(jid))
            {
                return new Failure.Invalid("jid", "Only other people can be blocked.");
            }

            if (!IsConnected)
            {
                return NotReady();
            }

            var addresses = await AddressesForBlockAsync(jid, cancellationToken);
            if (!addresses.TryGet(out var target, out var unknown))
            {
                return unknown;
            }

            var stored = await ReadBlocklistAsync(cancellationToken);
            if (!stored.TryGet(out var list, out var failure))
            {
                return failure;
            }

            if (Contains(list, target) == block)
            {
                return new BlockResult(target.Phone, target.Lid, Changed: false, View(list));
            }

            var change = await _queries.AskAsync(
                QueryKind.Blocklist,
                QueryPriority.Interactive,
                () => RequireClient().SetBlockedAsync(target.Lid ?? target.Phone!.Value, target.Phone, block, CancellationToken.None));
            return change.TryGet(out var outcome, out var refused)
                ? outcome switch
                {
                    BlocklistChange.Applied applied => new BlockResult(target.Phone, target.Lid, Changed: true, View(applied.List)),
                    BlocklistChange.Rejected rejected => new Failure.Refused(rejected.Error.Code),
                    _ => new Failure.Refused(0),
                }
                : refused;
        });

    private static BlocklistView View(Blocklist list) =>
        new([.. list.People.Select(p => new BlockedContact(p.PhoneJid, p.LidJid))], list.Hash);

    private static bool Contains(Blocklist list, BlockedContact person) => list.People.Any(p =>
        (p.LidJid is { } lid && lid == person.Lid) || (p.PhoneJid is { } phone && phone == person.Phone));

    /// <summary>The list as notifications keep it; read from WhatsApp when it was never read.</summary>
    private async Task<Answer<Blocklist>> ReadBlocklistAsync(CancellationToken cancellationToken) =>
        await _data.Account.LoadBlocklistAsync(cancellationToken) is { } stored
            ? stored
            : await _queries.AskAsync(
                QueryKind.Blocklist, QueryPriority.Interactive, () => RequireClient().GetBlocklistAsync(CancellationToken.None));

    /// <summary>Both addresses of a person: the server wants the LID, and takes a number only of accounts that have none yet.</summary>
    private async Task<Answer<BlockedContact>> AddressesForBlockAsync(Jid jid, CancellationToken cancellationToken)
    {
        var pairs = await _data.Account.FindPairsAsync([jid], cancellationToken);
        if (pairs.Count > 0)
        {
            return new BlockedContact(pairs[0].Pair.Phone, pairs[0].Pair.Lid);
        }

        if (jid.IsLid || !PhoneNumber.TryFrom(jid, out var number))
        {
            return new BlockedContact(null, jid);
        }

        var answer = await _queries.CheckAsync(number, cancellationToken);
        if (!answer.TryGet(out var registration, out var failure))
        {
            return failure;
        }

        return registration.IsRegistered
            ? new BlockedContact(registration.Jid ?? jid, registration.Lid)
            : new Failure.NotFound(MissingThing.Contact);
    }
}
