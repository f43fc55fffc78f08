using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>What became of an upload.</summary>
/// <param name="Error">The error number for the device; <see langword="null"/> when the patch was taken.</param>
/// <param name="Reason">What was wrong, for the record.</param>
internal readonly record struct UploadOutcome(int? Error, string Reason = "");

/// <summary>
/// App state of one account on both sides: what the phone knows, and what the server stores encrypted. Nothing is encrypted
/// before somebody asks. Sync section 3. Safe for concurrent use.
/// </summary>
internal sealed class AccountAppState
{
    private readonly Lock _gate = new();
    private readonly Account _account;
    private bool _hasUploads;
    private readonly SimulatorServer _server;
    private readonly (PhoneCollection Phone, CollectionStore Store)[] _collections;

    public AccountAppState(Account account, SimulatorServer server, SimulatorRandom random)
    {
        _account = account;
        _server = server;
        Keys = new SyncKeyRing(random, server.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _collections = [.. AppStateCollections.All.Select(name => (new PhoneCollection(name, Keys, random), new CollectionStore()))];
    }

    /// <summary>How the collections are handed out.</summary>
    public SyncSettings Settings { get; } = new();

    /// <summary>Whether a linked device has ever changed something.</summary>
    public bool HasUploads { get => Volatile.Read(ref _hasUploads); private set => Volatile.Write(ref _hasUploads, value); }

    /// <summary>The phone's keys; hold <see cref="Locked{T}"/> while using them.</summary>
    public SyncKeyRing Keys { get; }

    /// <summary>Looks at a collection as the phone knows it, undisturbed.</summary>
    public T Locked<T>(AppStateCollection name, Func<PhoneCollection, T> read)
    {
        lock (_gate)
        {
            return read(_collections[(int)name].Phone);
        }
    }

    /// <summary>Looks at a collection that the server has; it is uploaded first if need be.</summary>
    public T LockedPublished<T>(AppStateCollection name, Func<PhoneCollection, T> read)
    {
        lock (_gate)
        {
            return read(Published(name).Phone);
        }
    }

    /// <summary>The phone changes entries; the devices are told when the server has the collection already.</summary>
    public void Change(AppStateCollection name, params IReadOnlyCollection<PhoneEdit> edits)
    {
        lock (_gate)
        {
            var (phone, store) = _collections[(int)name];
            if (!phone.IsPublished)
            {
                phone.Prepare(edits);
            }
            else if (phone.Change(edits, _server.Time.GetUtcNow().ToUnixTimeMilliseconds()) is { } patch)
            {
                store.Append(patch);
                Announce(phone, uploader: null);
            }
        }
    }

    /// <summary>The phone makes a new key for everything that is written from now on.</summary>
    public SyncKey RotateKey()
    {
        lock (_gate)
        {
            return Keys.Rotate(_server.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    /// <summary>What a device gets for a fetch; <see langword="null"/> when it claims a version that there is not yet.</summary>
    public CollectionPage? Fetch(AppStateCollection name, ulong? version)
    {
        lock (_gate)
        {
            var (_, store) = Published(name);
            return version > store.Version ? null : store.Fetch(version, Settings.PatchesPerAnswer);
        }
    }

    /// <summary>A device uploads a patch that it built on a version.</summary>
    public UploadOutcome Upload(LinkedDevice device, AppStateCollection name, ulong version, SyncdPatch patch)
    {
        lock (_gate)
        {
            var (phone, store) = Published(name);
            if (version != store.Version)
            {
                return version < store.Version
                    ? new UploadOutcome(409)
                    : new UploadOutcome(400, "A patch is built on a version that there is not yet.");
            }

            if (phone.Accept(patch) is { } fault)
            {
                return new UploadOutcome(400, fault);
            }

            HasUploads = true;
            patch.Version = new SyncdVersion { Version = phone.Version };
            patch.DeviceIndex = (uint)device.Id;
            store.Append(patch);
            Announce(phone, device);
            return new UploadOutcome(null);
        }
    }

    /// <summary>Where a snapshot can be downloaded.</summary>
    public ExternalBlobReference Place(StoredSnapshot snapshot)
    {
        lock (_gate)
        {
            return snapshot.Reference = StillThere(snapshot.Reference)
                ?? Upload(snapshot.Raw?.Bytes ?? snapshot.Content.ToByteArray());
        }
    }

    /// <summary>Where the mutations of a patch can be downloaded.</summary>
    public ExternalBlobReference Place(StoredPatch patch)
    {
        lock (_gate)
        {
            return patch.Reference = StillThere(patch.Reference) ?? Upload(patch.Raw?.Bytes ?? MutationsOf(patch));
        }
    }

    private static byte[] MutationsOf(StoredPatch patch)
    {
        var mutations = new SyncdMutations();
        mutations.Mutations.AddRange(patch.Content.Mutations);
        return mutations.ToByteArray();
    }

    // A file that was deleted or is about to expire is uploaded anew, so that asking again gives a reference that works.
    private ExternalBlobReference? StillThere(ExternalBlobReference? reference) =>
        reference is not null && _server.Blobs.Find(reference.Handle) is { } blob && blob.ExpiresAt > _server.Time.GetUtcNow()
            ? reference
            : null;

    private ExternalBlobReference Upload(byte[] content) =>
        _server.Blobs.Upload(content, MediaKind.AppState, _account.Phone).ToReference();

    private (PhoneCollection Phone, CollectionStore Store) Published(AppStateCollection name)
    {
        var collection = _collections[(int)name];
        if (!collection.Phone.IsPublished)
        {
            collection.Store.Begin(collection.Phone.Publish());
        }

        return collection;
    }

    // server_sync tells every device but the one that made the change. Sync section 3.14.
    private void Announce(PhoneCollection changed, LinkedDevice? uploader)
    {
        _server.Events.Add(
            SimulatorEventKind.AppStateChanged,
            new(Account: _account.Phone, Device: uploader?.Id),
            $"{changed.Name.WireName()} {changed.Version} {(uploader is null ? "phone" : "device")}");
        foreach (var device in _account.Devices)
        {
            if (device != uploader)
            {
                device.Queue.Enqueue(new Node(
                    "notification",
                    [
                        ("from", Jid.WhatsApp),
                        ("id", _server.NextStanzaId()),
                        ("type", "server_sync"),
                        ("t", _server.Time.GetUtcNow().ToUnixTimeSeconds()),
                    ],
                    [new Node("collection", [("name", changed.Name.WireName()), ("version", (long)changed.Version)])]));
            }
        }
    }
}
