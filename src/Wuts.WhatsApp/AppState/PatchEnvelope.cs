using Google.Protobuf;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>
/// A SyncdPatch taken apart, nothing verified yet. Mutations stay slices of the bytes they came in. Sync section 3.8.
/// </summary>
internal sealed class PatchEnvelope
{
    private PatchEnvelope(List<Mutation> mutations) => Mutations = mutations;

    /// <summary>The version that the patch leads to; <see langword="null"/> where the server leaves it out.</summary>
    public ulong? Version { get; private set; }

    /// <summary>Id of the key behind both MACs.</summary>
    public ReadOnlyMemory<byte> KeyId { get; private set; }

    /// <summary>The MAC over the collection after the patch.</summary>
    public ReadOnlyMemory<byte> SnapshotMac { get; private set; }

    /// <summary>The MAC over the patch.</summary>
    public ReadOnlyMemory<byte> PatchMac { get; private set; }

    /// <summary>Where the mutations are, when they are not in the patch itself.</summary>
    public ExternalBlobReference? External { get; private set; }

    /// <summary>Whether another client marked the patch as fatal.</summary>
    public bool HasExitCode { get; private set; }

    /// <summary>The mutations in order; those of the download once <see cref="UseDownloaded"/> was called.</summary>
    public IReadOnlyList<Mutation> Mutations { get; private set; }

    /// <summary>Reads an encoded SyncdPatch.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static PatchEnvelope Read(ReadOnlyMemory<byte> patch)
    {
        var mutations = new List<Mutation>();
        var envelope = new PatchEnvelope(mutations);
        var reader = new WireReader(patch.Span);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    envelope.Version = WireMessages.ReadNumberField(reader.ReadBytes(type), 1);
                    break;
                case 2:
                    mutations.Add(ReadMutation(ReadSlice(ref reader, type, patch)));
                    break;
                case 3:
                    envelope.External = ParseReference(reader.ReadBytes(type), reader.Position);
                    break;
                case 4:
                    envelope.SnapshotMac = ReadSlice(ref reader, type, patch);
                    break;
                case 5:
                    envelope.PatchMac = ReadSlice(ref reader, type, patch);
                    break;
                case 6:
                    envelope.KeyId = WireMessages.ReadBytesField(reader.ReadBytes(type), 1).ToArray();
                    break;
                case 7:
                    reader.Skip(type);
                    envelope.HasExitCode = true;
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (envelope.SnapshotMac.Length != AppStateMac.Size || envelope.PatchMac.Length != AppStateMac.Size
            || !AppStateKeyId.IsValid(envelope.KeyId.Span))
        {
            throw new WireFormatException("A patch lacks a MAC or the id of its key.", reader.Position);
        }

        return envelope;
    }

    /// <summary>Takes the mutations from a downloaded SyncdMutations instead of the patch itself.</summary>
    /// <exception cref="WireFormatException">The download is something else.</exception>
    public void UseDownloaded(ReadOnlyMemory<byte> syncdMutations)
    {
        var mutations = new List<Mutation>();
        var reader = new WireReader(syncdMutations.Span);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == 1)
            {
                mutations.Add(ReadMutation(ReadSlice(ref reader, type, syncdMutations)));
            }
            else
            {
                reader.Skip(type);
            }
        }

        Mutations = mutations;
    }

    private static Mutation ReadMutation(ReadOnlyMemory<byte> mutation)
    {
        var operation = 0UL;
        ReadOnlyMemory<byte> record = default;
        var reader = new WireReader(mutation.Span);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    operation = reader.ReadVarint(type);
                    break;
                case 2:
                    record = ReadSlice(ref reader, type, mutation);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return operation <= (ulong)MutationOperation.Remove
            ? new Mutation((MutationOperation)operation, record)
            : throw new WireFormatException("A mutation neither sets nor removes.", reader.Position);
    }

    private static ReadOnlyMemory<byte> ReadSlice(ref WireReader reader, WireType type, ReadOnlyMemory<byte> source)
    {
        var length = reader.ReadBytes(type).Length;
        return source.Slice(reader.Position - length, length);
    }

    private static ExternalBlobReference ParseReference(ReadOnlySpan<byte> bytes, int offset)
    {
        try
        {
            return ExternalBlobReference.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WireFormatException("The reference to downloaded mutations is unreadable.", offset, e);
        }
    }

    /// <summary>One mutation: what to do, and the encoded SyncdRecord.</summary>
    internal readonly record struct Mutation(MutationOperation Operation, ReadOnlyMemory<byte> Record);
}
