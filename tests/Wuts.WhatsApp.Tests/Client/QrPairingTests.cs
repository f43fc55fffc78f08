using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Tests.Transport;

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
        network.AssertNothingRefused();
    }
}
