using Wuts.Core.Devices;
using Wuts.Testing;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Core.Tests.Devices;

/// <summary>Which version of WhatsApp Web a connection names. Protocol section 4.4.</summary>
public sealed class ClientVersionTests
{
    private static readonly ClientVersion Known = ClientVersion.Default;

    [Fact]
    public void The_version_rises_and_never_falls()
    {
        var version = new NewestClientVersion(Known);

        Assert.False(version.Raise(Known));
        Assert.False(version.Raise(Known with { Revision = Known.Revision - 1 }));
        Assert.True(version.Raise(Known with { Revision = Known.Revision + 1 }));
        Assert.False(version.Raise(Known));
        Assert.Equal(Known with { Revision = Known.Revision + 1 }, version.Current);
    }

    [Fact]
    public void A_version_that_is_far_above_or_of_another_kind_is_not_believed()
    {
        var version = new NewestClientVersion(Known);

        Assert.False(version.Raise(Known with { Revision = Known.Revision + NewestClientVersion.LongestStep + 1 }));
        Assert.False(version.Raise(Known with { Revision = uint.MaxValue }));
        Assert.False(version.Raise(new ClientVersion(3, 0, Known.Revision + 1)));
        Assert.Equal(Known, version.Current);
        Assert.True(version.Raise(Known with { Revision = Known.Revision + NewestClientVersion.LongestStep }));
    }

    [Fact]
    public async Task New_connections_name_the_version_that_was_found_meanwhile()
    {
        var version = new NewestClientVersion(Known);
        await using var scene = await Scene.StartAsync(
            s => s with { ClientVersion = version }, server: o => o with { MinimumRevision = Known.Revision + 10 });
        await scene.CreateDeviceAsync();
        using var events = scene.Events.Subscribe();
        await scene.Device.GetQrAsync(false, Guard.Limit, CancellationToken.None).Failure();
        var refused = await Scene.ReachAsync(events, DeviceState.PairingExpired);
        Assert.Equal(DeviceProblemKind.ClientOutdated, refused.Problem?.Kind);

        Assert.True(version.Raise(Known with { Revision = Known.Revision + 10 }));

        await scene.LinkAsync();
        Assert.Equal(DeviceState.Connected, (await scene.Device.GetStatusAsync(CancellationToken.None).Value()).State);
    }
}
