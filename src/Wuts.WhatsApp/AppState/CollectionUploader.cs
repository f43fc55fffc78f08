using System.Security.Cryptography;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.AppState;

/// <summary>Uploads edits of one collection and builds them anew when somebody else was faster. Sync section 3.12.</summary>
internal sealed class CollectionUploader(IAppStateStore store, CollectionFetcher fetcher)
{
    /// <summary>How often edits are built anew.</summary>
    public const int MaxAttempts = 5;

    /// <summary>Uploads edits.</summary>
    /// <param name="collection">The collection, which no one else reads or writes meanwhile.</param>
    /// <param name="edits">The edits in order.</param>
    /// <param name="ring">All keys.</param>
    /// <param name="server">The connection.</param>
    /// <param name="cancellationToken">Gives up waiting; the edits may be taken nevertheless.</param>
    /// <returns>What became of the edits, and what happened to the collection on the way, if anything went wrong.</returns>
    public async Task<(UploadOutcome Outcome, RepairEvent? Trouble)> UploadAsync(
        AppStateCollection collection, IReadOnlyList<AppStateEdit> edits, AppStateKeyRing ring, IAppStateServer server,
        CancellationToken cancellationToken)
    {
        if (ring.Newest is null)
        {
            return (new UploadOutcome.NotReady(), null);
        }

        var builder = new PatchBuilder(collection, ring, RandomNumberGenerator.Fill);
        var fetched = await fetcher.FetchAsync(collection, wantsSnapshot: false, ring, server, first: null, deltas: null, cancellationToken);
        if (fetched is not RepairEvent.Synced)
        {
            return (new UploadOutcome.NotReady(), fetched);
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var state = await store.LoadStateAsync(collection, cancellationToken);
            var existing = await store.FindAsync(collection, builder.FindIndexMacs(edits), cancellationToken);
            if (builder.Build(state, edits, existing) is not { } upload)
            {
                return (new UploadOutcome.Unnecessary(), null);
            }

            var (answer, failure) = await SendAsync(collection, upload, server, cancellationToken);
            if (failure is not null)
            {
                return (failure, null);
            }

            if (answer!.Error is null)
            {
                return await CommitAsync(upload, answer, ring, cancellationToken);
            }

            if (!answer.IsConflict)
            {
                return (new UploadOutcome.Refused(answer.Error.Value), null);
            }

            var others = new List<AppStateDelta>();
            if (await CatchUpAsync(answer, ring, server, others, cancellationToken) is { } trouble)
            {
                return (new UploadOutcome.NotReady(), trouble);
            }

            edits = PatchBuilder.Reconcile(edits, others);
            if (edits.Count == 0)
            {
                return (new UploadOutcome.Superseded(), null);
            }
        }

        return (new UploadOutcome.Contended(), null);
    }

    private static async Task<(CollectionAnswer? Answer, UploadOutcome? Failure)> SendAsync(
        AppStateCollection collection, PatchUpload upload, IAppStateServer server, CancellationToken cancellationToken)
    {
        try
        {
            var query = AppStateQuery.BuildUpload(server.NextId(), collection, upload.BaseVersion, upload.Patch);
            var answers = AppStateQuery.Parse(await server.QueryAsync(query, cancellationToken));
            return answers.FirstOrDefault(a => a.Collection == collection) is { } answer
                ? (answer, null)
                : (null, new UploadOutcome.NoAnswer());
        }
        catch (QueryRefusedException e)
        {
            return (null, new UploadOutcome.Refused(e.Error));
        }
        catch (WhatsAppException)
        {
            return (null, new UploadOutcome.NoAnswer());
        }
    }

    // The own patch is applied like one from somebody else: one way to change the state, with every check.
    private async Task<(UploadOutcome, RepairEvent?)> CommitAsync(
        PatchUpload upload, CollectionAnswer answer, AppStateKeyRing ring, CancellationToken cancellationToken)
    {
        var failure = await fetcher.ApplyPatchesAsync(answer with { Patches = [upload.Patch] }, ring, deltas: null, cancellationToken);
        return (new UploadOutcome.Accepted(upload.After.Version), failure);
    }

    // The answer to a conflict may hold what the others did, or not.
    private async Task<RepairEvent?> CatchUpAsync(
        CollectionAnswer answer, AppStateKeyRing ring, IAppStateServer server, List<AppStateDelta> others,
        CancellationToken cancellationToken)
    {
        if (answer.Patches.Count > 0)
        {
            var failure = await fetcher.ApplyPatchesAsync(answer, ring, others, cancellationToken);
            if (failure is not null || !answer.HasMorePatches)
            {
                return failure;
            }
        }

        var fetched = await fetcher.FetchAsync(answer.Collection, wantsSnapshot: false, ring, server, first: null, others, cancellationToken);
        return fetched is RepairEvent.Synced ? null : fetched;
    }
}
