using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A patch whose own MAC and whose every record are verified. What is left to check is where it leads: the MAC over the
/// collection afterwards. Sync section 3.8.
/// </summary>
internal sealed class DecodedPatch
{
    private DecodedPatch(ulong version, MutationKeys keys, AppStateMac snapshotMac, List<Mutation> mutations)
    {
        Version = version;
        Keys = keys;
        SnapshotMac = snapshotMac;
        Mutations = mutations;
    }

    public ulong Version { get; }

    public MutationKeys Keys { get; }

    public AppStateMac SnapshotMac { get; }

    public IReadOnlyList<Mutation> Mutations { get; }

    /// <summary>Verifies and decrypts; either the patch or the reason against it is set.</summary>
    /// <param name="envelope">The patch; downloaded mutations are in place.</param>
    /// <param name="collection">The collection whose name is part of the MACs.</param>
    /// <param name="expectedVersion">One more than the version it is to be applied to.</param>
    /// <param name="ring">All keys.</param>
    /// <param name="decoder">Made from the same ring.</param>
    /// <param name="patch">The decoded patch.</param>
    /// <param name="failure">Why there is none.</param>
    public static bool TryDecode(
        PatchEnvelope envelope, AppStateCollection collection, ulong expectedVersion, AppStateKeyRing ring, MutationDecoder decoder,
        [NotNullWhen(true)] out DecodedPatch? patch, [NotNullWhen(false)] out AppStateOutcome? failure)
    {
        patch = null;
        var version = envelope.Version ?? expectedVersion;
        if (version != expectedVersion)
        {
            failure = new AppStateOutcome.Gap(expectedVersion, version);
        }
        else if (envelope.HasExitCode)
        {
            failure = new AppStateOutcome.NeedsResync(ResyncReason.FatalMarker);
        }
        else
        {
            try
            {
                failure = Decode(envelope, collection, version, ring, decoder, out patch);
            }
            catch (WireFormatException)
            {
                failure = Rejected(AppStateFault.Malformed);
            }
        }

        return patch is not null && failure is null;
    }

    private static AppStateOutcome? Decode(
        PatchEnvelope envelope, AppStateCollection collection, ulong version, AppStateKeyRing ring, MutationDecoder decoder,
        out DecodedPatch? patch)
    {
        patch = null;
        var missing = new HashSet<AppStateKeyId>();
        var valueMacs = new List<AppStateMac>(envelope.Mutations.Count);
        foreach (var mutation in envelope.Mutations)
        {
            var record = EncryptedRecord.Read(mutation.Record.Span);
            valueMacs.Add(new AppStateMac(record.ValueMac));
            NoteMissing(ring, record.KeyId, missing);
        }

        if (!ring.TryGet(envelope.KeyId.Span, out var keys))
        {
            missing.Add(new AppStateKeyId(envelope.KeyId.Span));
            return new AppStateOutcome.BlockedOnKeys([.. missing]);
        }

        var patchMac = AppStateMacs.Patch(keys.PatchMacKey, envelope.SnapshotMac.Span, valueMacs, version, collection);
        if (!patchMac.Matches(envelope.PatchMac.Span))
        {
            return Rejected(AppStateFault.PatchMac);
        }

        if (missing.Count > 0)
        {
            return new AppStateOutcome.BlockedOnKeys([.. missing]);
        }

        var mutations = new List<Mutation>(envelope.Mutations.Count);
        foreach (var mutation in envelope.Mutations)
        {
            var fault = decoder.TryDecode(mutation.Operation, EncryptedRecord.Read(mutation.Record.Span), out var record);
            if (fault != MutationFault.None)
            {
                return Rejected(fault == MutationFault.ValueMac ? AppStateFault.ValueMac : AppStateFault.IndexMac);
            }

            var siblings = new List<AppStateMac>(ring.Count);
            decoder.AddIndexMacs(record, siblings);
            mutations.Add(new Mutation(mutation.Operation, record, siblings));
        }

        patch = new DecodedPatch(version, keys, new AppStateMac(envelope.SnapshotMac.Span), mutations);
        return null;
    }

    private static void NoteMissing(AppStateKeyRing ring, ReadOnlySpan<byte> keyId, HashSet<AppStateKeyId> missing)
    {
        if (!ring.TryGet(keyId, out _))
        {
            missing.Add(new AppStateKeyId(keyId));
        }
    }

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Patch, fault);

    /// <summary>One verified mutation.</summary>
    /// <param name="Operation">What to do.</param>
    /// <param name="Record">The record to set, or the one to remove, of which only the names count.</param>
    /// <param name="Siblings">The index MACs of the same entry under every known key: it may be stored under any of them.</param>
    internal readonly record struct Mutation(MutationOperation Operation, AppStateRecord Record, IReadOnlyList<AppStateMac> Siblings);
}
