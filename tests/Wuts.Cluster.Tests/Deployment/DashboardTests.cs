using System.Text.Json;
using System.Text.RegularExpressions;
using Wuts.Cluster.Tests.Failover;

namespace Wuts.Cluster.Tests.Deployment;

/// <summary>The dashboard shows what processes of a cluster export.</summary>
public sealed partial class DashboardTests
{
    [PostgresFact]
    public async Task Every_metric_that_it_names_is_exported_by_a_silo_or_the_API()
    {
        await using var scene = await ClusterScene.StartAsync();
        var silo = await scene.AddAsync("silo");
        var api = await scene.AddAsync("api");
        await scene.RegisterAsync(api);
        await scene.LinkAsync(api, 1);

        var (ofSilo, ofApi) = (await ScrapeAsync(silo), await ScrapeAsync(api));

        Assert.Empty(Dashboard().Except(ofSilo.Union(ofApi)));
        Assert.Contains("orleans_catalog_activations", ofSilo);
        Assert.Contains("orleans_app_requests_latency_milliseconds_bucket", ofApi);
        Assert.Contains("wuts_device_state", ofSilo);
        Assert.DoesNotContain("wuts_device_state", ofApi);
    }

    private static async Task<HashSet<string>> ScrapeAsync(SiloProcess process)
    {
        using var answer = await process.AskAsync(HttpMethod.Get, "/metrics", "none");
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync();
        return [.. Family().Matches(text).SelectMany(family => family.Groups[2].Value == "histogram"
            ? (string[])["_bucket", "_sum", "_count"]
            : [""], (family, part) => family.Groups[1].Value + part)];
    }

    private static HashSet<string> Dashboard()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(DeploymentFilesTests.Root, "deploy/grafana/wuts.json")));
        var asked = document.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)
            .Concat(document.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray().Select(list => list.GetProperty("query").GetString()!));
        var names = asked.SelectMany(text => Name().Matches(text)).Select(name => name.Value).ToHashSet();
        Assert.True(names.Count > 10);
        return names;
    }

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("(wuts|orleans|dotnet)_[a-z0-9_]+")]
    private static partial Regex Name();
}
