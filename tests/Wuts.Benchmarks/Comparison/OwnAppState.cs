using Wuts.Benchmarks.Sync;
using Wuts.WhatsApp.AppState;

namespace Wuts.Benchmarks.Comparison;

/// <summary>
/// Our way from the bytes of an address book to verified, decoded contacts, timed as <c>bench/app-state.mjs</c> times Baileys':
/// by the processor time of the whole process, garbage collection included.
/// </summary>
internal sealed class OwnAppState(AppStateWorkload workload, InMemoryAppStateStore store)
{
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(0.5);

    private readonly HashSet<string> _warm = [];

    /// <summary>One round of a case, in nanoseconds; the mean of as many runs as fill half a second.</summary>
    public async Task<double> RoundAsync(string name, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task> run = name switch
        {
            "snapshot" => ReadSnapshotAsync,
            "patches" => ApplyPatchesAsync,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
        if (_warm.Add(name))
        {
            await MeanAsync(run, WarmUpTime, cancellationToken);
        }

        return (await MeanAsync(run, SampleTime, cancellationToken)).TotalNanoseconds;
    }

    private static async Task<TimeSpan> MeanAsync(
        Func<CancellationToken, Task> run, TimeSpan enough, CancellationToken cancellationToken)
    {
        var count = 0;
        var start = Environment.CpuUsage.TotalTime;
        TimeSpan used;
        do
        {
            await run(cancellationToken);
            used = Environment.CpuUsage.TotalTime - start;
            count++;
        }
        while (used < enough);

        return used / count;
    }

    private async Task ReadSnapshotAsync(CancellationToken cancellationToken)
    {
        var empty = new InMemoryAppStateStore();
        using var draft = new CollectionDraft(AppStateWorkload.Collection, CollectionState.Empty, empty, workload.Ring);
        draft.Replace(workload.ReadSnapshot());
        Expect(workload.Contacts, await draft.BuildDeltaAsync(cancellationToken));
    }

    private async Task ApplyPatchesAsync(CancellationToken cancellationToken)
    {
        var state = await store.LoadStateAsync(AppStateWorkload.Collection, cancellationToken);
        using var draft = new CollectionDraft(AppStateWorkload.Collection, state, store, workload.Ring);
        var patches = workload.Patches.Select(static patch => PatchEnvelope.Read(patch)).ToList();
        if (await draft.ApplyAsync(patches, cancellationToken) is { } failure)
        {
            throw new InvalidOperationException($"A patch was not applied: {failure}.");
        }

        Expect(workload.Renamed, await draft.BuildDeltaAsync(cancellationToken));
    }

    private static void Expect(int contacts, AppStateDelta delta)
    {
        if (delta.Changes.Count(static change => change is AppStateChange.ContactSet) != contacts)
        {
            throw new InvalidOperationException("Contacts were lost.");
        }
    }
}
