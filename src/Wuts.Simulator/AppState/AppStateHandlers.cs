using System.Globalization;
using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>Requests for app-state collections and uploads of patches. Sync sections 3.2, 3.9 and 3.12.</summary>
internal static class AppStateHandlers
{
    /// <summary>Most mutations that a device may put into one patch.</summary>
    private const int MaxUploadedMutations = 100;

    public static void MapAppState(this IqRoutes routes) =>
        routes.Map("w:sync:app:state", "set", "sync", IqStage.Linked, Sync);

    private static IqAnswer Sync(IqRequest request)
    {
        if (request.Child!.Children.IsEmpty)
        {
            Complain(request, "A sync request names no collection.");
            return IqAnswer.Error(400);
        }

        var answers = new List<Node>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var collection in request.Child.Children)
        {
            answers.Add(collection.Tag == "collection" && seen.Add(collection["name"] ?? "")
                ? Answer(request, collection)
                : Refuse(request, collection, "A sync request holds something else than collections, or one of them twice."));
        }

        return IqAnswer.Result(new Node("sync", [], [.. answers]));
    }

    private static Node Answer(IqRequest request, Node collection)
    {
        if (!AppStateCollections.TryParse(collection["name"], out var name))
        {
            return Refuse(request, collection, "There is no collection with this name.");
        }

        if (collection["return_snapshot"] is not ("true" or "false" or null))
        {
            return Refuse(request, collection, "return_snapshot is true or false.");
        }

        ulong? version = null;
        if (collection["version"] is { } text)
        {
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return Refuse(request, collection, "version is not a number.");
            }

            version = number;
        }

        if (collection.TryGetChild("patch", out var patch))
        {
            return Upload(request, collection, name, version, patch);
        }

        var wantsSnapshot = collection["return_snapshot"] == "true";
        return !wantsSnapshot && version is null
            ? Refuse(request, collection, "A fetch needs a version, or return_snapshot.")
            : Fetch(request, collection, name, wantsSnapshot ? null : version);
    }

    private static Node Fetch(IqRequest request, Node collection, AppStateCollection name, ulong? version)
    {
        var state = request.Device.Account.Handset.AppState;
        if (state.Fetch(name, version) is not { } page)
        {
            return Refuse(request, collection, "A device claims a version that there is not yet.");
        }

        request.Server.Events.Add(
            SimulatorEventKind.AppStateFetched,
            request.Session.Identity,
            $"{name.WireName()} {(version is { } known ? known.ToString(CultureInfo.InvariantCulture) : "snapshot")}");
        return Page(request, name, page);
    }

    private static Node Page(IqRequest request, AppStateCollection name, CollectionPage page, int? error = null)
    {
        var state = request.Device.Account.Handset.AppState;
        var fault = request.Server.Faults.Take<Fault.AppState>(
            request.Session.Identity, armed => PageSpoiler.Fits(armed, name, page));
        return fault switch
        {
            null => AppStatePages.Write(state, name, page, error),
            { Defect: AppStateDefect.Refused } => AppStatePages.Error(name.WireName(), fault.Code),
            _ => AppStatePages.Write(state, name, new PageSpoiler(state, name, request.Server.Random).Spoil(page, fault), error),
        };
    }

    private static Node Upload(IqRequest request, Node collection, AppStateCollection name, ulong? version, Node content)
    {
        if (version is not { } builtOn)
        {
            return Refuse(request, collection, "An upload needs the version that it is built on.");
        }

        if (ReadPatch(content.ContentBytes, out var reason) is not { } patch)
        {
            return Refuse(request, collection, reason);
        }

        var state = request.Device.Account.Handset.AppState;
        var outcome = state.Upload(request.Device, name, builtOn, patch);
        switch (outcome.Error)
        {
            case null:
                return new Node("collection", [("name", name.WireName()), ("version", (long)builtOn + 1)]);
            case 409 when state.Fetch(name, builtOn) is { } news:
                return Page(request, name, news, error: 409);
            case { } code:
                Complain(request, outcome.Reason);
                return AppStatePages.Error(name.WireName(), code);
        }
    }

    private static SyncdPatch? ReadPatch(ReadOnlyMemory<byte> bytes, out string reason)
    {
        reason = "A patch is not valid protobuf.";
        SyncdPatch patch;
        try
        {
            patch = SyncdPatch.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        reason = patch switch
        {
            { Version: not null } => "An uploaded patch has no version.",
            { ExternalMutations: not null } => "An uploaded patch holds its mutations.",
            { Mutations.Count: 0 or > MaxUploadedMutations } => "An uploaded patch holds 1 to 100 mutations.",
            { SnapshotMac.Length: not AppStateMac.Size } or { PatchMac.Length: not AppStateMac.Size } => "A MAC of a patch is missing.",
            { KeyId: null } => "A patch does not name its key.",
            _ when !patch.Mutations.All(RecordOpener.IsComplete) => "A mutation lacks a part, or one has a wrong length.",
            _ => "",
        };
        return reason.Length == 0 ? patch : null;
    }

    private static Node Refuse(IqRequest request, Node collection, string reason)
    {
        Complain(request, reason);
        return AppStatePages.Error(collection["name"], 400);
    }

    private static void Complain(IqRequest request, string reason) =>
        request.Server.Refuse(RefusalKind.BadAppState, reason, request.Session.Identity);
}
