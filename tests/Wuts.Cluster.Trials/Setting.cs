using System.Globalization;
using Wuts.Cluster.Scene;

namespace Wuts.Cluster.Trials;

/// <summary>What all trials have in common: a cluster with linked devices.</summary>
internal static class Setting
{
    /// <summary>A believable small account; a large one is measured elsewhere.</summary>
    public const int Contacts = 50, Groups = 3;

    /// <summary>Starts silos and an API process, and links devices.</summary>
    public static async Task<(ClusterScene Scene, List<SiloProcess> Silos, SiloProcess Api)> StartAsync(
        TrialOptions options, int silos, int devices, int movesPerMinute, TextWriter to)
    {
        var scene = await ClusterScene.StartAsync(new SceneOptions
        {
            Program = options.Text("program"),
            ContactsPerAccount = Contacts,
            GroupsPerAccount = Groups,
            OwnDatabase = true,
            Settings = new Dictionary<string, string> { ["Wuts__Cluster__MovesPerMinute"] = movesPerMinute.ToString(CultureInfo.InvariantCulture) },
        });
        var living = new List<SiloProcess>();
        for (var i = 0; i < silos; i++)
        {
            living.Add(await scene.AddAsync("silo"));
        }

        var api = await scene.AddAsync("api");
        await scene.RegisterAsync(api);
        await scene.LinkAsync(api, devices);
        await to.WriteLineAsync(Line($"{silos} silos, one API process, {devices} devices with {Contacts} contacts and {Groups} groups each"));
        return (scene, living, api);
    }

    /// <summary>A line for people, the same in every country.</summary>
    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Who owns what.</summary>
    public static async Task<Dictionary<SiloProcess, IReadOnlyList<SceneDevice>>> OwnersAsync(this ClusterScene scene, IEnumerable<SiloProcess> silos)
    {
        var owned = new Dictionary<SiloProcess, IReadOnlyList<SceneDevice>>();
        foreach (var silo in silos)
        {
            owned[silo] = await scene.OwnedByAsync(silo);
        }

        return owned;
    }

    /// <summary>How many calls became what.</summary>
    public static string Summary(IReadOnlyCollection<Call> calls) =>
        Line($"{calls.Count} calls: {calls.Count(c => c.Outcome == CallOutcome.Right)} right, {calls.Count(c => c.Outcome == CallOutcome.Later)} later, {calls.Count(c => c.Outcome == CallOutcome.Wrong)} wrong");

    /// <summary>Some calls with what was wrong about them.</summary>
    public static string Examples(IEnumerable<Call> calls) =>
        string.Concat(calls.Take(3).Select(call => Line($"\n          {call.Path} after {call.Took.TotalSeconds:0.0} s: {call.Fault}")));
}
