using System.Buffers.Binary;
using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Protos;
using KeyShare = Wuts.WhatsApp.Protos.AppStateSyncKey;

namespace Wuts.Simulator.AppState;

/// <summary>A key of the phone's app state.</summary>
/// <param name="Id">Its name: six bytes of device number and epoch.</param>
/// <param name="Data">The 32 secret bytes.</param>
/// <param name="Timestamp">Milliseconds since 1970 when the phone made it.</param>
internal sealed record SyncKey(AppStateKeyId Id, byte[] Data, long Timestamp)
{
    private MutationKeys? _expanded;

    /// <summary>The keys that it expands to.</summary>
    public MutationKeys Expanded => _expanded ??= new MutationKeys(Id, Data);
}

/// <summary>The app-state keys of a phone; only the phone makes them. Sync section 3.4. Not safe for concurrent use.</summary>
internal sealed class SyncKeyRing
{
    private const int KeySize = 32;

    private readonly List<SyncKey> _keys = [];
    private readonly SimulatorRandom _random;
    private uint _epoch;

    public SyncKeyRing(SimulatorRandom random, long now)
    {
        _random = random;
        Rotate(now);
    }

    /// <summary>The key that new records are written with.</summary>
    public SyncKey Newest => _keys[^1];

    /// <summary>All keys that the phone still has, oldest first.</summary>
    public IReadOnlyList<SyncKey> All => _keys;

    /// <summary>Makes a new key, which is used from now on.</summary>
    public SyncKey Rotate(long now)
    {
        // Epochs go up, with gaps, as on phones.
        _epoch += 1 + (_random.NextUInt32() % 100);
        Span<byte> id = stackalloc byte[6];
        BinaryPrimitives.WriteUInt32BigEndian(id[2..], _epoch);
        var timestamp = _keys.Count == 0 ? now : Math.Max(now, Newest.Timestamp + 1);
        _keys.Add(new SyncKey(new AppStateKeyId(id), _random.Bytes(KeySize), timestamp));
        return Newest;
    }

    /// <summary>Takes over a key of an earlier time, which the phone shares but writes nothing with.</summary>
    public void Keep(SyncKey key) => _keys.Insert(0, key);

    public SyncKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in _keys)
        {
            if (key.Id.Bytes.SequenceEqual(id))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The key as it is shared. Without its data it says that the phone does not have it.</summary>
    public static KeyShare ToWire(SyncKey key, ADVKeyIndexList devices)
    {
        var fingerprint = new AppStateSyncKeyFingerprint { RawId = devices.RawId, CurrentIndex = devices.CurrentIndex };
        fingerprint.DeviceIndexes.AddRange(devices.ValidIndexes);
        return new KeyShare
        {
            KeyId = new AppStateSyncKeyId { KeyId = ByteString.CopyFrom(key.Id.Bytes) },
            KeyData = new AppStateSyncKeyData
            {
                KeyData = ByteString.CopyFrom(key.Data),
                Fingerprint = fingerprint,
                Timestamp = key.Timestamp,
            },
        };
    }
}
