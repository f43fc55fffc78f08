using Google.Protobuf;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.AppState;

/// <summary>Writes what a device gets about a collection. Sync section 3.2.</summary>
internal static class AppStatePages
{
    // <collection name version has_more_patches? type=error?>
    //   <error code text/>? <snapshot>reference</snapshot>? <patches><patch/>…</patches>?
    // </collection>

    /// <summary>A page of a collection, with the error number of a conflict when there is one.</summary>
    public static Node Write(AccountAppState state, AppStateCollection name, CollectionPage page, int? error = null)
    {
        var children = new List<Node>();
        if (error is { } code)
        {
            children.Add(ErrorNode(code));
        }

        if (page.Snapshot is { } snapshot)
        {
            children.Add(new Node(
                "snapshot", [], snapshot.Raw is { IsFile: false, Bytes: var garbage } ? garbage : state.Place(snapshot).ToByteArray()));
        }

        if (page.Patches.Count > 0)
        {
            children.Add(new Node("patches", [], [.. page.Patches.Select(patch => new Node("patch", [], Encode(state, patch)))]));
        }

        return new Node(
            "collection",
            [
                ("name", name.WireName()),
                ("version", (long)page.Version),
                ("has_more_patches", page.HasMore ? "true" : null),
                ("type", error is null ? null : "error"),
            ],
            [.. children]);
    }

    /// <summary>The refusal of one collection.</summary>
    public static Node Error(string? name, int code) => new("collection", [("name", name), ("type", "error")], [ErrorNode(code)]);

    private static Node ErrorNode(int code) => new("error", [("code", code), ("text", code == 409 ? "conflict" : IqAnswer.UsualText(code))]);

    private static byte[] Encode(AccountAppState state, StoredPatch patch)
    {
        if (patch.Raw is { IsFile: false, Bytes: var garbage })
        {
            return garbage;
        }

        var isExternal = patch.Raw is not null || patch.Content.Mutations.Count > state.Settings.MaxInlineMutations;
        if (!isExternal && !state.Settings.OmitPatchVersions)
        {
            return patch.Content.ToByteArray();
        }

        var content = patch.Content.Clone();
        if (isExternal)
        {
            content.Mutations.Clear();
            content.ExternalMutations = state.Place(patch);
        }

        if (state.Settings.OmitPatchVersions)
        {
            content.Version = null;
        }

        return content.ToByteArray();
    }
}
