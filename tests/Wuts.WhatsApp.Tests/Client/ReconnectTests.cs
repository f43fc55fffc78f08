using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

/// <summary>After each way in which a connection can end that another connection cures, the client is connected again.</summary>
public sealed class ReconnectTests
{
    public static TheoryData<string, LineFault, DisconnectReason> LostConnections => new()
    {
        { "drop", new Fault.Drop(), new DisconnectReason.Network(NetworkFault.Broken) },
        { "close", new Fault.Close(), new DisconnectReason.Network(NetworkFault.Closed) },
        { "garbage", new Fault.GarbageFrame(), new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame) },
        { "tiny garbage", new Fault.GarbageFrame { Bytes = 3 }, new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame) },
        { "end of stream", Error(StreamErrorKind.StreamEnd), new DisconnectReason.Network(NetworkFault.Closed) },
        { "503", Error(StreamErrorKind.Code, 503), new DisconnectReason.ServiceUnavailable(503) },
        { "500", Error(StreamErrorKind.Code, 500), new DisconnectReason.ServiceUnavailable(500) },
        { "429", Error(StreamErrorKind.Code, 429), new DisconnectReason.RateLimited() },
        { "unknown", Error(StreamErrorKind.Code, 999), new DisconnectReason.ProtocolViolation(ProtocolFault.UnknownStreamError, 999) },
        { "401 alone", Error(StreamErrorKind.Code, 401), new DisconnectReason.LoggedOut(401, IsConfirmed: false) },
        { "unknown conflict", Error(StreamErrorKind.UnknownConflict), new DisconnectReason.LoggedOut(401, IsConfirmed: false) },
        { "ack", Error(StreamErrorKind.Ack), new DisconnectReason.ProtocolViolation(ProtocolFault.AckMissing) },
        { "not well-formed", Error(StreamErrorKind.XmlNotWellFormed), new DisconnectReason.ProtocolViolation(ProtocolFault.NotWellFormed) },
    };

    public static TheoryData<string, Fault, DisconnectReason> RefusedAttempts => new()
    {
        { "drop at connect", new Fault.Drop { At = FaultPoint.Connect }, new DisconnectReason.Network(NetworkFault.Unreachable) },
        { "close at connect", new Fault.Close { At = FaultPoint.Connect }, new DisconnectReason.Network(NetworkFault.Unreachable) },
        { "drop in the handshake", new Fault.Drop { At = FaultPoint.Handshake }, new DisconnectReason.Network(NetworkFault.Unreachable) },
        { "close in the handshake", new Fault.Close { At = FaultPoint.Handshake }, new DisconnectReason.Network(NetworkFault.Unreachable) },
        { "garbage instead of success", new Fault.GarbageFrame { At = FaultPoint.Login }, new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame) },
        { "wrong MAC", new Fault.WrongMac { Tag = "success" }, new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame) },
        { "failure 500", new Fault.Failure { Reason = 500 }, new DisconnectReason.ServiceUnavailable(500) },
        { "failure 503", new Fault.Failure { Reason = 503 }, new DisconnectReason.ServiceUnavailable(503) },
        { "failure 429", new Fault.Failure { Reason = 429 }, new DisconnectReason.RateLimited() },
        { "wrong root", Certificate(CertificateDefect.WrongRoot), Untrusted(ServerCertificateFault.UntrustedIntermediate) },
        { "bad signature", Certificate(CertificateDefect.BadSignature), Untrusted(ServerCertificateFault.UntrustedLeaf) },
        { "wrong issuer", Certificate(CertificateDefect.WrongIssuer), Untrusted(ServerCertificateFault.UntrustedLeaf) },
        { "leaf of another key", Certificate(CertificateDefect.LeafKeyMismatch), Untrusted(ServerCertificateFault.WrongServerKey) },
        { "expired", Certificate(CertificateDefect.Expired), OutOfDate(ServerCertificateFault.Expired) },
        { "not yet valid", Certificate(CertificateDefect.NotYetValid), OutOfDate(ServerCertificateFault.NotYetValid) },
        { "no intermediate", Certificate(CertificateDefect.Missing), Untrusted(ServerCertificateFault.Malformed) },
        { "random bytes", Certificate(CertificateDefect.Garbage), Untrusted(ServerCertificateFault.Malformed) },
    };

    [Theory]
    [MemberData(nameof(LostConnections))]
    public async Task Lost_connection_is_made_again(string name, LineFault fault, DisconnectReason reason)
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        var waiting = client.QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "nobody-answers")]));
        network.Server.Faults.Add(new Fault.NoAnswer { Xmlns = "nobody-answers" });

        network.Server.Faults.Add(fault);

        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        Assert.True(reason == lost.Reason, $"{name}: {lost.Reason}");
        await AssertConnectsAgainAsync(network, client, lost);
        if (await Record.ExceptionAsync(() => waiting.Within()) is { } failure)
        {
            Assert.Equal(reason, Assert.IsType<WhatsAppDisconnectedException>(failure).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(RefusedAttempts))]
    public async Task Refused_attempt_is_followed_by_another(string name, Fault fault, DisconnectReason reason)
    {
        await using var network = await Network.StartAsync();
        var store = new InMemoryWhatsAppStore();
        var (client, _) = await network.ConnectedClientAsync(store);
        await using var owned = client;
        await client.DisconnectAsync().Within();
        await client.NextDisconnectAsync<DisconnectReason.ByUser>();

        network.Server.Faults.Add(fault);
        var connecting = client.ConnectAsync();
        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();

        Assert.True(reason == lost.Reason, $"{name}: {lost.Reason}");
        await AssertConnectsAgainAsync(network, client, lost);
        await connecting.Within();
        Assert.True((await store.LoadAsync(CancellationToken.None))!.IsPaired);
    }

    [Theory]
    [InlineData(FaultPoint.Login)]
    [InlineData(FaultPoint.LoggedIn)]
    public async Task Connection_that_is_lost_around_the_login_is_made_again(FaultPoint point)
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        await client.NextDisconnectAsync<DisconnectReason.ByUser>();
        network.Server.Faults.Add(new Fault.Drop { At = point });

        var connecting = client.ConnectAsync();

        // A reset may overtake what was sent before it, the answer to the handshake included.
        await AssertConnectsAgainAsync(network, client, await client.NextDisconnectAsync<DisconnectReason.Network>());
        await connecting.Within();
    }

    [Fact]
    public async Task Restart_is_followed_at_once()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.NextAsync<WhatsAppEvent.Connected>();

        network.Server.Faults.Add(Error(StreamErrorKind.RestartRequired));

        Assert.Equal(TimeSpan.Zero, (await client.NextDisconnectAsync<DisconnectReason.RestartRequired>()).RetryIn);
        await client.NextAsync<WhatsAppEvent.Connected>();
    }

    [Fact]
    public async Task Dead_connection_is_found_out_by_two_pings()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync(configure: options => options with { KeepAlive = new KeepAliveOptions() });
        await using var owned = client;

        network.Server.Faults.Add(new Fault.HalfOpen());
        await network.ElapseAsync(TimeSpan.FromSeconds(25));
        await network.ElapseAsync(TimeSpan.FromSeconds(20));
        await network.ElapseAsync(TimeSpan.FromSeconds(20));

        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        Assert.Equal(new DisconnectReason.Network(NetworkFault.KeepAliveTimeout), lost.Reason);
        await AssertConnectsAgainAsync(network, client, lost);
    }

    [Fact]
    public async Task Frame_that_never_comes_is_found_out_by_two_pings()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync(configure: options => options with { KeepAlive = new KeepAliveOptions() });
        await using var owned = client;

        network.Server.Faults.Add(new Fault.HugeLength());
        await network.ElapseAsync(TimeSpan.FromSeconds(25));
        await network.ElapseAsync(TimeSpan.FromSeconds(20));
        await network.ElapseAsync(TimeSpan.FromSeconds(20));

        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        Assert.Equal(new DisconnectReason.Network(NetworkFault.KeepAliveTimeout), lost.Reason);
        await AssertConnectsAgainAsync(network, client, lost);
    }

    [Theory]
    [InlineData(FaultPoint.Connect)]
    [InlineData(FaultPoint.Handshake)]
    [InlineData(FaultPoint.Login)]
    public async Task Server_that_goes_silent_while_connecting_is_given_up_after_twenty_seconds(FaultPoint point)
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        await client.DisconnectAsync().Within();
        await client.NextDisconnectAsync<DisconnectReason.ByUser>();
        network.Server.Faults.Add(new Fault.HalfOpen { At = point });

        var connecting = client.ConnectAsync();
        await network.NextAsync(SimulatorEventKind.FaultApplied);
        await network.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(20)).Within();
        network.Time.Advance(TimeSpan.FromSeconds(20));

        var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
        Assert.Equal(new DisconnectReason.Network(NetworkFault.ConnectTimeout), lost.Reason);
        await AssertConnectsAgainAsync(network, client, lost);
        await connecting.Within();
    }

    [Fact]
    public async Task Delays_grow_until_a_login_is_stable()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        var delays = new List<double>();

        foreach (var stableSeconds in (int[])[0, 0, 0, 29, 30, 0])
        {
            await client.NextAsync<WhatsAppEvent.Connected>();
            network.Advance(TimeSpan.FromSeconds(stableSeconds));
            network.Server.Faults.Add(new Fault.Drop());
            var lost = await client.NextAsync<WhatsAppEvent.Disconnected>();
            delays.Add(lost.RetryIn!.Value.TotalSeconds);
            await network.ElapseAsync(lost.RetryIn.Value);
        }

        Assert.Equal([1, 1, 2, 3, 1, 1], delays);
    }

    [Fact]
    public async Task Reconnect_policy_can_be_replaced()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync(configure: options => options with { ReconnectPolicy = new EverySevenSeconds() });
        await using var owned = client;

        network.Server.Faults.Add(new Fault.Drop());

        Assert.Equal(TimeSpan.FromSeconds(7), (await client.NextAsync<WhatsAppEvent.Disconnected>()).RetryIn);
        Assert.Equal(WhatsAppState.Reconnecting, client.State);
    }

    [Fact]
    public async Task Disconnecting_ends_the_wait_for_the_next_attempt()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;
        network.Server.Faults.Add(new Fault.Drop());
        await client.NextDisconnectAsync<DisconnectReason.Network>();

        await client.DisconnectAsync().Within();

        Assert.Null((await client.NextDisconnectAsync<DisconnectReason.ByUser>()).RetryIn);
        Assert.Equal(WhatsAppState.Disconnected, client.State);
    }

    [Theory]
    [InlineData("split")]
    [InlineData("compress")]
    [InlineData("malformed")]
    public async Task Oddities_that_are_allowed_disturb_nothing(string oddity)
    {
        await using var network = await Network.StartAsync();
        Fault fault = oddity switch
        {
            "split" => new Fault.Split { Bytes = 1, Times = 0 },
            "compress" => new Fault.Compress { Times = 0 },
            _ => new Fault.MalformedStanza { At = FaultPoint.LoggedIn },
        };
        network.Server.Faults.Add(fault);

        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        var answer = await client.QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "w:p")])).Within();
        Assert.Equal("result", answer["type"]);
        network.AssertNothingRefused();
    }

    private static async Task AssertConnectsAgainAsync(Network network, WhatsAppClient client, WhatsAppEvent.Disconnected lost)
    {
        await network.ElapseAsync(lost.RetryIn!.Value);
        await client.NextAsync<WhatsAppEvent.Connected>();
        Assert.Equal(WhatsAppState.Connected, client.State);
        var answer = await client.QueryAsync(new Node("iq", [("type", "get"), ("xmlns", "w:p")])).Within();
        Assert.Equal("result", answer["type"]);
    }

    private static Fault.StreamError Error(StreamErrorKind kind, int code = 0) => new() { Error = kind, Code = code };

    private static Fault.Certificate Certificate(CertificateDefect defect) => new() { Defect = defect };

    private static DisconnectReason.HandshakeFailed Untrusted(ServerCertificateFault fault) => new(HandshakeFailure.CertificateRejected, fault);

    private static DisconnectReason.HandshakeFailed OutOfDate(ServerCertificateFault fault) => new(HandshakeFailure.CertificateOutOfDate, fault);

    private sealed class EverySevenSeconds : IReconnectPolicy
    {
        public ReconnectDecision Decide(ReconnectState state, DisconnectReason reason, TimeSpan connectedFor, IRandomSource random) =>
            new(TimeSpan.FromSeconds(7), state);
    }
}
