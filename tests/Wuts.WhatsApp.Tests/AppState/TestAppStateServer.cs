using System.Globalization;
using System.Net;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>
/// The server's side of app state around phones: snapshots at times, pages of patches, uploads with conflicts, blobs; and
/// faults on demand. It also plays the connection and the media hosts.
/// </summary>
internal sealed class TestAppStateServer : IAppStateServer, IMediaDownloader
{
    private readonly Dictionary<AppStateCollection, TestPhone> _phones;
    private readonly Dictionary<AppStateCollection, (ulong Version, byte[] Snapshot)> _snapshots = [];
    private readonly Dictionary<string, (byte[] File, MediaKind Kind)> _files = [];
    private readonly Random _random;
    private int _nextId;

    public TestAppStateServer(Random random, params TestPhone[] phones)
    {
        _random = random;
        _phones = phones.ToDictionary(p => p.Collection);
    }

    public IReadOnlyCollection<Jid> OwnDevices { get; set; } = [Jid.Parse("491700000000@s.whatsapp.net")];

    /// <summary>Patches per answer.</summary>
    public int PageSize { get; set; } = 10;

    /// <summary>Queries in order, as they came.</summary>
    public List<Node> Queries { get; } = [];

    /// <summary>Peer messages in order.</summary>
    public List<(Jid Device, Message Message, string Id)> PeerMessages { get; } = [];

    /// <summary>Called with each query; may throw instead of the answer.</summary>
    public Action<Node>? OnQuery { get; set; }

    /// <summary>Changes a patch on its way.</summary>
    public Func<AppStateCollection, byte[], byte[]>? OnPatch { get; set; }

    /// <summary>Changes a blob on its way, before it is encrypted.</summary>
    public Func<byte[], byte[]>? OnBlob { get; set; }

    /// <summary>Replaces the outcome of a download.</summary>
    public Func<MediaDownloadOutcome?>? OnDownload { get; set; }

    /// <summary>Replaces the error of a collection.</summary>
    public Func<AppStateCollection, int?>? OnCollection { get; set; }

    /// <summary>Called before an upload is judged: somebody else may be faster.</summary>
    public Action? BeforeUpload { get; set; }

    public Exception? PeerFailure { get; set; }

    public int Downloads { get; private set; }

    public string NextId() => (++_nextId).ToString(CultureInfo.InvariantCulture);

    /// <summary>Keeps the present state of a collection as the snapshot that is handed out.</summary>
    public void TakeSnapshot(AppStateCollection collection)
    {
        var phone = _phones[collection];
        _snapshots[collection] = (phone.Version, phone.WriteSnapshot());
    }

    public ExternalBlobReference Upload(byte[] plain)
    {
        var key = new byte[32];
        _random.NextBytes(key);
        var media = MediaFile.Encrypt(plain, key, MediaKind.AppState);
        var path = $"/blob/{_files.Count}?x=1";
        _files[path] = (media.File, MediaKind.AppState);
        return new ExternalBlobReference
        {
            MediaKey = ByteString.CopyFrom(key),
            DirectPath = path,
            FileSha256 = ByteString.CopyFrom(media.PlainHash),
            FileEncSha256 = ByteString.CopyFrom(media.EncryptedHash),
            FileSizeBytes = (ulong)media.File.Length,
        };
    }

    public Task<Node> QueryAsync(Node query, CancellationToken cancellationToken)
    {
        Queries.Add(query);
        OnQuery?.Invoke(query);
        var answers = new List<Node>();
        foreach (var collection in query.Child("sync")!.Children)
        {
            Assert.True(AppStateCollections.TryParse(collection["name"], out var name));
            answers.Add(Answer(name, collection));
        }

        return Task.FromResult(new Node("iq", [("id", query["id"]), ("type", "result")], [new Node("sync", [], answers.ToArray())]));
    }

    /// <summary>Called with the id of a peer message after it left and before the sender knows that it did.</summary>
    public Func<string, Task>? OnPeerMessage { get; set; }

    public async Task<string> SendPeerMessageAsync(Jid device, Message message, CancellationToken cancellationToken)
    {
        if (PeerFailure is not null)
        {
            throw PeerFailure;
        }

        var id = $"3EB0{PeerMessages.Count:X8}";
        PeerMessages.Add((device, message, id));
        if (OnPeerMessage is { } called)
        {
            await called(id);
        }

        return id;
    }

    public async Task<MediaDownloadOutcome> DownloadAsync(
        MediaReference reference, MediaKind kind, long limit, CancellationToken cancellationToken)
    {
        Downloads++;
        if (OnDownload?.Invoke() is { } outcome)
        {
            return outcome;
        }

        if (!_files.TryGetValue(reference.DirectPath, out var file) || file.Kind != kind)
        {
            return new MediaDownloadOutcome.Expired(HttpStatusCode.NotFound);
        }

        using var incoming = new IncomingMedia(reference, kind, 64 * 1024 * 1024, Path.GetTempPath());
        await incoming.WriteAsync(file.File, cancellationToken);
        return incoming.Complete(out var content) is { } fault
            ? new MediaDownloadOutcome.Corrupt(fault)
            : new MediaDownloadOutcome.Downloaded(content!);
    }

    private Node Answer(AppStateCollection name, Node request)
    {
        if (OnCollection?.Invoke(name) is { } code)
        {
            return Error(name, code, []);
        }

        if (!_phones.TryGetValue(name, out var phone))
        {
            return new Node("collection", [("name", name.WireName()), ("version", "0")]);
        }

        if (request.Child("patch") is { } patch)
        {
            return Accept(phone, request, patch.ContentBytes.ToArray());
        }

        var children = new List<Node>();
        ulong from;
        if (request["return_snapshot"] == "true")
        {
            from = 0;
            if (_snapshots.TryGetValue(name, out var snapshot))
            {
                from = snapshot.Version;
                var blob = OnBlob?.Invoke(snapshot.Snapshot) ?? snapshot.Snapshot;
                children.Add(new Node("snapshot", [], Upload(blob).ToByteArray()));
            }
        }
        else
        {
            from = ulong.Parse(request["version"]!, CultureInfo.InvariantCulture);
        }

        var page = Following(phone, from).Take(PageSize).ToList();
        if (page.Count > 0)
        {
            children.Add(new Node("patches", [], page.ToArray()));
        }

        var more = from + (ulong)page.Count < phone.Version;
        return new Node(
            "collection", [("name", name.WireName()), ("version", (long)phone.Version), ("has_more_patches", more ? "true" : "false")],
            children.ToArray());
    }

    private Node Accept(TestPhone phone, Node request, byte[] patch)
    {
        BeforeUpload?.Invoke();
        var from = ulong.Parse(request["version"]!, CultureInfo.InvariantCulture);
        if (from != phone.Version)
        {
            return Error(phone.Collection, 409, [.. Following(phone, from)]);
        }

        phone.Accept(patch);
        return new Node("collection", [("name", phone.Collection.WireName()), ("version", (long)phone.Version)]);
    }

    private IEnumerable<Node> Following(TestPhone phone, ulong version) => phone.Patches
        .Skip((int)version)
        .Select(p => new Node("patch", [], OnPatch?.Invoke(phone.Collection, p) ?? p));

    private static Node Error(AppStateCollection name, int code, Node[] patches) => new(
        "collection",
        [("name", name.WireName()), ("type", "error")],
        [new Node("error", [("code", code), ("text", "refused")]), new Node("patches", [], patches)]);
}
