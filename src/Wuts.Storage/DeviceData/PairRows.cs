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
    public async ValueTask<IReadOnlyList<CurrentPair>> FindAsync(IReadOnlyCollection<Jid> jids, CancellationToken cancellationToken)
    {
        var rows = Batch.OfTexts("wanted", jids.Select(jid => jid.ToString()));
        var found = await scope.ReadAsync(
            session => session.QueryAsync(
                """
                SELECT p.phone, p.lid, p.source, p.last_seen FROM {rows}
                    JOIN wuts_pairs p ON p.device_id = @device AND p.ended_at IS NULL AND p.phone = r.wanted
                UNION
                SELECT p.phone, p.lid, p.source, p.last_seen FROM {rows}
                    JOIN wuts_pairs p ON p.device_id = @device AND p.ended_at IS NULL AND p.lid = r.wanted
                """,
                rows, ReadCurrent, scope.Device),
            cancellationToken).ConfigureAwait(false);
        return [.. found.Distinct()];
    }

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

    private static CurrentPair ReadCurrent(DbDataReader row) => new(Pair(row, 0, 1), (ObservationSource)row.GetInt32(2), row.Time(3));

    private static AddressPair Pair(DbDataReader row, int phone, int lid) => AddressPair.TryCreate(row.Jid(phone), row.Jid(lid), out var pair)
        ? pair
        : throw new InvalidDataException("A row of wuts_pairs is not a pair.");

    private async Task<int> FlushAsync(
        DbSession session, List<AccountWrite.PairEnded> ended, List<AccountWrite.PairSeen> seen, long version)
    {
        Batch ends = Batch.Of(ended)
            .Text("phone", end => end.Pair.Phone.ToString()).Text("lid", end => end.Pair.Lid.ToString()).Time("at", end => end.At);
        Batch rows = Batch.Of(seen)
            .Text("phone", pair => pair.Pair.Phone.ToString()).Text("lid", pair => pair.Pair.Lid.ToString())
            .Number("source", pair => (int)pair.Source).Time("at", pair => pair.At);
        (string, object?)[] parameters = [scope.Device, ("version", version)];
        var changed = await session.ExecuteAsync(
            """
            UPDATE wuts_pairs SET ended_at = r.at, changed_in = @version FROM {rows}
            WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.phone = r.phone AND wuts_pairs.lid = r.lid
            """,
            ends, parameters).ConfigureAwait(false);
        changed += await session.ExecuteAsync(
            """
            UPDATE wuts_pairs SET ended_at = r.at, changed_in = @version FROM {rows}
            WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.phone = r.phone AND wuts_pairs.lid <> r.lid
            """,
            rows, parameters).ConfigureAwait(false);
        changed += await session.ExecuteAsync(
            """
            UPDATE wuts_pairs SET ended_at = r.at, changed_in = @version FROM {rows}
            WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.lid = r.lid AND wuts_pairs.phone <> r.phone
            """,
            rows, parameters).ConfigureAwait(false);
        await session.ExecuteAsync(
            """
            UPDATE wuts_pairs SET source = r.source, last_seen = r.at FROM {rows}
            WHERE device_id = @device AND ended_at IS NULL AND wuts_pairs.phone = r.phone
            """,
            rows, scope.Device).ConfigureAwait(false);
        changed += await session.ExecuteAsync(
            """
            INSERT INTO wuts_pairs (device_id, changed_in, phone, lid, source, first_seen, last_seen)
            SELECT @device, @version, r.phone, r.lid, r.source, r.at, r.at FROM {rows} WHERE true
            ON CONFLICT (device_id, phone) WHERE ended_at IS NULL DO NOTHING
            """,
            rows, parameters).ConfigureAwait(false);
        ended.Clear();
        seen.Clear();
        return changed;
    }
}
