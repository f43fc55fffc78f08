using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.AppState;

/// <summary>
/// Spoils a page of a collection on command. It works on copies: what the server stores stays right, so a fetch that no fault
/// strikes gives the truth. Where a defect leaves MACs right, they are made anew with the phone's keys.
/// </summary>
internal sealed class PageSpoiler(AccountAppState state, AppStateCollection name, SimulatorRandom random)
{
    /// <summary>Whether a defect can be shown in a page.</summary>
    public static bool Fits(Fault.AppState fault, AppStateCollection name, CollectionPage page)
    {
        if (fault.Collection is not null && fault.Collection != name.WireName())
        {
            return false;
        }

        var inPatch = fault.In != AppStatePart.Snapshot && page.Patches.Count > 0;
        var inSnapshot = fault.In != AppStatePart.Patch && page.Snapshot is { Content.Records.Count: > 0 };
        return fault.Defect switch
        {
            AppStateDefect.Refused => true,
            AppStateDefect.PatchMac or AppStateDefect.LostPatch or AppStateDefect.WrongVersion or AppStateDefect.FatalMarker => inPatch,
            _ => inPatch || inSnapshot,
        };
    }

    /// <summary>The page with the defect.</summary>
    public CollectionPage Spoil(CollectionPage page, Fault.AppState fault) => state.Locked(name, phone =>
    {
        if (fault.In == AppStatePart.Snapshot || page.Patches.Count == 0)
        {
            return page with { Snapshot = Spoil(page.Snapshot!, fault.Defect, phone) };
        }

        var later = page.Patches.Skip(1);
        return page with
        {
            Patches = fault.Defect == AppStateDefect.LostPatch
                ? [.. later]
                : [new StoredPatch(Spoil(page.Patches[0].Content.Clone(), fault.Defect)) { Raw = Garbage(fault.Defect) }, .. later],
        };
    });

    private SyncdPatch Spoil(SyncdPatch patch, AppStateDefect defect)
    {
        switch (defect)
        {
            case AppStateDefect.PatchMac:
                patch.PatchMac = Changed(patch.PatchMac, 0);
                break;
            case AppStateDefect.SnapshotMac:
                patch.SnapshotMac = Changed(patch.SnapshotMac, 0);
                Sign(patch);
                break;
            case AppStateDefect.MissingRecord:
                patch.Mutations.RemoveAt(0);
                break;
            case AppStateDefect.DuplicateIndex:
                patch.Mutations.Add(patch.Mutations[^1].Clone());
                Sign(patch);
                break;
            case AppStateDefect.UnknownKey:
                patch.KeyId = new KeyId { Id = UnknownKey() };
                break;
            case AppStateDefect.WrongVersion:
                patch.Version = new SyncdVersion { Version = patch.Version.Version + 1 };
                break;
            case AppStateDefect.FatalMarker:
                patch.ExitCode = new ExitCode { Code = 1, Text = "fatal" };
                break;
            default:
                SpoilRecord(patch.Mutations[0].Record, defect);
                break;
        }

        return patch;
    }

    private StoredSnapshot Spoil(StoredSnapshot snapshot, AppStateDefect defect, PhoneCollection phone)
    {
        var content = snapshot.Content.Clone();
        switch (defect)
        {
            case AppStateDefect.SnapshotMac:
                content.Mac = Changed(content.Mac, 0);
                break;
            case AppStateDefect.MissingRecord:
                content.Records.RemoveAt(0);
                break;
            case AppStateDefect.DuplicateIndex:
                content.Records.Insert(0, Earlier(content.Records[^1], phone));
                break;
            case AppStateDefect.UnknownKey:
                content.KeyId = new KeyId { Id = UnknownKey() };
                break;
            default:
                SpoilRecord(content.Records[0], defect);
                break;
        }

        return new StoredSnapshot(content) { Raw = Garbage(defect) };
    }

    private void SpoilRecord(SyncdRecord record, AppStateDefect defect)
    {
        switch (defect)
        {
            case AppStateDefect.ValueMac:
                // The content and not the MAC: the MACs over the whole are made of the latter.
                record.Value = new SyncdValue { Blob = Changed(record.Value.Blob, MutationEncoder.IvSize) };
                break;
            case AppStateDefect.IndexMac:
                record.Index = new SyncdIndex { Blob = Changed(record.Index.Blob, 0) };
                break;
            case AppStateDefect.UnknownRecordKey:
                record.KeyId = new KeyId { Id = UnknownKey() };
                break;
            default:
                break;
        }
    }

    // What a record was before somebody changed it, as a phone may leave it in a snapshot: the later one counts.
    private SyncdRecord Earlier(SyncdRecord record, PhoneCollection phone)
    {
        var mac = new AppStateMac(record.Index.Blob.Span);
        var stored = phone.Stored.First(entry => entry.IndexMac == mac);
        var value = stored.Value.Clone();
        value.Timestamp = 1;
        if (value.ContactAction is { } contact)
        {
            contact.FullName = "An earlier name";
        }

        var key = state.Keys.Find(stored.KeyId.Bytes)!;
        return MutationEncoder.Encode(
            MutationOperation.Set, key.Expanded, stored.IndexBytes, value, stored.ActionVersion, random.Bytes(MutationEncoder.IvSize), out _).Record;
    }

    private void Sign(SyncdPatch patch)
    {
        var key = state.Keys.Find(patch.KeyId.Id.Span)!;
        var macs = patch.Mutations.Select(mutation => new AppStateMac(mutation.Record.Value.Blob.Span[^AppStateMac.Size..]));
        patch.PatchMac = ByteString.CopyFrom(
            AppStateMacs.Patch(key.Expanded.PatchMacKey, patch.SnapshotMac.Span, macs, patch.Version.Version, name).ToArray());
    }

    private (bool IsFile, byte[] Bytes)? Garbage(AppStateDefect defect) => defect switch
    {
        // No field has the number 0, so the first byte cannot begin one.
        AppStateDefect.Garbage => (false, [0, .. random.Bytes(63)]),
        AppStateDefect.GarbageFile => (true, [0, .. random.Bytes(1023)]),
        _ => null,
    };

    private ByteString UnknownKey() => ByteString.CopyFrom([0, 0, .. random.Bytes(4)]);

    private static ByteString Changed(ByteString bytes, int position)
    {
        var changed = bytes.ToByteArray();
        changed[position] ^= 1;
        return ByteString.CopyFrom(changed);
    }
}
