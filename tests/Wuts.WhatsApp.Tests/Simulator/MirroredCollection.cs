using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using SyncKey = Wuts.WhatsApp.AppState.AppStateSyncKey;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>
/// A collection as a device sees it, with every MAC checked: what the simulator hands out is judged by the library's
/// primitives, and by nothing of its own.
/// </summary>
internal sealed class MirroredCollection(SimulatorHost simulator, Companion companion, AppStateCollection name)
{
    private readonly Dictionary<AppStateMac, AppStateRecord> _records = [];
    private LtHash _hash = new();

    public AppStateKeyRing Ring { get; private set; } = AppStateKeyRing.Empty;

    public ulong? Version { get; set; }

    public LtHash Hash => _hash;

    public IEnumerable<AppStateRecord> Records => _records.Values;

    /// <summary>The entries by index, such as <c>["contact","…"]</c>.</summary>
    public Dictionary<string, SyncActionValue> Entries => _records.Values.ToDictionary(
        record => Encoding.UTF8.GetString(record.Index.Span), record => SyncActionValue.Parser.ParseFrom(record.Value.Span));

    public string? NameOf(Jid jid) =>
        Entries.TryGetValue($"""["contact","{jid}"]""", out var value) ? value.ContactAction.FullName : null;

    public void Learn(AppStateSyncKeyShare share) => Ring = Ring.With(share.Keys
        .Where(key => key.KeyData is not null)
        .Select(key => new SyncKey(new AppStateKeyId(key.KeyId.KeyId.Span), key.KeyData.KeyData.Span, key.KeyData.Timestamp)));

    public void Use(AppStateKeyRing ring) => Ring = ring;

    /// <summary>Asks for the collection as it stands; snapshot first.</summary>
    public async Task<Node> AskAsync(bool snapshot = false)
    {
        var answer = await companion.AskAsync("set", "w:sync:app:state", new Node("sync", [], [new Node("collection",
        [
            ("name", name.WireName()),
            ("version", Version is { } version && !snapshot ? (AttributeValue)(long)version : default),
            ("return_snapshot", Version is null || snapshot ? "true" : "false"),
        ])]));
        return answer.Child("sync")!.Child("collection")!;
    }

    /// <summary>Fetches until up to date.</summary>
    /// <returns>How many answers that took.</returns>
    public async Task<int> FetchAsync()
    {
        for (var pages = 1; ; pages++)
        {
            var collection = await AskAsync();
            await ApplyAsync(collection);
            if (collection["has_more_patches"] != "true")
            {
                return pages;
            }
        }
    }

    public async Task ApplyAsync(Node collection)
    {
        if (collection.Child("snapshot") is { } reference)
        {
            var blob = ExternalBlobReference.Parser.ParseFrom(reference.ContentBytes.Span);
            ApplySnapshot(SyncdSnapshot.Parser.ParseFrom(await DownloadAsync(simulator, blob, MediaKind.AppState)));
        }

        foreach (var patch in collection.Child("patches")?.Children.ToArray() ?? [])
        {
            await ApplyPatchAsync(SyncdPatch.Parser.ParseFrom(patch.ContentBytes.Span));
        }

        Version ??= ulong.Parse(collection["version"]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Downloads and decrypts a file as a device does.</summary>
    public static async Task<byte[]> DownloadAsync(SimulatorHost simulator, ExternalBlobReference blob, MediaKind kind)
    {
        using var http = new HttpClient();
        var hash = Base64Url.EncodeToString(blob.FileEncSha256.Span);
        var url = $"{simulator.MediaBaseUrl}{blob.DirectPath}&hash={hash}&mms-type={kind.MmsType()}&__wa-mms=";
        using var response = await http.GetAsync(url).WaitAsync(TestClient.Guard);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var file = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(blob.FileEncSha256.ToByteArray(), SHA256.HashData(file));
        var keys = new MediaKeys(blob.MediaKey.Span, kind);
        byte[] authenticated = [.. keys.Iv, .. file.AsSpan(..^10)];
        Assert.Equal(HMACSHA256.HashData(keys.MacKey, authenticated)[..10], file[^10..]);
        using var aes = Aes.Create();
        aes.SetKey(keys.CipherKey);
        var plain = aes.DecryptCbc(file.AsSpan(..^10), keys.Iv);
        Assert.Equal(blob.FileSha256.ToByteArray(), SHA256.HashData(plain));
        return plain;
    }

    public void ApplySnapshot(SyncdSnapshot snapshot)
    {
        _records.Clear();
        _hash = new LtHash();
        using var decoder = new MutationDecoder(Ring);
        foreach (var encrypted in snapshot.Records)
        {
            var fault = decoder.TryDecode(MutationOperation.Set, EncryptedRecord.Read(encrypted.ToByteArray()), out var record);
            Assert.Equal(MutationFault.None, fault);
            _records.Add(record.IndexMac, record);
            _hash.Add(record.ValueMac);
        }

        AssertMac(snapshot.KeyId, snapshot.Version.Version, snapshot.Mac);
        Version = snapshot.Version.Version;
    }

    public async Task ApplyPatchAsync(SyncdPatch patch)
    {
        var version = patch.Version?.Version ?? Version!.Value + 1;
        Assert.Equal(Version!.Value + 1, version);
        var mutations = patch.Mutations.ToList();
        if (patch.ExternalMutations is { } external)
        {
            Assert.Empty(mutations);
            var plain = await DownloadAsync(simulator, external, MediaKind.AppState);
            mutations.AddRange(SyncdMutations.Parser.ParseFrom(plain).Mutations);
        }

        Assert.True(Ring.TryGet(patch.KeyId.Id.Span, out var keys));
        var valueMacs = mutations.Select(mutation => new AppStateMac(mutation.Record.Value.Blob.Span[^AppStateMac.Size..]));
        Assert.True(AppStateMacs.Patch(keys.PatchMacKey, patch.SnapshotMac.Span, valueMacs, version, name).Matches(patch.PatchMac.Span));
        using var decoder = new MutationDecoder(Ring);
        foreach (var mutation in mutations)
        {
            var operation = (MutationOperation)mutation.Operation;
            var fault = decoder.TryDecode(operation, EncryptedRecord.Read(mutation.Record.ToByteArray()), out var record);
            Assert.Equal(MutationFault.None, fault);
            if (_records.Remove(record.IndexMac, out var old))
            {
                _hash.Subtract(old.ValueMac);
            }

            if (operation == MutationOperation.Set)
            {
                _records.Add(record.IndexMac, record);
                _hash.Add(record.ValueMac);
            }
        }

        AssertMac(patch.KeyId, version, patch.SnapshotMac);
        Version = version;
    }

    private void AssertMac(KeyId keyId, ulong version, ByteString mac)
    {
        Assert.True(Ring.TryGet(keyId.Id.Span, out var keys));
        Assert.True(AppStateMacs.Snapshot(keys.SnapshotMacKey, _hash, version, name).Matches(mac.Span));
    }
}
