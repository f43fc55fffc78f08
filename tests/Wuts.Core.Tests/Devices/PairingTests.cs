using Wuts.Core.Devices;
using Wuts.Core.Tests.Stores;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.Core.Tests.Devices;

/// <summary>Who asks for a code while a pairing goes on does not disturb it.</summary>
public sealed class PairingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_code_that_is_asked_for_while_the_scan_is_being_taken_does_not_end_the_pairing(bool refresh)
    {
        // The phone has scanned, and WhatsApp waits for the device's signature: it leaves when the account is stored.
        HeldCatalog catalog = null!;
        await using var scene = await Scene.StartAsync(services => services with
        {
            Catalog = catalog = new HeldCatalog(services.Catalog, record => record.Account is not null),
        });
        await scene.CreateDeviceAsync();
        using var events = scene.Events.Subscribe();
        var account = scene.Server.Accounts.Create();
        var qr = await scene.Device.GetQrAsync(refresh: false, Guard.Limit, CancellationToken.None).Value();
        var scan = scene.Server.ScanAsync(account, qr.Text);
        await catalog.Held.Within();

        try
        {
            var taken = new Failure.Conflict(ConflictKind.AlreadyLinked);
            Assert.Equal(taken, await scene.Device.GetQrAsync(refresh, Guard.Limit, CancellationToken.None).Failure());
            Assert.Equal(taken, await scene.Device
                .GetPairCodeAsync(PhoneNumber.Parse("5511900000000"), refresh, Guard.Limit, CancellationToken.None).Failure());
        }
        finally
        {
            catalog.Release();
        }

        var outcome = await scan.Within();
        Assert.True(outcome.IsLinked, outcome.Reason);
        await Scene.ReachAsync(events, DeviceState.Connected);
        Assert.Single(account.Devices);
    }

    [Fact]
    public async Task A_second_question_for_a_code_before_the_scan_gets_the_same_code()
    {
        await using var scene = await Scene.StartAsync();
        await scene.CreateDeviceAsync();
        var first = await scene.Device.GetQrAsync(refresh: false, Guard.Limit, CancellationToken.None).Value();
        var second = await scene.Device.GetQrAsync(refresh: false, Guard.Limit, CancellationToken.None).Value();

        Assert.Equal(first.Text, second.Text);
        Assert.True(second.FromCache);
        Assert.True((await scene.Server.ScanAsync(scene.Server.Accounts.Create(), first.Text).Within()).IsLinked);
    }
}
