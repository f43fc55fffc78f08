using Google.Protobuf;
using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Noise;

/// <summary>
/// What the server proves itself with: its root, the intermediate certificate, its static key, and the chain from one to
/// the other. Protocol section 2.4.
/// </summary>
internal sealed class ServerIdentity
{
    private const uint IntermediateSerial = 3;
    private const uint LeafSerial = 329;
    private static readonly TimeSpan ValidBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan ValidAfter = TimeSpan.FromDays(3650);

    private readonly KeyPair _intermediate;

    private ServerIdentity(KeyPair root, KeyPair intermediate, KeyPair @static, byte[] chain)
    {
        Root = root;
        _intermediate = intermediate;
        Static = @static;
        Chain = chain;
    }

    /// <summary>The key that clients must be configured to trust.</summary>
    public KeyPair Root { get; }

    /// <summary>The server's static key of the Noise handshake.</summary>
    public KeyPair Static { get; }

    /// <summary>The serialized chain.</summary>
    public byte[] Chain { get; }

    /// <summary>Makes all keys and a chain that is valid for ten years from a month before <paramref name="now"/>.</summary>
    public static ServerIdentity Create(SimulatorRandom random, DateTimeOffset now)
    {
        var root = random.NextKeyPair();
        var intermediate = random.NextKeyPair();
        var @static = random.NextKeyPair();
        var chain = new ChainPlan(@static.PublicKey.ToArray(), now - ValidBefore, now + ValidAfter)
            .Build(root, intermediate, random);
        return new ServerIdentity(root, intermediate, @static, chain.ToByteArray());
    }

    /// <summary>Takes keys and a chain from elsewhere, such as a recording.</summary>
    public static ServerIdentity From(KeyPair root, KeyPair intermediate, KeyPair @static, byte[] chain) =>
        new(root, intermediate, @static, chain);

    /// <summary>A chain that a client has to refuse for exactly one reason.</summary>
    public byte[] ChainWith(CertificateDefect defect, SimulatorRandom random, DateTimeOffset now)
    {
        var good = new ChainPlan(Static.PublicKey.ToArray(), now - ValidBefore, now + ValidAfter);
        switch (defect)
        {
            case CertificateDefect.WrongRoot:
                return good.Build(random.NextKeyPair(), _intermediate, random).ToByteArray();
            case CertificateDefect.WrongIssuer:
                return (good with { LeafIssuer = IntermediateSerial + 1 }).Build(Root, _intermediate, random).ToByteArray();
            case CertificateDefect.Expired:
                return (good with { NotAfter = now - TimeSpan.FromDays(1) }).Build(Root, _intermediate, random).ToByteArray();
            case CertificateDefect.NotYetValid:
                return (good with { NotBefore = now + TimeSpan.FromDays(1) }).Build(Root, _intermediate, random).ToByteArray();
            case CertificateDefect.LeafKeyMismatch:
                var other = random.NextKeyPair().PublicKey.ToArray();
                return (good with { LeafKey = other }).Build(Root, _intermediate, random).ToByteArray();
            case CertificateDefect.BadSignature:
                var chain = good.Build(Root, _intermediate, random);
                var signature = chain.Leaf.Signature.ToByteArray();
                signature[10] ^= 0x01;
                chain.Leaf.Signature = ByteString.CopyFrom(signature);
                return chain.ToByteArray();
            case CertificateDefect.Missing:
                var incomplete = good.Build(Root, _intermediate, random);
                incomplete.Intermediate = null;
                return incomplete.ToByteArray();
            case CertificateDefect.Garbage:
                return random.Bytes(Chain.Length);
            default:
                throw new ArgumentOutOfRangeException(nameof(defect), defect, "Not a certificate defect.");
        }
    }

    private sealed record ChainPlan(byte[] LeafKey, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
    {
        public uint LeafIssuer { get; init; } = IntermediateSerial;

        public CertChain Build(KeyPair root, KeyPair intermediate, SimulatorRandom random) => new()
        {
            Intermediate = Certify(IntermediateSerial, issuer: 0, intermediate.PublicKey, root, random),
            Leaf = Certify(LeafSerial, LeafIssuer, LeafKey, intermediate, random),
        };

        private CertChain.Types.NoiseCertificate Certify(
            uint serial,
            uint issuer,
            ReadOnlySpan<byte> key,
            KeyPair signer,
            SimulatorRandom random)
        {
            var details = new CertChain.Types.NoiseCertificate.Types.Details
            {
                Serial = serial,
                IssuerSerial = issuer,
                Key = ByteString.CopyFrom(key),
                NotBefore = (ulong)NotBefore.ToUnixTimeSeconds(),
                NotAfter = (ulong)NotAfter.ToUnixTimeSeconds(),
            }.ToByteArray();
            return new()
            {
                Details = ByteString.CopyFrom(details),
                Signature = ByteString.CopyFrom(random.Sign(signer, details)),
            };
        }
    }
}
