using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Client;

public sealed class QrPairingTests
{
    [Fact]
    public async Task Scanned_code_links_the_device_and_logs_it_in()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { BusinessName = "Shop", Platform = "smba" });
        var store = new InMemoryWhatsAppStore();
        await using var client = network.CreateClient(store);

        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        Assert.Equal(WhatsAppState.Pairing, client.State);
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await network.Server.ScanAsync(account, qr.Text).Within();
        var linked = await pairing.Completion.Within();

        Assert.True(outcome.IsLinked, outcome.Reason);
        Assert.Equal((outcome.Jid, outcome.Lid), (linked.Device.ToString(), linked.Lid.ToString()));
        Assert.Equal(("smba", "Shop"), (linked.Platform, linked.BusinessName));
        Assert.Equal(WhatsAppState.Connected, client.State);
        Assert.Equal(linked.Device, (await store.LoadAsync(CancellationToken.None))!.Account!.Device);
        await pairing.NextAsync<PairingEvent.Paired>();
        await pairing.NextAsync<PairingEvent.Connected>();
        await pairing.Events.Completion.Within();
        await client.NextAsync<WhatsAppEvent.Paired>();
        await client.NextAsync<WhatsAppEvent.Connected>();
        network.AssertNothingRefused();
    }

    [Fact]
    public async Task Codes_replace_each_other_after_60_and_then_every_20_seconds()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());

        var texts = new List<string>();
        foreach (var seconds in (int[])[60, 20, 20, 20, 20, 20])
        {
            var qr = await pairing.NextAsync<PairingEvent.QrCode>();
            Assert.Equal(TimeSpan.FromSeconds(seconds), qr.ValidFor);
            Assert.StartsWith("https://wa.me/settings/linked_devices#2@", qr.Text, StringComparison.Ordinal);
            Assert.EndsWith(",1", qr.Text, StringComparison.Ordinal);
            texts.Add(qr.Text);
            network.Advance(TimeSpan.FromSeconds(seconds));
        }

        var failed = await pairing.NextAsync<PairingEvent.Failed>();
        Assert.Equal(6, texts.Distinct().Count());
        Assert.Equal(new PairingFailure.TimedOut(), failed.Failure);
        var exception = await Assert.ThrowsAsync<WhatsAppPairingException>(() => pairing.Completion.Within());
        Assert.Equal(failed.Failure, exception.Failure);
        Assert.Equal(WhatsAppState.Disconnected, client.State);
    }

    [Fact]
    public async Task Later_code_can_be_scanned_as_well()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        await pairing.NextAsync<PairingEvent.QrCode>();
        network.Advance(TimeSpan.FromSeconds(60));

        var second = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await network.Server.ScanAsync(account, second.Text).Within();

        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
    }

    [Fact]
    public async Task Older_form_has_four_fields_and_no_prefix()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr(OlderForm: true));

        var qr = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await network.Server.ScanAsync(account, qr.Text).Within();

        Assert.StartsWith("2@", qr.Text, StringComparison.Ordinal);
        Assert.Equal(4, qr.Text.Split(',').Length);
        Assert.True(outcome.IsLinked, outcome.Reason);
    }

    [Fact]
    public async Task Server_that_wants_a_new_secret_gets_the_same_reference_with_one()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create(new AccountSpec { RefreshOnScan = true });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var first = await pairing.NextAsync<PairingEvent.QrCode>();
        network.Advance(TimeSpan.FromSeconds(10));

        var refused = await network.Server.ScanAsync(account, first.Text).Within();
        var second = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await network.Server.ScanAsync(account, second.Text).Within();

        Assert.Equal(PairingStatus.ScanAgain, refused.Status);
        Assert.Equal(TimeSpan.FromSeconds(50), second.ValidFor);
        Assert.Equal(first.Text.Split(',')[..3], second.Text.Split(',')[..3]);
        Assert.NotEqual(first.Text, second.Text);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
        network.AssertNothingRefused();
    }

    [Theory]
    [InlineData(PairSuccessDefect.WrongHmac, PairingFault.HmacMismatch, "401 hmac-mismatch")]
    [InlineData(PairSuccessDefect.WrongAccountSignature, PairingFault.SignatureMismatch, "401 signature-mismatch")]
    [InlineData(PairSuccessDefect.Truncated, PairingFault.Malformed, "500 internal-error")]
    public async Task Account_that_does_not_prove_itself_is_refused(PairSuccessDefect defect, PairingFault fault, string reply)
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.PairSuccess { Defect = defect });
        var store = new InMemoryWhatsAppStore();
        await using var client = network.CreateClient(store);
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();

        var outcome = await network.Server.ScanAsync(network.Server.Accounts.Create(), qr.Text).Within();

        Assert.Equal(PairingStatus.Rejected, outcome.Status);
        Assert.Contains(reply, outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(new PairingFailure.Rejected(fault), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        Assert.False((await store.LoadAsync(CancellationToken.None))!.IsPaired);
        Assert.Null(client.Account);
    }

    [Fact]
    public async Task Pairing_that_cannot_be_stored_is_refused_before_the_phone_believes_it()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        var store = new FaultyStore { Refuses = credentials => credentials.IsPaired };
        await using var client = network.CreateClient(store);
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();

        var outcome = await network.Server.ScanAsync(account, qr.Text).Within();

        Assert.Equal(PairingStatus.Rejected, outcome.Status);
        Assert.Empty(account.Devices);
        Assert.Equal(new PairingFailure.Rejected(PairingFault.NotStored), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        Assert.Null(client.Account);
    }

    [Fact]
    public async Task Sink_that_cannot_store_the_pairing_undoes_it()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        var store = new InMemoryWhatsAppStore();
        await using var client = network.CreateClient(
            store, options => options with { EventSink = new Sink(e => e is WhatsAppEvent.Paired) });
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();

        await network.Server.ScanAsync(account, qr.Text).Within();

        Assert.Equal(new PairingFailure.Rejected(PairingFault.NotStored), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        Assert.False((await store.LoadAsync(CancellationToken.None))!.IsPaired);
    }

    [Fact]
    public async Task Everything_is_stored_before_the_phone_hears_of_it()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        var linkedWhenSaved = -1;
        var store = new FaultyStore();
        store.Saving = credentials =>
        {
            if (credentials.IsPaired && linkedWhenSaved < 0)
            {
                linkedWhenSaved = account.Devices.Count;
            }
        };
        await using var client = network.CreateClient(store);

        await network.LinkAsync(client, account);

        Assert.Equal(0, linkedWhenSaved);
        Assert.Single(account.Devices);
    }

    [Theory]
    [InlineData(RestartDefect.Omitted)]
    [InlineData(RestartDefect.Delayed)]
    public async Task Client_logs_in_by_itself_when_the_restart_does_not_come(RestartDefect defect)
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.Restart { Defect = defect, By = TimeSpan.FromSeconds(30) });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var qr = await pairing.NextAsync<PairingEvent.QrCode>();
        await network.Server.ScanAsync(network.Server.Accounts.Create(), qr.Text).Within();
        await pairing.NextAsync<PairingEvent.Paired>();

        await network.ElapseAsync(TimeSpan.FromSeconds(5));

        await pairing.Completion.Within();
    }

    [Fact]
    public async Task Close_without_the_restart_is_good_enough()
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.Restart { Defect = RestartDefect.CloseOnly });
        await using var client = network.CreateClient();

        await network.LinkAsync(client, network.Server.Accounts.Create());

        Assert.Equal(WhatsAppState.Connected, client.State);
    }

    [Fact]
    public async Task Lost_connection_is_made_again_and_shows_new_codes()
    {
        await using var network = await Network.StartAsync();
        var account = network.Server.Accounts.Create();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());
        var first = await pairing.NextAsync<PairingEvent.QrCode>();

        network.Server.Faults.Add(new Fault.Drop());
        await network.ElapseAsync(TimeSpan.FromSeconds(1));
        var second = await pairing.NextAsync<PairingEvent.QrCode>();
        var outcome = await network.Server.ScanAsync(account, second.Text).Within();

        Assert.NotEqual(first.Text, second.Text);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await pairing.Completion.Within();
    }

    [Fact]
    public async Task Refused_registration_ends_the_pairing()
    {
        await using var network = await Network.StartAsync();
        network.Server.Faults.Add(new Fault.Failure { Reason = 405 });
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());

        var failed = await pairing.NextAsync<PairingEvent.Failed>();

        Assert.Equal(new PairingFailure.Disconnected(new DisconnectReason.ClientOutdated()), failed.Failure);
    }

    [Fact]
    public async Task Disposing_the_session_gives_the_pairing_up()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        var pairing = await client.PairAsync(new PairingMethod.Qr());
        await pairing.NextAsync<PairingEvent.QrCode>();

        await pairing.DisposeAsync().AsTask().Within();

        Assert.Equal(new PairingFailure.Cancelled(), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        await network.NextAsync(SimulatorEventKind.Disconnected);
        await using var again = await client.PairAsync(new PairingMethod.Qr());
        await again.NextAsync<PairingEvent.QrCode>();
    }

    [Fact]
    public async Task Disconnecting_gives_the_pairing_up()
    {
        await using var network = await Network.StartAsync();
        await using var client = network.CreateClient();
        await using var pairing = await client.PairAsync(new PairingMethod.Qr());

        await client.DisconnectAsync().Within();

        Assert.Equal(new PairingFailure.Cancelled(), (await pairing.NextAsync<PairingEvent.Failed>()).Failure);
        Assert.Equal(WhatsAppState.Disconnected, client.State);
    }

    [Fact]
    public async Task Linked_device_is_not_linked_again()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.PairAsync(new PairingMethod.Qr()));
        await client.DisconnectAsync().Within();
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.PairAsync(new PairingMethod.Qr()));
    }

    [Fact]
    public async Task Session_that_is_disposed_after_the_pairing_leaves_the_client_connected()
    {
        await using var network = await Network.StartAsync();
        var (client, _) = await network.ConnectedClientAsync();
        await using var owned = client;

        Assert.Equal(WhatsAppState.Connected, client.State);
        var answer = await client.QueryAsync(new("iq", [("xmlns", "w:p"), ("type", "get")])).Within();
        Assert.Equal("result", answer["type"]);
    }
}

/// <summary>A sink that cannot store some events.</summary>
internal sealed class Sink(Func<WhatsAppEvent, bool> refuses) : IWhatsAppEventSink
{
    public ValueTask OnEventAsync(WhatsAppEvent happened, CancellationToken cancellationToken) => refuses(happened)
        ? ValueTask.FromException(new WhatsAppStoreException("The sink refuses, as the test wants it."))
        : default;
}
