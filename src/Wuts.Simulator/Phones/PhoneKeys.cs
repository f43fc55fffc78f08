using System.Buffers.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator.Phones;

/// <summary>
/// The pre-keys of a phone with their private halves: others fetch the public ones, and messages to the phone are opened
/// with the private ones. One-time keys are made as they are asked for, so a phone never runs out. Protocol section 9.
/// </summary>
internal sealed class PhoneKeys
{
    private const int IdSpace = 1 << 24;

    private readonly Lock _gate = new();
    private readonly SimulatorRandom _random;
    private readonly Dictionary<int, KeyPair> _oneTime = [];
    private int _lastId;

    public PhoneKeys(KeyPair identity, SimulatorRandom random)
    {
        _random = random;
        RegistrationId = (random.NextUInt32() % 16380) + 1;
        SignedPreKey = random.NextKeyPair();
        SignedPreKeySignature = random.Sign(identity, [Curve25519KeyType, .. SignedPreKey.PublicKey]);
    }

    /// <summary>The type byte in front of a key where it is signed. Protocol section 10.1.</summary>
    public const byte Curve25519KeyType = 5;

    /// <summary>Number of the signed pre-key.</summary>
    public const int SignedPreKeyId = 1;

    public uint RegistrationId { get; }

    public KeyPair SignedPreKey { get; }

    public byte[] SignedPreKeySignature { get; }

    /// <summary>The signed pre-key as it stands on the wire.</summary>
    public SignedPreKeyRecord SignedRecord => new(IdBytes(SignedPreKeyId), SignedPreKey.PublicKey.ToArray(), SignedPreKeySignature);

    /// <summary>The registration id as it stands on the wire.</summary>
    public byte[] RegistrationIdBytes
    {
        get
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, RegistrationId);
            return bytes;
        }
    }

    /// <summary>A fresh one-time key: its id as it stands on the wire, and its public key.</summary>
    public (byte[] Id, byte[] PublicKey) TakeOneTime()
    {
        lock (_gate)
        {
            _lastId = (_lastId % (IdSpace - 1)) + 1;
            var pair = _random.NextKeyPair();
            _oneTime[_lastId] = pair;
            return (IdBytes(_lastId), pair.PublicKey.ToArray());
        }
    }

    /// <summary>The private half of a one-time key that was handed out and not used.</summary>
    public KeyPair? OneTime(int id)
    {
        lock (_gate)
        {
            return _oneTime.GetValueOrDefault(id);
        }
    }

    /// <summary>The private half of a one-time key that a message names; it is used up by that.</summary>
    public KeyPair? UseOneTime(int id)
    {
        lock (_gate)
        {
            return _oneTime.Remove(id, out var pair) ? pair : null;
        }
    }

    private static byte[] IdBytes(int id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];
}
