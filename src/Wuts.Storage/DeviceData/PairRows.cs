using System.Data.Common;
using Wuts.Core.Identity;
using Wuts.Storage.Sql;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.DeviceData;

/// <summary>
/// Pairs of addresses with their history. A pair that ends stays; one that is seen again after its end begins a new row. That an
/// address is in one present pair at most is kept here too, whoever writes: an older pair ends when another takes its address.
/// </summary>
internal sealed class PairRows(DeviceScope scope)
{
    /// <summary>Applies writes in their order.</summary>
    /// <returns>How many pairs began or ended. Seeing one again is no change of the book.</returns>
    public async Task<int> ApplyAsync(DbSession session, IEnumerable<AccountWrite> writes, long version)
    {
        var changed = 0;
        var seen = new List<AccountWrite.PairSeen>();
        var ended = new List<AccountWrite.PairEnded>();
        var touched = new HashSet<Jid>();
        foreach (var write in writes)
        {
            var (pair, isEnd) = write switch
            {
                AccountWrite.PairSeen one => (one.Pair, false),
                AccountWrite.PairEnded one => (one.Pair, true),
                _ => throw new ArgumentException("Only pairs are applied here.", nameof(writes)),
            };

            // Writes that concern different addresses, or that end before others begin, are one batch.
            if ((isEnd && seen.Count > 0) || (!isEnd && (touched.Contains(pair.Phone) || touched.Contains(pair.Lid))))
            {
                changed += await FlushAsync(session, ended, seen, version).ConfigureAwait(false);
                touched.Clear();
            }

            if (isEnd)
            {
                ended.Add((AccountWrite.PairEnded)write);
            }
            else
            {
                seen.Add((AccountWrite.PairSeen)write);
                touched.Add(pair.Phone);
                touched.Add(pair.Lid);
            }
        }

        return changed + await FlushAsync(session, ended, seen, version).ConfigureAwait(false);
    }

