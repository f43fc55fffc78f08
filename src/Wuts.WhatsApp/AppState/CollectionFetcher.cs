using Google.Protobuf;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// Brings one collection up to date: page after page of answers, their downloads, verification, and commits. Incremental
/// pages are committed one by one. After a snapshot, everything up to the last page is one commit, so that nobody sees an
/// older state in between. Sync sections 3.2, 3.7 and 3.8.
/// </summary>
internal sealed class CollectionFetcher(
    IAppStateStore store, IMediaDownloader media, AppStateLimits limits, Func<AppStateDelta, CancellationToken, ValueTask> committed)
{
    // A server that says "more" for ever would keep a device busy for ever.
    private const int MaxPages = 10_000;

    /// <summary>Reads a collection to its end.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="wantsSnapshot">Ask for everything instead of what follows the stored version.</param>
    /// <param name="ring">All keys.</param>
    /// <param name="server">The connection.</param>
    /// <param name="first">The answer to a first request that was made together with other collections, if it was.</param>
    /// <param name="deltas">Gets what was committed, where the caller needs it.</param>
    /// <param name="cancellationToken">Gives up; what is committed stays.</param>
    /// <returns>How it ended. Whatever it is, the store holds a state that was verified.</returns>
    public async Task<RepairEvent> FetchAsync(
        AppStateCollection collection, bool wantsSnapshot, AppStateKeyRing ring, IAppStateServer server, CollectionAnswer? first,
        ICollection<AppStateDelta>? deltas, CancellationToken cancellationToken)
    {
        var stored = await store.LoadStateAsync(collection, cancellationToken);
        var draft = new CollectionDraft(collection, stored, store, ring);
        try
        {
            var askForSnapshot = wantsSnapshot || stored.Version == 0;
            for (var page = 0; page < MaxPages; page++)
            {
                var request = new CollectionRequest(collection, askForSnapshot ? null : draft.Version);
                var (answer, failure) = first is null ? await AskAsync(request, server, cancellationToken) : Judge(first);
                var before = draft.Version;
                first = null;
                failure ??= await ApplyAsync(draft, answer!, askForSnapshot, ring, cancellationToken);
                askForSnapshot = false;
                if (failure is not null)
                {
                    await CommitVerifiedPartAsync(draft, stored, deltas, cancellationToken);
                    return failure;
                }

                if (!answer!.HasMorePatches)
                {
                    await CommitAsync(draft, deltas, cancellationToken);
                    return new RepairEvent.Synced();
                }

                if (draft.Version == before && answer.Snapshot is null)
                {
                    return new RepairEvent.NoAnswer();
                }

                if (!draft.IsReplacement)
                {
                    await CommitAsync(draft, deltas, cancellationToken);
                    draft.Dispose();
                    stored = await store.LoadStateAsync(collection, cancellationToken);
                    draft = new CollectionDraft(collection, stored, store, ring);
                }
            }

            return new RepairEvent.NoAnswer();
        }
        finally
        {
            draft.Dispose();
        }
    }

    /// <summary>Applies the patches of an answer on top of the stored state and commits, as after a conflict.</summary>
    /// <returns>Why not everything was applied, if so.</returns>
    public async Task<RepairEvent?> ApplyPatchesAsync(
        CollectionAnswer answer, AppStateKeyRing ring, ICollection<AppStateDelta>? deltas, CancellationToken cancellationToken)
    {
        var stored = await store.LoadStateAsync(answer.Collection, cancellationToken);
        using var draft = new CollectionDraft(answer.Collection, stored, store, ring);
        var failure = await ApplyPatchesAsync(draft, answer.Patches, cancellationToken);
        await CommitAsync(draft, deltas, cancellationToken);
        return failure;
    }

    /// <summary>Takes over the phone's copy of a collection.</summary>
    public async Task ReplaceAsync(
        AppStateCollection collection, VerifiedSnapshot snapshot, AppStateKeyRing ring, CancellationToken cancellationToken)
    {
        var stored = await store.LoadStateAsync(collection, cancellationToken);
        using var draft = new CollectionDraft(collection, stored, store, ring);
        draft.Replace(snapshot);
        await CommitAsync(draft, deltas: null, cancellationToken);
    }

    private static async Task<(CollectionAnswer? Answer, RepairEvent? Failure)> AskAsync(
        CollectionRequest request, IAppStateServer server, CancellationToken cancellationToken)
    {
        try
        {
            var answers = AppStateQuery.Parse(
                await server.QueryAsync(AppStateQuery.BuildFetch(server.NextId(), [request]), cancellationToken));
            return Judge(answers.FirstOrDefault(a => a.Collection == request.Collection));
        }
        catch (QueryRefusedException e)
        {
            // The whole query was refused, which says nothing about the collection: never a reason to start anew.
            return (null, new RepairEvent.ServerError(e.Error with { Code = e.Error.Code is 400 or 404 ? 0 : e.Error.Code }));
        }
        catch (WhatsAppException)
        {
            return (null, new RepairEvent.NoAnswer());
        }
    }

    private static (CollectionAnswer? Answer, RepairEvent? Failure) Judge(CollectionAnswer? answer) => answer switch
    {
        null => (null, new RepairEvent.NoAnswer()),
        { Error: { } error } => (null, new RepairEvent.ServerError(error)),
        _ => (answer, null),
    };

    private async Task<RepairEvent?> ApplyAsync(
        CollectionDraft draft, CollectionAnswer answer, bool askedForSnapshot, AppStateKeyRing ring, CancellationToken cancellationToken)
    {
        if (answer.Snapshot is { } snapshot)
        {
            if (await ApplySnapshotAsync(draft, answer.Collection, snapshot, ring, cancellationToken) is { } failure)
            {
                return failure;
            }
        }
        else if (askedForSnapshot && draft.Version > 0)
        {
            // No snapshot: the patches begin at the beginning. But nothing at all is not a reason to forget what is known.
            if (answer.Patches.Count == 0)
            {
                return new RepairEvent.NoAnswer();
            }

            draft.Replace(new VerifiedSnapshot(new RecordTable(), CollectionState.Empty));
        }

        return await ApplyPatchesAsync(draft, answer.Patches, cancellationToken);
    }

    private async Task<RepairEvent?> ApplySnapshotAsync(
        CollectionDraft draft, AppStateCollection collection, ReadOnlyMemory<byte> encodedReference, AppStateKeyRing ring,
        CancellationToken cancellationToken)
    {
        if (!TryParseReference(encodedReference.Span, out var reference))
        {
            return new RepairEvent.NotApplied(new AppStateOutcome.Rejected(AppStateSource.Snapshot, AppStateFault.Malformed));
        }

        var download = await media.DownloadAsync(reference!, MediaKind.AppState, limits.MaxSnapshotSize, cancellationToken);
        if (download is not MediaDownloadOutcome.Downloaded { Content: var content })
        {
            return new RepairEvent.NoBlob(AppStateSource.Snapshot, download);
        }

        using (content)
        {
            // A hundred thousand records are most of a second of work: not on whoever's turn this is.
            var (snapshot, failure) = await Task.Run(
                () =>
                {
                    using var blob = content.OpenRead();
                    SnapshotReader.TryRead(blob, collection, ring, limits, out var read, out var why, cancellationToken);
                    return (read, why);
                },
                cancellationToken);
            if (failure is not null)
            {
                return new RepairEvent.NotApplied(failure);
            }

            draft.Replace(snapshot!);
            return null;
        }
    }

    private async Task<RepairEvent?> ApplyPatchesAsync(
        CollectionDraft draft, IReadOnlyList<ReadOnlyMemory<byte>> patches, CancellationToken cancellationToken)
    {
        var envelopes = new List<PatchEnvelope>(patches.Count);
        RepairEvent? unread = null;
        foreach (var patch in patches)
        {
            var (envelope, failure) = await OpenAsync(patch, cancellationToken);
            if (failure is not null)
            {
                unread = failure;
                break;
            }

            envelopes.Add(envelope!);
        }

        return await draft.ApplyAsync(envelopes, cancellationToken) is { } outcome ? new RepairEvent.NotApplied(outcome) : unread;
    }

    private async Task<(PatchEnvelope? Envelope, RepairEvent? Failure)> OpenAsync(
        ReadOnlyMemory<byte> patch, CancellationToken cancellationToken)
    {
        try
        {
            var envelope = PatchEnvelope.Read(patch);
            if (envelope.External is not { } blob)
            {
                return (envelope, null);
            }

            if (!MediaReference.TryCreate(blob, out var reference))
            {
                return (null, Malformed());
            }

            var download = await media.DownloadAsync(reference, MediaKind.AppState, limits.MaxMutationsSize, cancellationToken);
            if (download is not MediaDownloadOutcome.Downloaded { Content: var content })
            {
                return (null, new RepairEvent.NoBlob(AppStateSource.Patch, download));
            }

            using (content)
            {
                var mutations = new byte[content.Length];
                await using var plain = content.OpenRead();
                await plain.ReadExactlyAsync(mutations, cancellationToken);
                envelope.UseDownloaded(mutations);
                return (envelope, null);
            }
        }
        catch (WireFormatException)
        {
            return (null, Malformed());
        }

        static RepairEvent.NotApplied Malformed() => new(new AppStateOutcome.Rejected(AppStateSource.Patch, AppStateFault.Malformed));
    }

    // What was verified before a failure is worth having, unless it would take the state back behind what is known: an old
    // snapshot whose later patches cannot be read.
    private async Task CommitVerifiedPartAsync(
        CollectionDraft draft, CollectionState stored, ICollection<AppStateDelta>? deltas, CancellationToken cancellationToken)
    {
        if (!draft.IsReplacement || draft.Version >= stored.Version)
        {
            await CommitAsync(draft, deltas, cancellationToken);
        }
    }

    private async Task CommitAsync(CollectionDraft draft, ICollection<AppStateDelta>? deltas, CancellationToken cancellationToken)
    {
        if (draft.HasProgress)
        {
            var delta = await draft.BuildDeltaAsync(cancellationToken);
            await store.CommitAsync(delta, cancellationToken);
            await committed(delta, cancellationToken);
            deltas?.Add(delta);
        }
    }

    private static bool TryParseReference(ReadOnlySpan<byte> encoded, out MediaReference? reference)
    {
        try
        {
            return MediaReference.TryCreate(ExternalBlobReference.Parser.ParseFrom(encoded), out reference);
        }
        catch (InvalidProtocolBufferException)
        {
            reference = null;
            return false;
        }
    }
}
