using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Stores;

public sealed class InMemoryPreKeyStoreTests
{
    private readonly InMemoryPreKeyStore _store = new();

    [Fact]
    public async Task Stored_key_is_found_with_both_halves()
    {
        var keys = PreKey.Generate(1, 3);
        await _store.AddAsync(keys, CancellationToken.None);

        var found = await _store.FindAsync(2, CancellationToken.None);

        Assert.True(found!.KeyPair.PrivateKey.SequenceEqual(keys[1].KeyPair.PrivateKey));
        Assert.True(found.KeyPair.PublicKey.SequenceEqual(keys[1].KeyPair.PublicKey));
        Assert.Null(await _store.FindAsync(4, CancellationToken.None));
    }

    [Fact]
    public async Task Keys_wait_until_they_are_uploaded_the_oldest_first()
    {
        await _store.AddAsync(PreKey.Generate(1, 3), CancellationToken.None);
        await _store.AddAsync(PreKey.Generate(4, 2), CancellationToken.None);
        await _store.MarkUploadedAsync([1, 2, 99], CancellationToken.None);

        Assert.Equal([3u, 4u], (await _store.LoadNotUploadedAsync(2, CancellationToken.None)).Select(key => key.Id));
        Assert.Equal(5u, await _store.GetLastIdAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Used_key_is_gone_for_good()
    {
        await _store.AddAsync(PreKey.Generate(1, 2), CancellationToken.None);

        await _store.RemoveAsync(1, CancellationToken.None);
        await _store.RemoveAsync(1, CancellationToken.None);
        Assert.Null(await _store.FindAsync(1, CancellationToken.None));
        Assert.NotNull(await _store.FindAsync(2, CancellationToken.None));

        await _store.RemoveAsync(2, CancellationToken.None);
        Assert.Empty(await _store.LoadNotUploadedAsync(10, CancellationToken.None));
        Assert.Equal(2u, await _store.GetLastIdAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Ids_may_start_over_in_the_middle_of_a_batch()
    {
        await _store.AddAsync(PreKey.Generate(PreKeyIds.Last, 2), CancellationToken.None);

        Assert.NotNull(await _store.FindAsync(PreKeyIds.Last, CancellationToken.None));
        Assert.NotNull(await _store.FindAsync(PreKeyIds.First, CancellationToken.None));
        Assert.Equal(PreKeyIds.First, await _store.GetLastIdAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Cleared_store_is_as_new()
    {
        await _store.AddAsync(PreKey.Generate(1, 2), CancellationToken.None);

        _store.Clear();

        Assert.Null(await _store.FindAsync(1, CancellationToken.None));
        Assert.Equal(0u, await _store.GetLastIdAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Key_costs_little_more_than_its_private_half()
    {
        const int count = 800;
        var keys = PreKey.Generate(1, count);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await _store.AddAsync(keys, CancellationToken.None);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / count, 32, 40);
    }
}
