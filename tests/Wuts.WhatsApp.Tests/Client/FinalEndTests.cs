using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

/// <summary>Ends that another connection does not cure: the client stays away, and gives its keys up only when it must.</summary>
public sealed class FinalEndTests
{
    public static TheoryData<Fault, DisconnectReason> Refusals => new()
    {
        { new Fault.Failure { Reason = 400 }, new DisconnectReason.Refused(400) },
        { new Fault.Failure { Reason = 405 }, new DisconnectReason.ClientOutdated() },
        { new Fault.Failure { Reason = 409 }, new DisconnectReason.Refused(409) },
        { new Fault.Failure { Reason = 411 }, new DisconnectReason.Refused(411) },
        { new Fault.Failure { Reason = 415 }, new DisconnectReason.Refused(415) },
        { new Fault.Failure { Reason = 418 }, new DisconnectReason.Refused(418) },
        { new Fault.Failure { Reason = 501 }, new DisconnectReason.Refused(501) },
    };

    public static TheoryData<Fault, DisconnectReason> Unlinkings => new()
    {
        { new Fault.Failure { Reason = 401 }, new DisconnectReason.LoggedOut(401, IsConfirmed: true) },
        { new Fault.Failure { Reason = 406 }, new DisconnectReason.LoggedOut(406, IsConfirmed: true) },
        {
            new Fault.Failure { Reason = 403, Attributes = new Dictionary<string, string> { ["logout_message_header"] = "Locked" } },
            new DisconnectReason.AccountLocked("Locked", null)
        },
        { StreamError(StreamErrorKind.ForcedLogout), new DisconnectReason.LoggedOut(516, IsConfirmed: true) },
        { StreamError(StreamErrorKind.DeviceRemoved), new DisconnectReason.LoggedOut(401, IsConfirmed: true) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refused_login_ends_the_attempt_and_keeps_the_keys(Fault fault, DisconnectReason reason)
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        await client.DisconnectAsync().Within();
        network.Server.Faults.Add(fault);

        var refused = await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => client.ConnectAsync().Within());

        Assert.Equal(reason, refused.Reason);
        Assert.False(refused.IsTransient);
        Assert.Equal(WhatsAppState.Disconnected, client.State);
        Assert.True((await store.LoadAsync(CancellationToken.None))!.IsPaired);
        await client.ConnectAsync().Within();
    }

    [Theory]
    [MemberData(nameof(Unlinkings))]
    public async Task Unlinked_device_deletes_its_keys_and_can_be_linked_anew(Fault fault, DisconnectReason reason)
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        var before = (await store.LoadAsync(CancellationToken.None))!;
        if (fault is Fault.Failure)
        {
            await client.DisconnectAsync().Within();
            await client.NextDisconnectAsync<DisconnectReason.ByUser>();
            network.Server.Faults.Add(fault);
            await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => client.ConnectAsync().Within());
        }
        else
        {
            network.Server.Faults.Add(fault);
        }

        var end = await client.NextAsync<WhatsAppEvent.Disconnected>();
        var loggedOut = await client.NextAsync<WhatsAppEvent.LoggedOut>();

        Assert.Equal((reason, null), (end.Reason, end.RetryIn));
        Assert.Equal(reason, loggedOut.Reason);
        Assert.Equal(WhatsAppState.LoggedOut, client.State);
        Assert.True(store.KeysDeleted);
        Assert.Null(client.Account);
        Assert.Null(await store.LoadAsync(CancellationToken.None));

        await network.LinkAsync(client, account);
        var after = (await store.LoadAsync(CancellationToken.None))!;
        Assert.False(before.NoiseKey.PublicKey.SequenceEqual(after.NoiseKey.PublicKey));
    }

    [Fact]
    public async Task Replaced_client_never_fights()
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (first, _) = await network.ConnectedClientAsync(store);
        await using var ownedFirst = first;
        await using var second = network.CreateClient(store);

        await second.ConnectAsync().Within();

        Assert.Null((await first.NextDisconnectAsync<DisconnectReason.Replaced>()).RetryIn);
        Assert.Equal(WhatsAppState.Disconnected, first.State);
        network.Advance(TimeSpan.FromHours(1));
        Assert.Equal(WhatsAppState.Connected, second.State);
        Assert.Single(network.Server.Connections, c => c.Stage == ConnectionStage.Active);
        Assert.True((await store.LoadAsync(CancellationToken.None))!.IsPaired);
    }

    [Fact]
    public async Task Ban_tells_until_when_and_why()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        network.Server.Faults.Add(new Fault.Failure
        {
            Reason = 402,
            Attributes = new Dictionary<string, string> { ["code"] = "101", ["expire"] = "7200" },
        });

        var refused = await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => client.ConnectAsync().Within());

        Assert.Equal(
            new DisconnectReason.Banned(network.Time.GetUtcNow().AddHours(2), BanCause.MessagesToStrangers, 101), refused.Reason);
    }

    [Fact]
    public async Task Outdated_client_says_so()
    {
        await using var network = await Network.StartAsync(options => options with { MinimumRevision = 2_000_000_000 });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new WhatsApp.Pairing.PairingMethod.Qr());

        var failed = await Assert.ThrowsAsync<WhatsAppPairingException>(() => pairing.Completion.Within());

        Assert.Equal(new WhatsApp.Pairing.PairingFailure.Disconnected(new DisconnectReason.ClientOutdated()), failed.Failure);
    }

    [Fact]
    public async Task Suspected_unlinking_is_confirmed_by_the_next_login()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;

        network.Server.Faults.Add(new Fault.Failure { Reason = 401 });
        network.Server.Faults.Add(StreamError(StreamErrorKind.UnknownConflict));
        var suspected = await client.NextAsync<WhatsAppEvent.Disconnected>();
        Assert.False(store.KeysDeleted);
        await network.ElapseAsync(suspected.RetryIn!.Value);
        await client.NextAsync<WhatsAppEvent.LoggedOut>();

        Assert.Equal(new DisconnectReason.LoggedOut(401, IsConfirmed: false), suspected.Reason);
        Assert.True(store.KeysDeleted);
    }

    [Fact]
    public async Task Logout_unlinks_the_device_and_deletes_its_keys()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;

        await client.LogoutAsync().Within();

        Assert.Empty(account.Devices);
        Assert.True(store.KeysDeleted);
        Assert.Equal(WhatsAppState.LoggedOut, client.State);
        await client.NextAsync<WhatsAppEvent.LoggedOut>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ConnectAsync());
    }

    [Fact]
    public async Task Refused_logout_leaves_the_device_linked()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        network.Server.Faults.Add(new Fault.RequestError { Xmlns = "md", Code = 429 });

        var refused = await Assert.ThrowsAsync<QueryRefusedException>(() => client.LogoutAsync().Within());

        Assert.True(refused.IsRateLimit);
        Assert.Single(account.Devices);
        Assert.False(store.KeysDeleted);
        Assert.Equal(WhatsAppState.Connected, client.State);
    }

    [Fact]
    public async Task Unlinking_on_the_phone_logs_the_client_out()
    {
        await using var network = await Network.StartAsync();
        var store = new FaultyStore();
        var (client, account) = await network.ConnectedClientAsync(store);
        await using var owned = client;

        Assert.True(network.Server.Unlink(account, 1));

        Assert.Equal(
            new DisconnectReason.LoggedOut(401, IsConfirmed: true), (await client.NextAsync<WhatsAppEvent.LoggedOut>()).Reason);
        Assert.True(store.KeysDeleted);
    }

    private static Fault.StreamError StreamError(StreamErrorKind kind) => new() { Error = kind };
}
