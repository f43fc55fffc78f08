using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Phones;

/// <summary>What the phone made for a device that is being linked.</summary>
/// <param name="KeyIndex">The index under which it is signed.</param>
/// <param name="Signed">Details, account key and account signature; the device signature is still missing.</param>
/// <param name="Container">The signed identity with its HMAC, serialized for pair-success.</param>
internal sealed record IssuedIdentity(uint KeyIndex, ADVSignedDeviceIdentity Signed, byte[] Container);

/// <summary>
/// The phone of an account: it holds the identity key, vouches for linked devices and keeps the signed list of them.
/// Protocol sections 3.5 and 7.7. Safe for concurrent use.
/// </summary>
internal sealed class PrimaryPhone(
    KeyPair identity,
    uint rawId,
    uint firstKeyIndex,
    bool hosted,
    SimulatorRandom random,
    TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedSet<uint> _validIndexes = [0];
    private uint _nextKeyIndex = firstKeyIndex;
    private ADVSignedKeyIndexList? _keyIndexList;
    private PhoneKeys? _keys;

    /// <summary>The identity key, which also signs for the account.</summary>
    public KeyPair Identity { get; } = identity;

    /// <summary>Where the phone's random numbers come from.</summary>
    public SimulatorRandom Random { get; } = random;

    /// <summary>The phone's own pre-keys, made when somebody asks for them.</summary>
    public PhoneKeys Keys
    {
        get
        {
            lock (_gate)
            {
                return _keys ??= new PhoneKeys(Identity, Random);
            }
        }
    }

    /// <summary>The list of valid key indexes, signed.</summary>
    public ADVSignedKeyIndexList KeyIndexList
    {
        get
        {
            lock (_gate)
            {
                return _keyIndexList ??= SignKeyIndexList();
            }
        }
    }

    /// <summary>Vouches for a companion: signs its identity key and protects the whole with the secret of its QR.</summary>
    public IssuedIdentity Issue(ReadOnlySpan<byte> companionIdentity, ReadOnlySpan<byte> advSecret, PairSuccessDefect? defect = null)
    {
        uint keyIndex;
        lock (_gate)
        {
            keyIndex = _nextKeyIndex++;
        }

        var type = hosted ? ADVEncryptionType.Hosted : ADVEncryptionType.E2Ee;
        var details = new ADVDeviceIdentity
        {
            RawId = rawId,
            Timestamp = (ulong)time.GetUtcNow().ToUnixTimeSeconds(),
            KeyIndex = keyIndex,
            AccountType = type,
            DeviceType = type,
        }.ToByteArray();

        var signer = defect is PairSuccessDefect.WrongAccountSignature ? Random.NextKeyPair() : Identity;
        var prefix = hosted ? AdvPrefix.HostedAccount : AdvPrefix.Account;
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(details),
            AccountSignatureKey = ByteString.CopyFrom(Identity.PublicKey),
            AccountSignature = ByteString.CopyFrom(Random.Sign(signer, [.. prefix, .. details, .. companionIdentity])),
        };

        var protectedBytes = signed.ToByteArray();
        if (defect is PairSuccessDefect.Truncated)
        {
            protectedBytes = protectedBytes[..(protectedBytes.Length / 2)];
        }

        var secret = defect is PairSuccessDefect.WrongHmac ? Random.Bytes(32) : advSecret;
        var container = new ADVSignedDeviceIdentityHMAC
        {
            Details = ByteString.CopyFrom(protectedBytes),
            Hmac = ByteString.CopyFrom(HMACSHA256.HashData(secret, hosted ? [.. AdvPrefix.HostedAccount, .. protectedBytes] : protectedBytes)),
            AccountType = type,
        };
        return new IssuedIdentity(keyIndex, signed, container.ToByteArray());
    }

    /// <summary>Whether the account signature in a device identity is this phone's, for the companion with this identity key.</summary>
    public bool HasSigned(ADVSignedDeviceIdentity signed, ReadOnlySpan<byte> companionIdentity)
    {
        var prefix = hosted ? AdvPrefix.HostedAccount : AdvPrefix.Account;
        return signed.AccountSignature.Length == XEdDsa.SignatureSize
            && XEdDsa.Verify(
                Identity.PublicKey, [.. prefix, .. signed.Details.Span, .. companionIdentity], signed.AccountSignature.Span);
    }

    /// <summary>Takes a device that is linked now into the list.</summary>
    public void Admit(uint keyIndex)
    {
        lock (_gate)
        {
            _validIndexes.Add(keyIndex);
            _keyIndexList = null;
        }
    }

    /// <summary>Takes a device that is no longer linked out of the list.</summary>
    public void Expel(uint keyIndex)
    {
        lock (_gate)
        {
            _validIndexes.Remove(keyIndex);
            _keyIndexList = null;
        }
    }

    private ADVSignedKeyIndexList SignKeyIndexList()
    {
        var list = new ADVKeyIndexList
        {
            RawId = rawId,
            Timestamp = (ulong)time.GetUtcNow().ToUnixTimeSeconds(),
            CurrentIndex = _nextKeyIndex - 1,
            AccountType = hosted ? ADVEncryptionType.Hosted : ADVEncryptionType.E2Ee,
        };
        list.ValidIndexes.AddRange(_validIndexes);
        var details = list.ToByteArray();
        var prefix = hosted ? AdvPrefix.HostedKeyIndexList : AdvPrefix.KeyIndexList;
        var signed = new ADVSignedKeyIndexList
        {
            Details = ByteString.CopyFrom(details),
            AccountSignature = ByteString.CopyFrom(Random.Sign(Identity, [.. prefix, .. details])),
        };
        if (hosted)
        {
            signed.AccountSignatureKey = ByteString.CopyFrom(Identity.PublicKey);
        }

        return signed;
    }
}
