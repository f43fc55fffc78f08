using System.Diagnostics.CodeAnalysis;
using System.Text;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>A complete collection as the phone sent it, on request.</summary>
/// <param name="Snapshot">The records, with version and hash as the phone states them.</param>
/// <param name="HashMatchesRecords">Whether the hash is the sum over the records; if not, later patches will not fit either.</param>
internal sealed record RecoveredCollection(VerifiedSnapshot Snapshot, bool HashMatchesRecords);

/// <summary>
/// The last resort for a collection that cannot be repaired from the server: the phone sends its own copy inside an
/// end-to-end encrypted message, already decrypted. Sync section 3.11.
/// </summary>
internal static class RecoveryAnswer
{
    private const int MaxSmallField = 4 * 1024;

    /// <summary>Builds the peer message that asks the phone for its copy of a collection.</summary>
    public static Message BuildRequest(AppStateCollection collection, DateTimeOffset now) => new()
    {
        ProtocolMessage = new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.PeerDataOperationRequestMessage,
            PeerDataOperationRequestMessage = new PeerDataOperationRequestMessage
            {
                PeerDataOperationRequestType = PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery,
                SyncdCollectionFatalRecoveryRequest = new SyncDCollectionFatalRecoveryRequest
                {
                    CollectionName = collection.WireName(),
                    Timestamp = now.ToUnixTimeSeconds(),
                },
            },
        },
    };

    /// <summary>Whether a message may carry an answer: only one from the phone of the own account.</summary>
    public static bool IsAcceptable(Jid sender, Jid ownPhone, Jid ownLid) =>
        sender is { IsEmpty: false, Device: 0 } && (sender.ToBase() == ownPhone.ToBase() || sender.ToBase() == ownLid.ToBase());

    /// <summary>Whether a message is an answer of this kind, and to which request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="requestId">The request that it answers.</param>
    /// <param name="copy">What the phone sent; <see langword="null"/> when it has nothing to send.</param>
    public static bool TryRead(
        PeerDataOperationRequestResponseMessage message, [NotNullWhen(true)] out string? requestId,
        out SyncDSnapshotFatalRecoveryResponse? copy)
    {
        (requestId, copy) = (null, null);
        if (message.PeerDataOperationRequestType != PeerDataOperationRequestType.CompanionSyncdSnapshotFatalRecovery)
        {
            return false;
        }

        requestId = message.StanzaId;
        foreach (var result in message.PeerDataOperationResult)
        {
            copy ??= result.SyncdSnapshotFatalRecoveryResponse;
        }

        return true;
    }

    /// <summary>Reads the copy of a collection; either the collection or the reason against it is set.</summary>
    /// <param name="answer">What the phone sent; an answer without a copy is as good as one that cannot be read.</param>
    /// <param name="collection">The collection that was asked for; an answer about another one is refused.</param>
    /// <param name="ring">All keys: the names of records are computed with them.</param>
    /// <param name="limits">Largest sizes.</param>
    /// <param name="recovered">The collection.</param>
    /// <param name="failure">Why there is none.</param>
    public static bool TryOpen(
        SyncDSnapshotFatalRecoveryResponse? answer, AppStateCollection collection, AppStateKeyRing ring, AppStateLimits limits,
        [NotNullWhen(true)] out RecoveredCollection? recovered, [NotNullWhen(false)] out AppStateOutcome? failure)
    {
        recovered = null;
        if (answer is null)
        {
            failure = Rejected(AppStateFault.Malformed);
            return false;
        }

        try
        {
            var packed = new MemoryStream(answer.CollectionSnapshot.ToByteArray());
            using Stream plain = answer.IsCompressed ? InflateStream.Gzip(packed, limits.MaxRecoverySize) : packed;
            failure = Read(plain, collection, ring, limits, out recovered);
        }
        catch (WireFormatException)
        {
            failure = Rejected(AppStateFault.Malformed);
        }

        return recovered is not null && failure is null;
    }

    private static AppStateOutcome? Read(
        Stream plain, AppStateCollection collection, AppStateKeyRing ring, AppStateLimits limits, out RecoveredCollection? recovered)
    {
        recovered = null;
        var version = 0UL;
        var name = "";
        byte[] hash = [];
        var records = new RecordTable();
        var missing = new HashSet<AppStateKeyId>();
        using var decoder = new MutationDecoder(ring);
        using var reader = new WireStreamReader(plain);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    version = WireMessages.ReadNumberField(reader.ReadBytes(type, MaxSmallField), 1);
                    break;
                case 2:
                    name = Encoding.UTF8.GetString(reader.ReadBytes(type, MaxSmallField));
                    break;
                case 3:
                    if (records.RowCount >= limits.MaxRecords)
                    {
                        return Rejected(AppStateFault.TooLarge);
                    }

                    AddRecord(decoder, reader.ReadBytes(type, limits.MaxRecordSize), records, missing);
                    break;
                case 4:
                    hash = reader.ReadBytes(type, MaxSmallField).ToArray();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (name != collection.WireName())
        {
            return Rejected(AppStateFault.Unrelated);
        }

        if (hash.Length != LtHash.Size)
        {
            return Rejected(AppStateFault.Malformed);
        }

        if (missing.Count > 0)
        {
            return new AppStateOutcome.BlockedOnKeys([.. missing]);
        }

        recovered = new RecoveredCollection(
            new VerifiedSnapshot(records, new CollectionState(version, hash)), Sum(records).Bytes.SequenceEqual(hash));
        return null;
    }

    private static void AddRecord(
        MutationDecoder decoder, ReadOnlySpan<byte> plainTextRecord, RecordTable records, HashSet<AppStateKeyId> missing)
    {
        ReadOnlySpan<byte> data = default, keyId = default, mac = default;
        var reader = new WireReader(plainTextRecord);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    data = reader.ReadBytes(type);
                    break;
                case 2:
                    keyId = reader.ReadBytes(type);
                    break;
                case 3:
                    mac = reader.ReadBytes(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (!AppStateKeyId.IsValid(keyId) || mac.Length != AppStateMac.Size)
        {
            throw new WireFormatException("A recovered record lacks its key or its MAC.", reader.Position);
        }

        if (decoder.TryName(keyId, ActionData.Read(data), new AppStateMac(mac), out var record))
        {
            records.Set(record, out _);
        }
        else
        {
            missing.Add(new AppStateKeyId(keyId));
        }
    }

    private static LtHash Sum(RecordTable records)
    {
        var sum = new LtHash();
        for (var row = 0; row < records.RowCount; row++)
        {
            sum.Add(records[row].Record.ValueMac);
        }

        return sum;
    }

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Recovery, fault);
}
