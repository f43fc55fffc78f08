namespace Wuts.Cluster.Tests.Failover;

/// <summary>A silo that joins others which have all the devices.</summary>
public sealed class RebalanceTests
{
    private const int Count = 12;

    [PostgresFact]
    public async Task A_silo_that_joins_gets_its_share_and_each_device_that_moves_logs_in_once_more()
    {
        await using var scene = await ClusterScene.StartAsync(new SceneOptions
        {
            Settings = new Dictionary<string, string> { ["Wuts__Cluster__MovesPerMinute"] = "120" },
        });
        var first = await scene.AddAsync("all");
        await scene.RegisterAsync(first);
        await scene.LinkAsync(first, Count);
        var before = scene.Devices.ToDictionary(device => device, device => device.Linked.Logins);

        var second = await scene.AddAsync("all");
        var third = await scene.AddAsync("silo");
        await Eventually.IsAsync(
            async () => (First: await scene.OwnedByAsync(first), Second: await scene.OwnedByAsync(second), Third: await scene.OwnedByAsync(third)),
            owned => owned.First.Count + owned.Second.Count + owned.Third.Count == Count && owned.First.Count <= 5
                && owned.Second.Count >= 3 && owned.Third.Count >= 3,
            () => $"{first.Output}\n{second.Output}\n{third.Output}");
        await scene.UntilConnectedAsync(second);

        var kept = (await scene.OwnedByAsync(first)).ToHashSet();
        Assert.All(before, device => Assert.Equal(kept.Contains(device.Key) ? 0 : 1, device.Key.Linked.Logins - device.Value));
        await scene.Wire.CatchUpAsync();
        Assert.Empty(scene.Wire.SecondLogins);
    }
}
