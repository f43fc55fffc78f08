using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>The file appstate-contacts.json in the terms of the library.</summary>
internal static class ContactsVector
{
    public const AppStateCollection Collection = AppStateCollection.CriticalUnblockLow;

    public static JsonElement Root { get; } = VectorFile.Open("appstate-contacts.json");

    public static JsonElement Snapshot { get; } = Root.GetProperty("snapshot");

    public static IReadOnlyList<JsonElement> Patches { get; } = [.. Root.GetProperty("patches").EnumerateArray()];

    public static AppStateKeyRing Ring { get; } = AppStateKeyRing.Empty.With(Keys());

    public static AppStateKeyRing RingWith(params string[] ids) =>
        AppStateKeyRing.Empty.With(Keys().Where(k => ids.Contains(k.Id.ToString())));

    /// <summary>A store that was brought to the state after the snapshot and all patches up to a version.</summary>
    public static async Task<InMemoryAppStateStore> StoreAtAsync(ulong version)
    {
        var store = new InMemoryAppStateStore();
        using var draft = new CollectionDraft(Collection, CollectionState.Empty, store, Ring);
        draft.Replace(ReadSnapshot());
        var patches = Patches.Where(p => p.GetProperty("version").GetUInt64() <= version).Select(ReadPatch).ToList();
        Assert.Null(await draft.ApplyAsync(patches, default));
        await store.CommitAsync(await draft.BuildDeltaAsync(default), default);
        return store;
    }

    public static VerifiedSnapshot ReadSnapshot()
    {
        using var blob = new MemoryStream(Snapshot.HexOf("syncd_snapshot_proto"));
        Assert.True(SnapshotReader.TryRead(blob, Collection, Ring, AppStateLimits.Default, out var snapshot, out _));
        return snapshot;
    }

    public static PatchEnvelope ReadPatch(JsonElement patch)
    {
        var envelope = PatchEnvelope.Read(patch.HexOf("syncd_patch_proto"));
        if (patch.TryGetProperty("external", out var external))
        {
            Assert.NotNull(envelope.External);
            envelope.UseDownloaded(external.HexOf("syncd_mutations_proto"));
        }

        return envelope;
    }

    /// <summary>Requires version, hash and every row of a store to be those of a vector.</summary>
    public static async Task AssertStateAsync(JsonElement expected, IAppStateStore store, AppStateCollection collection = Collection)
    {
        var state = await store.LoadStateAsync(collection, default);
        Assert.Equal(expected.GetProperty("version").GetUInt64(), state.Version);
        Assert.Equal(expected.TextOf("lthash"), Hex.Text(state.Hash.Span));
        var actual = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var record in store.ReadAllAsync(collection, default))
        {
            actual.Add(record.IndexMac.ToString(), record.ValueMac.ToString());
        }

        var macs = expected.GetProperty("index_value_macs").EnumerateObject();
        Assert.Equal(new SortedDictionary<string, string>(macs.ToDictionary(p => p.Name, p => p.Value.GetString()!), StringComparer.Ordinal), actual);
    }

    private static IEnumerable<AppStateSyncKey> Keys() => Root.GetProperty("sync_keys").EnumerateObject().Select(
        (key, i) => new AppStateSyncKey(new AppStateKeyId(Hex.Bytes(key.Name)), key.Value.HexOf("key_data"), 1000 + i));
}
