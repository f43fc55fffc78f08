using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.AppState;

/// <summary>A complete collection whose MACs are all right.</summary>
internal sealed record VerifiedSnapshot(RecordTable Records, CollectionState State);

/// <summary>
/// Reads a SyncdSnapshot from a stream, record by record, and verifies it. Nothing leaves it before every value MAC, every
/// index MAC and the MAC over the whole are right. Sync section 3.7.
/// </summary>
internal sealed class SnapshotReader(AppStateCollection collection, AppStateKeyRing ring, AppStateLimits limits)
{
    private const int MaxSmallField = 4 * 1024;
    private const int RecordsBetweenCancellationChecks = 1024;

    private readonly RecordTable _records = new();
    private readonly LtHashSum _allRecords = new();
    private readonly LtHashSum _replacedRecords = new();
    private readonly HashSet<AppStateKeyId> _missingKeys = [];
    private bool _hasDuplicates;
    private AppStateFault? _fault;

    /// <summary>Reads and verifies; either the snapshot or the reason against it is set.</summary>
    public static bool TryRead(
        Stream blob, AppStateCollection collection, AppStateKeyRing ring, AppStateLimits limits,
        [NotNullWhen(true)] out VerifiedSnapshot? snapshot, [NotNullWhen(false)] out AppStateOutcome? failure,
        CancellationToken cancellationToken = default)
    {
        snapshot = null;
        try
        {
            failure = new SnapshotReader(collection, ring, limits).Read(blob, out snapshot, cancellationToken);
        }
        catch (WireFormatException)
        {
            failure = new AppStateOutcome.Rejected(AppStateSource.Snapshot, AppStateFault.Malformed);
        }

        return snapshot is not null && failure is null;
    }

    private AppStateOutcome? Read(Stream blob, out VerifiedSnapshot? snapshot, CancellationToken cancellationToken)
    {
        snapshot = null;
        var version = 0UL;
        byte[] mac = [], keyId = [];
        using var decoder = new MutationDecoder(ring);
        using var reader = new WireStreamReader(blob);
        var seen = 0;
        while (_fault is null && reader.TryReadTag(out var field, out var type))
        {
            switch (field)
            {
                case 1:
                    version = WireMessages.ReadNumberField(reader.ReadBytes(type, MaxSmallField), 1);
                    break;
                case 2:
                    if (++seen > limits.MaxRecords)
                    {
                        _fault = AppStateFault.TooLarge;
                        break;
                    }

                    AddRecord(decoder, EncryptedRecord.Read(reader.ReadBytes(type, limits.MaxRecordSize)));
                    break;
                case 3:
                    mac = reader.ReadBytes(type, MaxSmallField).ToArray();
                    break;
                case 4:
                    keyId = WireMessages.ReadBytesField(reader.ReadBytes(type, MaxSmallField), 1).ToArray();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }

            if (seen % RecordsBetweenCancellationChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return _fault is { } fault ? Rejected(fault) : Verify(version, mac, keyId, out snapshot);
    }

    private void AddRecord(MutationDecoder decoder, EncryptedRecord encrypted)
    {
        switch (decoder.TryDecode(MutationOperation.Set, encrypted, out var record))
        {
            case MutationFault.None when _missingKeys.Count == 0:
                _allRecords.Add(record.ValueMac);
                if (_records.Set(record, out var replaced))
                {
                    _hasDuplicates = true;
                    _replacedRecords.Add(replaced.ValueMac);
                }

                break;
            case MutationFault.None:
                // Nothing can come of this snapshot; the rest is read to learn which other keys are missing.
                break;
            case MutationFault.MissingKey:
                _missingKeys.Add(new AppStateKeyId(encrypted.KeyId));
                break;
            case MutationFault.ValueMac:
                _fault = AppStateFault.ValueMac;
                break;
            default:
                _fault = AppStateFault.IndexMac;
                break;
        }
    }

    private AppStateOutcome? Verify(ulong version, byte[] mac, byte[] keyId, out VerifiedSnapshot? snapshot)
    {
        snapshot = null;
        if (!AppStateKeyId.IsValid(keyId) || mac.Length != AppStateMac.Size)
        {
            return Rejected(AppStateFault.Malformed);
        }

        if (!ring.TryGet(keyId, out var keys))
        {
            _missingKeys.Add(new AppStateKeyId(keyId));
        }

        if (keys is null || _missingKeys.Count > 0)
        {
            return new AppStateOutcome.BlockedOnKeys([.. _missingKeys]);
        }

        // Where an index MAC occurs twice the later record wins. Whether the earlier one counts for the hash is not agreed
        // upon between clients; the MAC decides.
        var all = _allRecords.ToLtHash();
        var hash = new LtHash(all.Bytes);
        hash.Subtract(_replacedRecords.ToLtHash());
        if (!AppStateMacs.Snapshot(keys.SnapshotMacKey, hash, version, collection).Matches(mac))
        {
            hash = all;
            if (!_hasDuplicates || !AppStateMacs.Snapshot(keys.SnapshotMacKey, hash, version, collection).Matches(mac))
            {
                return Rejected(AppStateFault.SnapshotMac);
            }
        }

        snapshot = new VerifiedSnapshot(_records, new CollectionState(version, hash.Bytes.ToArray()));
        return null;
    }

    private static AppStateOutcome.Rejected Rejected(AppStateFault fault) => new(AppStateSource.Snapshot, fault);
}
