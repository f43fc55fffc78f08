using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class PreKeyTests
{
    [Fact]
    public async Task First_login_uploads_the_first_batch_before_the_backlog_comes()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;

        Assert.Equal(8, account.Devices[0].PreKeyCount);
        var uploaded = await network.NextAsync(SimulatorEventKind.PreKeysUploaded);
        var active = await network.NextAsync(SimulatorEventKind.Active);
        Assert.True(uploaded.Sequence < active.Sequence);
        network.AssertNothingRefused();
    }

    [Fact]
    public void First_batch_is_as_large_as_that_of_WhatsApp_Web() => Assert.Equal(812, WhatsAppOptions.Default.FirstPreKeyBatch);

    [Fact]
    public async Task Private_keys_are_stored_before_the_public_ones_are_sent()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        var onServerWhenStored = -1;
        var store = new FaultyStore();
        store.AddingPreKeys = _ => onServerWhenStored = account.Devices[0].PreKeyCount;
        await using var client = network.CreateClient(store);

        await network.LinkAsync(client, account);

        Assert.Equal(0, onServerWhenStored);
        Assert.Equal(8, account.Devices[0].PreKeyCount);
        Assert.NotNull(await store.FindAsync(8, CancellationToken.None));
        Assert.Empty(await store.LoadNotUploadedAsync(100, CancellationToken.None));
    }

    [Fact]
    public async Task Later_login_only_counts()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;

        await client.DisconnectAsync().Within();
        await client.ConnectAsync().Within();

        Assert.Equal(8, account.Devices[0].PreKeyCount);
    }

    [Fact]
    public async Task Low_stock_at_login_is_refilled()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        for (var i = 0; i < 4; i++)
        {
            account.Devices[0].PreKeys.Take(out _, lowMark: 0);
        }

        await client.ConnectAsync().Within();

        Assert.Equal(4 + 6, account.Devices[0].PreKeyCount);
    }

    [Fact]
    public async Task Notice_about_a_low_stock_is_followed_by_one_upload()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        for (var i = 0; i < 4; i++)
        {
            account.Devices[0].PreKeys.Take(out _, lowMark: 0);
        }

        // Two notices, but the second finds the stock filled.
        network.Server.Push(account, Notice("c1", new Node("count", [("value", 4)])));
        network.Server.Push(account, Notice("c2", new Node("count", [("value", 4)])));
        await network.AcknowledgedAsync("notification c2");

        Assert.Equal(4 + 6, account.Devices[0].PreKeyCount);
    }

    [Fact]
    public async Task Notice_about_a_sufficient_stock_is_only_acknowledged()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;

        network.Server.Push(account, Notice("c1", new Node("count", [("value", 5)])));
        await network.AcknowledgedAsync("notification c1");

        Assert.Equal(8, account.Devices[0].PreKeyCount);
    }

    [Fact]
    public async Task Refused_refill_is_acknowledged_and_tried_again_on_the_next_notice()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        for (var i = 0; i < 4; i++)
        {
            account.Devices[0].PreKeys.Take(out _, lowMark: 0);
        }

        network.Server.Faults.Add(new Fault.RequestError { Xmlns = "encrypt", Child = "registration" });
        network.Server.Push(account, Notice("c1", new Node("count", [("value", 4)])));
        await network.AcknowledgedAsync("notification c1");
        Assert.Equal(4, account.Devices[0].PreKeyCount);
        network.Server.Push(account, Notice("c2", new Node("count", [("value", 4)])));
        await network.AcknowledgedAsync("notification c2");

        // The keys of the refused upload were stored, and are used now.
        Assert.Equal(4 + 6, account.Devices[0].PreKeyCount);
        Assert.Equal(14u, await StoreOf(client).PreKeys.GetLastIdAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Keys_that_the_server_does_not_have_as_they_are_here_are_uploaded_anew()
    {
        await using var network = await Network.StartAsync();
        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;
        var store = StoreOf(client);
        await store.PreKeys.RemoveAsync(3, CancellationToken.None);

        network.Server.Push(account, Notice("d1", new Node("digest")));
        await network.AcknowledgedAsync("notification d1");

        // The check that follows every login may still be under way, and then finds the same.
        Assert.Contains(account.Devices[0].PreKeyCount, new[] { 16, 24 });
    }

    [Fact]
    public async Task Signed_pre_key_is_replaced_when_it_is_old_and_the_last_three_are_kept()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;

        for (uint id = 2; id <= 6; id++)
        {
            await client.DisconnectAsync().Within();
            network.Advance(TimeSpan.FromDays(27));
            await client.ConnectAsync().Within();
            await store.SavedAsync(saved => saved.SignedPreKeys.Current.Id == id).Within();
            Assert.Equal(id, account.Devices[0].PreKeys.Signed.Id[2]);
        }

        var ring = (await store.LoadAsync(CancellationToken.None))!.SignedPreKeys;
        Assert.Null(ring.Pending);
        Assert.Equal([5u, 4u, 3u], ring.Retired.Select(key => key.Id));
        Assert.Null(ring.Find(2));
        Assert.Equal(4u, ring.Find(4)!.Id);
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Refused_rotation_keeps_the_new_key_for_the_next_attempt()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        await client.DisconnectAsync().Within();
        network.Advance(TimeSpan.FromDays(27));
        network.Server.Faults.Add(new Fault.RequestError { Xmlns = "encrypt", Child = "rotate", Code = 503 });

        await client.ConnectAsync().Within();
        var pending = (await store.SavedAsync(saved => saved.SignedPreKeys.Pending is not null).Within()).SignedPreKeys.Pending!;
        await network.NextAsync(SimulatorEventKind.FaultApplied);
        await client.DisconnectAsync().Within();
        network.Advance(TimeSpan.FromHours(1));
        await client.ConnectAsync().Within();
        var ring = (await store.SavedAsync(saved => saved.SignedPreKeys.Pending is null).Within()).SignedPreKeys;

        Assert.Same(pending, ring.Current);
        Assert.Equal(pending.Id, account.Devices[0].PreKeys.Signed.Id[2]);
    }

    [Fact]
    public async Task Refused_first_upload_does_not_keep_the_client_from_trying()
    {
        await using var network = await Network.StartAsync(options => options with { RequirePreKeys = false });
        network.Server.Faults.Add(new Fault.RequestError { Xmlns = "encrypt", Child = "registration" });

        var (client, account) = await network.ConnectedClientAsync();
        await using var owned = client;

        // The digest check after the login finds out that the server has nothing.
        await network.NextAsync(SimulatorEventKind.PreKeysUploaded);
        Assert.Equal(8, account.Devices[0].PreKeyCount);
    }

    [Fact]
    public async Task Keys_that_were_found_right_are_not_checked_again_by_the_next_client_until_a_day_has_passed()
    {
        await using var network = await Network.StartAsync();
        var checks = 0;
        using var counting = network.Server.OnIq("encrypt", iq =>
        {
            checks += iq.TryGetChild("digest", out _) ? 1 : 0;
            return null;
        });
        var store = new FaultyStore();
        var (first, _) = await network.ConnectedClientAsync(store);
        var checkedAt = (await store.SavedAsync(saved => saved.PreKeysCheckedAt is not null).Within()).PreKeysCheckedAt;
        await first.DisposeAsync();

        await using (var second = network.CreateClient(store))
        {
            await second.ConnectAsync().Within();
        }

        network.Advance(TimeSpan.FromDays(1));
        await using var third = network.CreateClient(store);
        await third.ConnectAsync().Within();
        await store.SavedAsync(saved => saved.PreKeysCheckedAt > checkedAt).Within();
        Assert.Equal(2, checks);
    }

    private static Node Notice(string id, Node child) => new(
        "notification", [("from", Jid.WhatsApp), ("type", "encrypt"), ("id", id), ("t", 1)], [child]);

    private static IWhatsAppStore StoreOf(WhatsAppClient client) => client.Store;
}
