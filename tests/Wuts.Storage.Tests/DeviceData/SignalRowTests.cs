using System.Globalization;
using System.Text;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.Storage.Tests.DeviceData;

public class SignalRowTests
{
    [Theory, EachDatabase]
    public async Task Random_transactions_read_as_they_do_from_memory(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var memory = new InMemorySignalStore();
        var random = new Random(5);
        for (var i = 0; i < 30; i++)
        {
            var change = RandomChange(random);
            await memory.CommitAsync(change, default);
            await data.Account.CommitAsync(change, default);
            if (i % 10 == 5)
            {
                await memory.ForgetBeforeAsync(TestStorage.Noon.AddMinutes(10), default);
                await data.Account.ForgetBeforeAsync(TestStorage.Noon.AddMinutes(10), default);
            }
        }

        foreach (var query in Queries())
        {
            Assert.Equal(Describe(await memory.LoadAsync(query, default)), Describe(await data.Account.LoadAsync(query, default)));
        }
    }

    [Theory, EachDatabase]
    public async Task A_pre_key_that_a_message_used_is_gone_with_the_same_commit(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await data.PreKeys.AddAsync(PreKey.Generate(1, 3), default);
        var change = new SignalTransaction();
        change.Sessions.Set(Address(1), [1]);
        change.PreKeys.Remove(2);

        await data.Account.CommitAsync(change, default);

        Assert.Null(await data.PreKeys.FindAsync(2, default));
        Assert.NotNull(await data.PreKeys.FindAsync(3, default));
    }

    [Theory, EachDatabase]
    public async Task Ids_that_no_index_could_hold_are_kept_all_the_same(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var key = new RetryKey(new string('x', 100_000), Address(1));
        var other = key with { MessageId = key.MessageId + "\0" };
        var change = new SignalTransaction();
        change.Retries.Set(key, new RetryRow(3, TestStorage.Noon));
        change.Retries.Set(other, new RetryRow(4, TestStorage.Noon));
        change.SentMessages.Set(key.MessageId, new SentMessageRow(People.Alice, [1], TestStorage.Noon, 0));
        await data.Account.CommitAsync(change, default);

        var query = new SignalQuery();
        query.Retries.Add(key);
        query.Retries.Add(other);
        query.SentMessages.Add(key.MessageId);
        var found = await data.Account.LoadAsync(query, default);

        Assert.True(found.Retries.TryGet(key, out var retry) && found.Retries.TryGet(other, out var second) && (retry.Count, second.Count) == (3, 4));
        Assert.True(found.SentMessages.TryGet(key.MessageId, out _));
    }

    private static SignalAddress Address(int i) => new($"10000000000000{i}_1", (ushort)(i % 3));

    private static SenderKeyName SenderKey(int i) => new(i % 2 == 0 ? People.Group : People.Alice, Address(i));

    private static PayloadId Payload(int i) => PayloadId.Of("msg", Address(i), [1]);

    private static SignalTransaction RandomChange(Random random)
    {
        var change = new SignalTransaction();
        for (var i = 0; i < 8; i++)
        {
            var (n, gone, at) = (random.Next(8), random.Next(3) == 0, TestStorage.Noon.AddSeconds(random.Next(1200)));
            var bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            Write(change.Sessions, Address(n), bytes, gone);
            Write(change.Identities, Address(random.Next(8)), bytes, gone);
            Write(change.SenderKeys, SenderKey(random.Next(8)), bytes, gone);
            Write(change.Payloads, Payload(random.Next(8)), new PayloadRow(random.Next(2) == 0 ? null : bytes, at), gone);
            Write(change.Retries, new RetryKey($"m{random.Next(3)}", Address(n)), new RetryRow(n, at), gone);
            Write(change.SentMessages, $"s{random.Next(8)}", new SentMessageRow(People.Alice, bytes, at, n), gone);
        }

        return change;
    }

    private static void Write<TKey, TRow>(RowSet<TKey, TRow> rows, TKey key, TRow row, bool gone)
        where TKey : notnull
        where TRow : class
    {
        if (gone)
        {
            rows.Remove(key);
        }
        else
        {
            rows.Set(key, row);
        }
    }

    private static IEnumerable<SignalQuery> Queries()
    {
        var all = new SignalQuery();
        for (var i = 0; i < 9; i++)
        {
            all.Addresses.Add(Address(i));
            all.SenderKeys.Add(SenderKey(i));
            all.Payloads.Add(Payload(i));
            all.Retries.Add(new RetryKey("m1", Address(i)));
            all.SentMessages.Add($"s{i}");
        }

        yield return all;
        var people = new SignalQuery();
        people.Users.Add(Address(1).User);
        people.Users.Add(Address(2).User);
        yield return people;
        yield return new SignalQuery();
    }

    private static string Describe(SignalTransaction rows)
    {
        var text = new StringBuilder();
        Describe(text, rows.Sessions, Convert.ToHexString);
        Describe(text, rows.Identities, Convert.ToHexString);
        Describe(text, rows.SenderKeys, Convert.ToHexString);
        Describe(text, rows.Payloads, row => $"{(row.Plaintext is null ? "handled" : Convert.ToHexString(row.Plaintext))} {row.ReceivedAt:O}");
        Describe(text, rows.Retries, row => $"{row.Count} {row.LastAt:O}");
        Describe(text, rows.SentMessages, row => $"{row.Receiver} {Convert.ToHexString(row.Plaintext)} {row.SentAt:O} {row.Resends}");
        return text.ToString();
    }

    private static void Describe<TKey, TRow>(StringBuilder text, RowSet<TKey, TRow> rows, Func<TRow, string> describe)
        where TKey : notnull
        where TRow : class
    {
        foreach (var key in rows.Keys.OrderBy(key => key.ToString(), StringComparer.Ordinal))
        {
            Assert.True(rows.TryGet(key, out var row));
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {describe(row)}");
        }

        text.AppendLine("--");
    }
}
