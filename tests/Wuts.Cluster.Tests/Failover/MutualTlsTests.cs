using System.Net;
using Wuts.Cluster.Tests.Silo;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>Processes with certificates speak with each other, and with nobody who has none of their authority.</summary>
public sealed class MutualTlsTests : IDisposable
{
    private readonly Authority _authority = new();
    private readonly Authority _stranger = new();

    // Strangers would let the cluster in: so it is the cluster's own check that keeps them out.
    public MutualTlsTests() => File.AppendAllText(_stranger.Path, "\n" + File.ReadAllText(_authority.Path));

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [PostgresFact]
    public async Task Processes_with_certificates_of_one_authority_serve_together()
    {
        await using var scene = await ClusterScene.StartAsync(new SceneOptions { Settings = Environment(_authority) });
        await scene.AddAsync("silo");
        await scene.AddAsync("silo");
        var api = await scene.AddAsync("api");
        await scene.RegisterAsync(api);
        await scene.LinkAsync(api, 2);

        foreach (var device in scene.Devices)
        {
            using var answer = await scene.AskForContactsAsync(api, device);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [PostgresFact]
    public async Task A_silo_with_a_certificate_of_another_authority_or_with_none_does_not_get_in()
    {
        await using var scene = await ClusterScene.StartAsync(new SceneOptions { Settings = Environment(_authority) });
        var silo = await scene.AddAsync("silo");
        SiloProcess[] refused =
        [
            scene.Launch("silo", Environment(_stranger)),
            scene.Launch("silo", Environment(_authority).ToDictionary(setting => setting.Key, _ => "")),
        ];

        foreach (var process in refused)
        {
            // It tries for half a minute, and ends; it must not have been ready at any time before.
            await Eventually.IsAsync(() => HasEndedUnreadyAsync(process), ended => ended, () => process.Output);
        }

        Assert.True(await silo.IsReadyAsync());
    }

    [PostgresFact]
    public async Task An_API_with_a_certificate_of_another_authority_finds_no_silo()
    {
        await using var scene = await ClusterScene.StartAsync(new SceneOptions { Settings = Environment(_authority) });
        var silo = await scene.AddAsync("silo");
        var api = scene.Launch("api", Environment(_stranger));

        // Clients try again for ever, so it does not end: what the silo says of an attempt has to do.
        await Eventually.IsAsync(
            () => Task.FromResult(silo.Output.Contains("AuthenticationException", StringComparison.Ordinal)), refused => refused, () => $"{silo.Output} {api.Output}");

        Assert.False(await api.IsReadyAsync());
    }

    private static async Task<bool> HasEndedUnreadyAsync(SiloProcess process)
    {
        try
        {
            Assert.False(await process.IsReadyAsync(), process.Output);
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    private static Dictionary<string, string> Environment(Authority authority) =>
        authority.Issue().ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
}