    /// <summary>The present pairs of some addresses.</summary>
    public ValueTask<IReadOnlyList<CurrentPair>> FindAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken) =>
        scope.ReadAsync(session => FindAsync(session, jids), cancellationToken);

    /// <summary>All present pairs.</summary>
    public IAsyncEnumerable<CurrentPair> ReadAsync(CancellationToken cancellationToken) => scope.StreamAsync(
        "SELECT phone, lid, source, last_seen FROM wuts_pairs WHERE device_id = @device AND ended_at IS NULL", ReadCurrent, cancellationToken);

    /// <summary>Some of the present pairs, by LID.</summary>
    public async Task<PairPage> ReadPageAsync(DbSession session, int offset, int limit)
    {
        var total = await session.FirstAsync(
            "SELECT count(*) FROM wuts_pairs WHERE device_id = @device AND ended_at IS NULL", row => row.GetInt64(0), scope.Device)
            .ConfigureAwait(false);
        var pairs = await session.QueryAsync(
            """
            SELECT phone, lid FROM wuts_pairs WHERE device_id = @device AND ended_at IS NULL
            ORDER BY lid LIMIT @limit OFFSET @offset
            """,
            row => Pair(row, 0, 1), scope.Device, ("limit", (long)limit), ("offset", (long)offset)).ConfigureAwait(false);
        return new PairPage(pairs, (int)total);
    }

    /// <summary>The pairs of an address, the present one first.</summary>
    public async Task<IReadOnlyList<PairHistory>> ReadHistoryAsync(DbSession session, Jid jid) => await session.QueryAsync(
        """
        SELECT phone, lid, source, first_seen, last_seen, ended_at FROM wuts_pairs
        WHERE device_id = @device AND (phone = @jid OR lid = @jid)
        ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, ended_at DESC, id DESC
        """,
        row => new PairHistory(Pair(row, 0, 1), (ObservationSource)row.GetInt32(2), row.Time(3), row.Time(4), row.OptionalTime(5)),
        scope.Device, ("jid", jid.ToString())).ConfigureAwait(false);

    private async Task<IReadOnlyList<CurrentPair>> FindAsync(DbSession session, IEnumerable<Jid> jids)
    {
        var byKind = jids.ToLookup(jid => jid.IsLid, jid => jid.ToString());
        var found = await session.QueryAsync(
            """
            SELECT p.phone, p.lid, p.source, p.last_seen
            FROM {rows} JOIN wuts_pairs p ON p.device_id = @device AND p.ended_at IS NULL AND p.phone = r.wanted
            """,
            Batch.OfTexts("wanted", byKind[false]), ReadCurrent, scope.Device).ConfigureAwait(false);
        found.AddRange(await session.QueryAsync(
            """
            SELECT p.phone, p.lid, p.source, p.last_seen
            FROM {rows} JOIN wuts_pairs p ON p.device_id = @device AND p.ended_at IS NULL AND p.lid = r.wanted
            """,
            Batch.OfTexts("wanted", byKind[true]), ReadCurrent, scope.Device).ConfigureAwait(false));
        return [.. found.Distinct()];
    }

    private static CurrentPair ReadCurrent(DbDataReader row) => new(Pair(row, 0, 1), (ObservationSource)row.GetInt32(2), row.Time(3));

    private static AddressPair Pair(DbDataReader row, int phone, int lid) => AddressPair.TryCreate(row.Jid(phone), row.Jid(lid), out var pair)
        ? pair
        : throw new InvalidDataException("A row of wuts_pairs is not a pair.");

    // What holds already is read first: most pairs are either all new or all known, and what is known as it is costs no write.
    private async Task<int> FlushAsync(
        DbSession session, List<AccountWrite.PairEnded> ended, List<AccountWrite.PairSeen> seen, long version)
    {
        var changed = await EndAsync(session, [.. ended.Select(end => (end.Pair, end.At))], version).ConfigureAwait(false);
        if (seen.Count > 0)
        {
            var held = new Dictionary<Jid, CurrentPair>();
            foreach (var pair in await FindAsync(session, seen.SelectMany(one => (Jid[])[one.Pair.Phone, one.Pair.Lid])).ConfigureAwait(false))
            {
                held[pair.Pair.Phone] = pair;
                held[pair.Pair.Lid] = pair;
            }

            var stale = seen.SelectMany(one => (AddressPair[])[.. Others(one.Pair, held)], (one, other) => (Pair: other, one.At));
            changed += await EndAsync(session, [.. stale.DistinctBy(end => end.Pair)], version).ConfigureAwait(false);
            await UpdateAsync(session, [.. seen.Where(one => IsHeld(one, held, out var now) && now != Row(one))]).ConfigureAwait(false);
            changed += await InsertAsync(session, [.. seen.Where(one => !IsHeld(one, held, out _))], version).ConfigureAwait(false);
        }

        ended.Clear();
        seen.Clear();
        return changed;
    }

    private static CurrentPair Row(AccountWrite.PairSeen seen) => new(seen.Pair, seen.Source, seen.At);

    private static bool IsHeld(AccountWrite.PairSeen seen, Dictionary<Jid, CurrentPair> held, out CurrentPair present) =>
        held.TryGetValue(seen.Pair.Phone, out present) && present.Pair == seen.Pair;

    private static IEnumerable<AddressPair> Others(AddressPair pair, Dictionary<Jid, CurrentPair> held)
    {
        foreach (var jid in (Jid[])[pair.Phone, pair.Lid])
        {
            if (held.TryGetValue(jid, out var other) && other.Pair != pair)
            {
                yield return other.Pair;
            }
        }
    }

    private Task<int> EndAsync(DbSession session, IReadOnlyCollection<(AddressPair Pair, DateTimeOffset At)> ends, long version) => session.ExecuteAsync(
        """
        UPDATE wuts_pairs SET ended_at = r.at, changed_in = @version FROM {rows}
        WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.phone = r.phone AND wuts_pairs.lid = r.lid
        """,
        Batch.Of(ends).Text("phone", end => end.Pair.Phone.ToString()).Text("lid", end => end.Pair.Lid.ToString()).Time("at", end => end.At),
        scope.Device, ("version", version));

    private Task<int> UpdateAsync(DbSession session, IReadOnlyCollection<AccountWrite.PairSeen> seen) => session.ExecuteAsync(
        """
        UPDATE wuts_pairs SET source = r.source, last_seen = r.at FROM {rows}
        WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.phone = r.phone
        """,
        ToRows(seen), scope.Device);

    private Task<int> InsertAsync(DbSession session, IReadOnlyCollection<AccountWrite.PairSeen> seen, long version) => session.ExecuteAsync(
        """
        INSERT INTO wuts_pairs (device_id, changed_in, phone, lid, source, first_seen, last_seen)
        SELECT @device, @version, r.phone, r.lid, r.source, r.at, r.at FROM {rows}
        """,
        ToRows(seen), scope.Device, ("version", version));

    private static Batch ToRows(IReadOnlyCollection<AccountWrite.PairSeen> seen) => Batch.Of(seen)
        .Text("phone", one => one.Pair.Phone.ToString()).Text("lid", one => one.Pair.Lid.ToString())
        .Number("source", one => (int)one.Source).Time("at", one => one.At);
}
