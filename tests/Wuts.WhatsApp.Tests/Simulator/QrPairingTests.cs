using Wuts.Simulator;
using Wuts.Testing;

namespace Wuts.WhatsApp.Tests.Simulator;

public class QrPairingTests
{
    [Fact]
    public async Task Device_is_linked_by_QR_and_logs_in_afterwards()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { Phone = "15550001234", Lid = "100000012345678" });
        var device = new TestDevice();

        await TestClient.LinkAsync(simulator, account, device);
        await using var client = await TestClient.LoginAsync(simulator, device);

        Assert.Equal("15550001234:1@s.whatsapp.net", device.Jid.ToString());
        Assert.Equal(1, Assert.Single(account.Devices).Logins);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Offer_has_six_references_that_end_after_60_and_20_seconds_each()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        var account = simulator.Server.Accounts.Create();
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var _ = client;

        Assert.Equal(6, references.Length);
        time.Advance(TimeSpan.FromSeconds(79));
        Assert.Equal(PairingStatus.Expired, (await simulator.Server.ScanAsync(account, device.Qr(references[0]))).Status);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(PairingStatus.Expired, (await simulator.Server.ScanAsync(account, device.Qr(references[1]))).Status);
        Assert.All(simulator.Server.Refusals, refusal => Assert.Equal(RefusalKind.ExpiredReference, refusal.Kind));

        var scan = simulator.Server.ScanAsync(account, device.Qr(references[2]));
        await client.SendAsync(device.PairReply(await client.ReceiveAsync()));
        Assert.True((await scan).IsLinked);
    }

    [Fact]
    public async Task New_references_replace_the_old_ones()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var device = new TestDevice();
        var (client, old) = await TestClient.RegisterAsync(simulator, device);
        await using var _ = client;

        Assert.True(simulator.Server.OfferReferences(simulator.Server.Connections[0].Id));
        var current = await client.TakeReferencesAsync();

        Assert.Empty(old.Intersect(current));
        Assert.Equal(PairingStatus.UnknownReference, (await simulator.Server.ScanAsync(account, device.Qr(old[0]))).Status);
        Assert.Equal(RefusalKind.UnknownReference, Assert.Single(simulator.Server.Refusals).Kind);
    }
}
