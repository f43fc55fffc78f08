using System.Globalization;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.AppState;

/// <summary>Which collection to fetch.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Version">The version that is known: patches after it are sent. Without one a snapshot is.</param>
internal readonly record struct CollectionRequest(AppStateCollection Collection, ulong? Version);

/// <summary>What the server says about one collection.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Version">The version that the server states; often left out.</param>
/// <param name="HasMorePatches">After these patches there are more: fetch again with the new version.</param>
/// <param name="Snapshot">The encoded reference to a snapshot blob.</param>
/// <param name="Patches">Encoded patches in order.</param>
/// <param name="Error">Why the server refuses; a conflict may still come with patches.</param>
internal sealed record CollectionAnswer(
    AppStateCollection Collection, ulong? Version, bool HasMorePatches, ReadOnlyMemory<byte>? Snapshot,
    IReadOnlyList<ReadOnlyMemory<byte>> Patches, QueryError? Error)
{
    /// <summary>Whether there is neither news nor an error.</summary>
    public bool IsUpToDate => Error is null && Snapshot is null && Patches.Count == 0 && !HasMorePatches;

    /// <summary>Whether an upload was refused because somebody else was faster.</summary>
    public bool IsConflict => Error is { Code: 409 };
}

/// <summary>Writes app-state requests and reads their answers. Sync section 3.2.</summary>
internal static class AppStateQuery
{
    /// <summary>XML namespace of the queries.</summary>
    public const string Xmlns = "w:sync:app:state";

    // <iq xmlns="w:sync:app:state" type="set" to="s.whatsapp.net"><sync>
    //   <collection name="…" version="5" return_snapshot="false"/>      what follows version 5
    //   <collection name="…" return_snapshot="true"/>                   everything
    // </sync></iq>

    /// <summary>Builds the request for any number of collections.</summary>
    public static Node BuildFetch(string id, IReadOnlyCollection<CollectionRequest> requests)
    {
        var collections = requests.Select(request => request.Version is { } version
            ? new Node("collection", Attributes(request.Collection, version))
            : new Node("collection", [("name", request.Collection.WireName()), ("return_snapshot", "true")]));
        return Iq.Set(id, Xmlns, Jid.WhatsApp, new Node("sync", [], collections.ToArray()));
    }

    // <collection name="…" version="5" return_snapshot="false"><patch>bytes</patch></collection>

    /// <summary>Builds the upload of a patch.</summary>
    /// <param name="id">Stanza id, unique on the connection.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="baseVersion">The version that the patch was built on.</param>
    /// <param name="patch">The encoded SyncdPatch.</param>
    public static Node BuildUpload(string id, AppStateCollection collection, ulong baseVersion, byte[] patch) => Iq.Set(
        id,
        Xmlns,
        Jid.WhatsApp,
        new Node("sync", [], [new Node("collection", Attributes(collection, baseVersion), [new Node("patch", [], patch)])]));

    // <sync><collection name version? has_more_patches? type="error"?>
    //   <error code text/>? <snapshot>bytes</snapshot>? <patches><patch>bytes</patch>…</patches>?
    // </collection>…</sync>

    /// <summary>Reads the answer to either. Collections that this library does not know are left out.</summary>
    /// <exception cref="QueryRefusedException">The server refused the whole query.</exception>
    /// <exception cref="UnexpectedAnswerException">The answer has no collections.</exception>
    public static IReadOnlyList<CollectionAnswer> Parse(Node answer)
    {
        Iq.ThrowIfError(answer, Xmlns);
        if (answer.Child("sync") is not { } sync)
        {
            throw new UnexpectedAnswerException(Xmlns, "no sync element");
        }

        var answers = new List<CollectionAnswer>();
        foreach (var collection in sync.Children)
        {
            if (collection.Tag == "collection" && AppStateCollections.TryParse(collection["name"], out var name))
            {
                answers.Add(ParseCollection(name, collection));
            }
        }

        return answers;
    }

    private static CollectionAnswer ParseCollection(AppStateCollection name, Node collection)
    {
        var patches = new List<ReadOnlyMemory<byte>>();
        foreach (var patch in collection.Child("patches") is { } list ? list.Children : default)
        {
            if (patch.Tag == "patch")
            {
                patches.Add(patch.ContentBytes);
            }
        }

        ReadOnlyMemory<byte>? snapshot = null;
        if (collection.Child("snapshot") is { ContentBytes: { Length: > 0 } reference })
        {
            snapshot = reference;
        }

        var error = QueryError.TryRead(collection, out var stated)
            ? stated
            : collection["type"] == "error" ? new QueryError(0, "", null) : (QueryError?)null;
        return new CollectionAnswer(
            name, Version(collection), collection["has_more_patches"] == "true", snapshot, patches, error);
    }

    private static ulong? Version(Node collection) =>
        ulong.TryParse(collection["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static (string, AttributeValue)[] Attributes(AppStateCollection collection, ulong version) =>
    [
        ("name", collection.WireName()),
        ("version", version.ToString(CultureInfo.InvariantCulture)),
        ("return_snapshot", "false"),
    ];
}
