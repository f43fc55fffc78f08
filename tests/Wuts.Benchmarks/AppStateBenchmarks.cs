using BenchmarkDotNet.Attributes;
using Wuts.Benchmarks.Sync;
using Wuts.WhatsApp.AppState;

namespace Wuts.Benchmarks;

/// <summary>
/// What an address book costs: from the bytes of a snapshot to verified contacts, and a thousand patches on top of it. The
/// database is not in it.
/// </summary>
[MemoryDiagnoser]
public class AppStateBenchmarks
{
    private AppStateWorkload _workload = null!;
    private InMemoryAppStateStore _store = null!;
    private CollectionState _state = null!;

    /// <summary>Number of contacts in the snapshot.</summary>
    [Params(10_000, 100_000)]
    public int Contacts { get; set; }

    /// <summary>Writes the address book.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        _workload = new AppStateWorkload(Contacts);
        _store = await _workload.NewStoreAsync();
        _state = await _store.LoadStateAsync(AppStateWorkload.Collection, default);
    }

    /// <summary>All MACs, decryption, and the contacts in it.</summary>
    [Benchmark]
    public async Task<int> SnapshotDecodedAndVerified()
    {
        var empty = new InMemoryAppStateStore();
        using var draft = new CollectionDraft(AppStateWorkload.Collection, CollectionState.Empty, empty, _workload.Ring);
        draft.Replace(_workload.ReadSnapshot());
        return CountContacts(await draft.BuildDeltaAsync(default));
    }

    /// <summary>The same state again, compared with what is stored: nothing is to be written.</summary>
    [Benchmark]
    public async Task<int> FullResyncWithoutDifferences()
    {
        using var draft = new CollectionDraft(AppStateWorkload.Collection, _state, _store, _workload.Ring);
        draft.Replace(_workload.ReadSnapshot());
        return (await draft.BuildDeltaAsync(default)).Upserts.Count;
    }

    /// <summary>A thousand patches of one mutation each, verified one after the other.</summary>
    [Benchmark]
    public async Task<int> ThousandPatchesApplied()
    {
        using var draft = new CollectionDraft(AppStateWorkload.Collection, _state, _store, _workload.Ring);
        var patches = _workload.Patches.Select(p => PatchEnvelope.Read(p)).ToList();
        return await draft.ApplyAsync(patches, default) is { } failure
            ? throw new InvalidOperationException($"A patch was not applied: {failure}.")
            : CountContacts(await draft.BuildDeltaAsync(default));
    }

    private static int CountContacts(AppStateDelta delta) => delta.Changes.Count(c => c is AppStateChange.ContactSet);
}
