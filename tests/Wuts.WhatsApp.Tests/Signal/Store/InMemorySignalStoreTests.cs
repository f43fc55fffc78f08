using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Store;

public class InMemorySignalStoreTests
{
    private static readonly SignalAddress Address = new("1", 0);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly InMemorySignalStore _store = new();

    [Fact]
    public async Task Only_what_is_asked_for_is_loaded()
    {
        var transaction = new SignalTransaction();
        transaction.Sessions.Set(Address, [1]);
        transaction.Identities.Set(Address, [2]);
        await _store.CommitAsync(transaction, CancellationToken.None);
        _store.AddPreKey(1, KeyPair.Generate());
        _store.AddSignedPreKey(1, KeyPair.Generate());

        Assert.Empty((await LoadAsync(_ => { })).Sessions.Keys);
        var byAddress = await LoadAsync(query => query.Addresses.Add(Address));
        Assert.Equal([Address], byAddress.Sessions.Keys);
        Assert.Equal([Address], byAddress.Identities.Keys);
        Assert.False(byAddress.HasChanges);
        Assert.Equal([Address], (await LoadAsync(query => query.Users.Add("1"))).Sessions.Keys);
        Assert.Equal([1u], (await LoadAsync(query => query.PreKeys.UnionWith([1, 2]))).PreKeys.Keys);
        Assert.Equal([1u], (await LoadAsync(query => query.SignedPreKeys.UnionWith([1, 2]))).SignedPreKeys.Keys);
    }

    [Fact]
    public async Task Changes_show_in_the_transaction_at_once_and_in_the_store_after_the_commit()
    {
        var transaction = await LoadAsync(query => query.Addresses.Add(Address));
        transaction.Sessions.Set(Address, [1]);
        Assert.True(transaction.Sessions.TryGet(Address, out var row));
        Assert.Equal([1], row);
        Assert.Empty((await LoadAsync(query => query.Addresses.Add(Address))).Sessions.Keys);

        await _store.CommitAsync(transaction, CancellationToken.None);
        transaction = await LoadAsync(query => query.Addresses.Add(Address));
        transaction.Sessions.Remove(Address);
        Assert.False(transaction.Sessions.TryGet(Address, out _));
        await _store.CommitAsync(transaction, CancellationToken.None);
        Assert.Empty((await LoadAsync(query => query.Addresses.Add(Address))).Sessions.Keys);
    }

    [Fact]
    public async Task Old_payloads_retries_and_sent_messages_are_forgotten()
    {
        var (old, recent) = (Now - TimeSpan.FromDays(30), Now);
        var transaction = new SignalTransaction();
        foreach (var (name, time) in new[] { ("old", old), ("recent", recent) })
        {
            transaction.Payloads.Set(new PayloadId(name), new PayloadRow(null, time));
            transaction.Retries.Set(new RetryKey(name, Address), new RetryRow(1, time));
            transaction.SentMessages.Set(name, new SentMessageRow(Jid.Parse("1@lid"), [1], time, 0));
        }

        await _store.CommitAsync(transaction, CancellationToken.None);
        await _store.ForgetBeforeAsync(Now - TimeSpan.FromDays(1), CancellationToken.None);

        var left = await LoadAsync(query =>
        {
            query.Payloads.UnionWith([new PayloadId("old"), new PayloadId("recent")]);
            query.Retries.UnionWith([new RetryKey("old", Address), new RetryKey("recent", Address)]);
            query.SentMessages.UnionWith(["old", "recent"]);
        });
        Assert.Equal([new PayloadId("recent")], left.Payloads.Keys);
        Assert.Equal([new RetryKey("recent", Address)], left.Retries.Keys);
        Assert.Equal(["recent"], left.SentMessages.Keys);
    }

    [Fact]
    public void Payload_is_named_by_kind_sender_and_ciphertext()
    {
        var name = PayloadId.Of("msg", Address, [1, 2, 3]);
        Assert.Equal(name, PayloadId.Of("msg", Address, [1, 2, 3]));
        Assert.NotEqual(name, PayloadId.Of("pkmsg", Address, [1, 2, 3]));
        Assert.NotEqual(name, PayloadId.Of("msg", Address with { Device = 1 }, [1, 2, 3]));
        Assert.NotEqual(name, PayloadId.Of("msg", Address, [1, 2, 4]));
    }

    private async Task<SignalTransaction> LoadAsync(Action<SignalQuery> build)
    {
        var query = new SignalQuery();
        build(query);
        return await _store.LoadAsync(query, CancellationToken.None);
    }
}
