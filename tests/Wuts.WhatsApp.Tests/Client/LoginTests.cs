using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class LoginTests
{
    [Fact]
    public async Task Stored_device_logs_in_again_in_another_client()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var account = network.Server.Accounts.Create(new AccountSpec { PushName = "Alice" });
        await using (var first = network.CreateClient(store))
        {
            await network.LinkAsync(first, account);
        }

        await using var second = network.CreateClient(store);
        await second.ConnectAsync().Within();

        Assert.Equal(WhatsAppState.Connected, second.State);
        Assert.Equal("Alice", second.Account!.PushName);
        Assert.Equal(network.Time.GetUtcNow(), second.LastAlive);
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Logins_are_counted_from_one()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        Assert.Equal(2, (await store.LoadAsync(CancellationToken.None))!.LoginCounter);

        await client.DisconnectAsync().Within();
        await client.ConnectAsync().Within();

        Assert.Equal(3, (await store.LoadAsync(CancellationToken.None))!.LoginCounter);
    }

    [Fact]
    public async Task Routing_info_is_stored_and_shown_on_the_next_connection()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        Assert.False(Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active).ShowedRoutingInfo);

        await client.DisconnectAsync().Within();
        await client.ConnectAsync().Within();

        Assert.Equal([0x08, 0x08, 0x08, 0x05, 0x1A, 0x01, 0x00], (await store.LoadAsync(CancellationToken.None))!.RoutingInfo.ToArray());
        Assert.True(Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active).ShowedRoutingInfo);
    }

    [Fact]
    public async Task Second_login_resumes_with_the_server_key_of_the_first()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        // The key is known since the registration, so that even the first login resumes.
        Assert.Equal(["xx", "ik"], await HandshakesAsync(network, 2));
        await client.DisconnectAsync().Within();
        await client.ConnectAsync().Within();

        Assert.Equal(["ik"], await HandshakesAsync(network, 1));
    }

    [Fact]
    public async Task Resumption_can_be_switched_off()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync(configure: options => options with { Resumption = false });
        await using var owned = client;

        Assert.Equal(["xx", "xx"], await HandshakesAsync(network, 2));
    }

    [Fact]
    public async Task Refused_resumption_goes_on_as_a_full_handshake()
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Refused, Times = 0 });
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        Assert.Equal(WhatsAppState.Connected, client.State);
        Assert.Equal(["xx", "xx-fallback"], await HandshakesAsync(network, 2));
    }

    [Fact]
    public async Task Broken_resumption_is_never_tried_again()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        Assert.Equal(["xx", "ik"], await HandshakesAsync(network, 2));
        await client.DisconnectAsync().Within();

        network.Server.Faults.Add(new Fault.Resumption { Defect = ResumptionDefect.Broken });
        var connecting = client.ConnectAsync();
        var lost = await client.NextDisconnectAsync<DisconnectReason.HandshakeFailed>();
        Assert.Null((await store.LoadAsync(CancellationToken.None))!.ServerKey);
        await network.ElapseAsync(lost.RetryIn!.Value);
        await connecting.Within();
        await client.DisconnectAsync().Within();
        await client.ConnectAsync().Within();

        Assert.Equal("xx", (await HandshakesAsync(network, 2))[^1]);
        Assert.NotNull((await store.LoadAsync(CancellationToken.None))!.ServerKey);
    }

    [Fact]
    public async Task Resumption_without_an_answer_is_followed_by_a_full_handshake_and_keeps_the_key()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        Assert.Equal(["xx", "ik"], await HandshakesAsync(network, 2));
        await client.DisconnectAsync().Within();

        network.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Handshake });
        var connecting = client.ConnectAsync();
        var lost = await client.NextDisconnectAsync<DisconnectReason.Network>();
        Assert.NotNull((await store.LoadAsync(CancellationToken.None))!.ServerKey);
        await network.ElapseAsync(lost.RetryIn!.Value);
        await connecting.Within();

        Assert.Equal("xx", Assert.Single(await HandshakesAsync(network, 1)));
    }

    [Fact]
    public async Task Expired_server_key_is_not_resumed_with()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        Assert.Equal(["xx", "ik"], await HandshakesAsync(network, 2));
        await client.DisconnectAsync().Within();
        var credentials = (await store.LoadAsync(CancellationToken.None))!;
        await store.SaveAsync(
            credentials with { ServerKey = credentials.ServerKey! with { ValidUntil = network.Time.GetUtcNow().AddSeconds(-1) } },
            CancellationToken.None);

        await client.ConnectAsync().Within();

        Assert.Equal("xx", Assert.Single(await HandshakesAsync(network, 1)));
    }

    [Fact]
    public async Task Server_clock_is_learnt_at_login()
    {
        await using var network = await Network.StartAsync();
        network.ServerTime.Advance(TimeSpan.FromMinutes(3));
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        Assert.Equal(TimeSpan.FromMinutes(3), client.ServerClockOffset);
    }

    [Fact]
    public async Task Unpaired_device_cannot_connect()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ConnectAsync());
    }

    [Fact]
    public async Task Calls_without_a_connection_fail()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await client.DisconnectAsync().Within();

        var ping = new Node("iq", [("type", "get"), ("xmlns", "w:p")]);
        Assert.Equal(
            new DisconnectReason.ByUser(),
            (await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => client.QueryAsync(ping))).Reason);
        await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => client.LogoutAsync());

        await client.DisposeAsync().AsTask().Within();
        await client.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.QueryAsync(ping));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ConnectAsync());
        while (client.Events.TryRead(out _))
        {
        }

        await client.Events.Completion.Within();
    }

    [Fact]
    public async Task Connecting_twice_is_one_connection()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        await Task.WhenAll(client.ConnectAsync(), client.ConnectAsync()).Within();

        Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active);
    }

    [Fact]
    public async Task Cancelled_connect_leaves_the_client_disconnected()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        network.Server.Faults.Add(new Fault.Drop { At = FaultPoint.Connect, Times = 0 });
        using var cancellation = new CancellationTokenSource();

        var connecting = client.ConnectAsync(cancellation.Token);
        await client.NextDisconnectAsync<DisconnectReason.Network>();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
        await client.NextDisconnectAsync<DisconnectReason.ByUser>();
        Assert.Equal(WhatsAppState.Disconnected, client.State);
    }

    [Fact]
    public async Task Query_must_be_a_query()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        await Assert.ThrowsAsync<ArgumentException>(() => client.QueryAsync(new Node("message")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.QueryAsync(new Node("iq", [("type", "result")])));
    }

    private static async Task<string[]> HandshakesAsync(Network network, int count)
    {
        var patterns = new string[count];
        for (var i = 0; i < count; i++)
        {
            patterns[i] = (await network.NextAsync(SimulatorEventKind.HandshakeCompleted)).Detail!;
        }

        return patterns;
    }
}
