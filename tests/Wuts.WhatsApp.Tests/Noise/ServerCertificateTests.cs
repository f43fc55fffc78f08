using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Protos;
using Certificate = Wuts.WhatsApp.Protos.CertChain.Types.NoiseCertificate;

namespace Wuts.WhatsApp.Tests.Noise;

public class ServerCertificateTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("noise-captured-and-certs.json");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_743_000_000);
    private static readonly KeyPair Root = KeyPair.FromPrivateKey(TestKey("rootKey").HexOf("private"));
    private static readonly KeyPair Intermediate = KeyPair.FromPrivateKey(TestKey("intermediateKey").HexOf("private"));
    private static readonly KeyPair Server = KeyPair.FromPrivateKey(TestKey("serverStatic").HexOf("private"));

    [Fact]
    public void Default_root_key_is_the_production_key() =>
        Assert.Equal(Vectors.TextOf("productionRootKey"), Hex.Text(ServerCertificate.WhatsAppRootKey));

    [Fact]
    public void Captured_production_chain_is_accepted_until_it_expires()
    {
        var captured = Vectors.GetProperty("captured");

        Assert.Equal(ServerCertificateFault.None, Verify(captured.GetProperty("validAt").GetInt64()));
        Assert.Equal(ServerCertificateFault.Expired, Verify(captured.GetProperty("expiredAt").GetInt64()));

        ServerCertificateFault Verify(long at) => ServerCertificate.Verify(
            captured.HexOf("certChain"),
            captured.HexOf("serverStaticPublic"),
            ServerCertificate.WhatsAppRootKey,
            DateTimeOffset.FromUnixTimeSeconds(at),
            out _);
    }

    [Theory]
    [InlineData("captured")]
    [InlineData("testChain")]
    public void Parsed_fields_of_the_chains_are_as_recorded(string section)
    {
        var vector = Vectors.GetProperty(section);
        var chain = CertChain.Parser.ParseFrom(vector.HexOf(section == "captured" ? "certChain" : "chain"));
        var parsed = vector.GetProperty("parsedChain");

        AssertCertificate(parsed.GetProperty("intermediate"), chain.Intermediate);
        AssertCertificate(parsed.GetProperty("leaf"), chain.Leaf);
    }

    [Fact]
    public void Test_chain_is_reproduced_from_its_keys_and_accepted()
    {
        var vector = Vectors.GetProperty("testChain");
        var random = vector.GetProperty("signatureRandom");

        var chain = Chain(
            Sign(Root, IntermediateDetails(), random.HexOf("intermediate")), Sign(Intermediate, LeafDetails(), random.HexOf("leaf")));

        Assert.Equal(vector.TextOf("chain"), Hex.Text(chain));
        Assert.Equal(ServerCertificateFault.None, ServerCertificate.Verify(chain, Server.PublicKey, Root.PublicKey, Now, out var until));
        Assert.Equal(4_102_444_800, until.ToUnixTimeSeconds());
    }

    [Fact]
    public void Chains_that_must_be_rejected_are_rejected_for_the_right_reason()
    {
        var reasons = new Dictionary<string, ServerCertificateFault>
        {
            ["captured chain, one bit of the intermediate signature flipped"] = ServerCertificateFault.UntrustedIntermediate,
            ["captured chain, one bit of the leaf details flipped"] = ServerCertificateFault.UntrustedLeaf,
            ["captured chain under the test root"] = ServerCertificateFault.UntrustedIntermediate,
            ["test chain with another server static key"] = ServerCertificateFault.WrongServerKey,
            ["captured chain after the leaf expired"] = ServerCertificateFault.Expired,
            ["intermediate with issuerSerial 1 (correctly signed)"] = ServerCertificateFault.UntrustedIntermediate,
            ["leaf whose issuerSerial is not the intermediate serial (correctly signed)"] = ServerCertificateFault.UntrustedLeaf,
        };
        var vectors = Vectors.GetProperty("mustReject").EnumerateArray().ToList();
        Assert.Equal(reasons.Count, vectors.Count);

        foreach (var vector in vectors)
        {
            var fault = ServerCertificate.Verify(
                vector.HexOf("chain"),
                vector.HexOf("serverStatic"),
                vector.HexOf("root"),
                DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("at").GetInt64()),
                out _);
            Assert.Equal(reasons[vector.TextOf("name")], fault);
        }
    }

    [Theory]
    [InlineData(1_700_000_000, ServerCertificateFault.None)]
    [InlineData(1_699_999_999, ServerCertificateFault.NotYetValid)]
    [InlineData(4_102_444_800, ServerCertificateFault.None)]
    [InlineData(4_102_444_801, ServerCertificateFault.Expired)]
    [InlineData(-5, ServerCertificateFault.NotYetValid)]
    public void Both_ends_of_the_validity_are_inclusive(long at, ServerCertificateFault expected) => Assert.Equal(
        expected,
        ServerCertificate.Verify(
            Vectors.GetProperty("testChain").HexOf("chain"),
            Server.PublicKey,
            Root.PublicKey,
            DateTimeOffset.FromUnixTimeSeconds(at),
            out _));

    [Fact]
    public void Each_certificate_must_be_valid_in_itself()
    {
        var (expired, early) = (IntermediateDetails(), LeafDetails());
        expired.NotAfter = (ulong)Now.ToUnixTimeSeconds() - 1;
        early.NotBefore = (ulong)Now.ToUnixTimeSeconds() + 1;

        Assert.Equal(ServerCertificateFault.Expired, Verify(Chain(Sign(Root, expired), Sign(Intermediate, LeafDetails()))));
        Assert.Equal(ServerCertificateFault.NotYetValid, Verify(Chain(Sign(Root, IntermediateDetails()), Sign(Intermediate, early))));
    }

    [Fact]
    public void Certificate_without_dates_is_expired()
    {
        var details = LeafDetails();
        details.ClearNotBefore();
        details.ClearNotAfter();

        Assert.Equal(ServerCertificateFault.Expired, Verify(Chain(Sign(Root, IntermediateDetails()), Sign(Intermediate, details))));
    }

    [Fact]
    public void Absent_issuer_of_the_intermediate_counts_as_the_root()
    {
        var details = IntermediateDetails();
        details.ClearIssuerSerial();

        Assert.Equal(ServerCertificateFault.None, Verify(Chain(Sign(Root, details), Sign(Intermediate, LeafDetails()))));
    }

    [Fact]
    public void End_of_time_does_not_overflow()
    {
        var (intermediate, leaf) = (IntermediateDetails(), LeafDetails());
        intermediate.NotAfter = leaf.NotAfter = ulong.MaxValue;
        var chain = Chain(Sign(Root, intermediate), Sign(Intermediate, leaf));

        var fault = ServerCertificate.Verify(chain, Server.PublicKey, Root.PublicKey, Now, out var until);

        Assert.Equal(ServerCertificateFault.None, fault);
        Assert.Equal(9999, until.Year);
    }

    [Fact]
    public void Incomplete_chains_are_malformed()
    {
        var (intermediate, leaf) = (Sign(Root, IntermediateDetails()), Sign(Intermediate, LeafDetails()));
        var shortKey = LeafDetails();
        shortKey.Key = ByteString.CopyFrom(new byte[31]);

        Assert.All(
            [
                [],
                [0xff, 0xff],
                new CertChain { Leaf = leaf }.ToByteArray(),
                new CertChain { Intermediate = intermediate }.ToByteArray(),
                Chain(intermediate, new Certificate { Details = leaf.Details }),
                Chain(intermediate, new Certificate { Signature = leaf.Signature }),
                Chain(intermediate, new Certificate { Details = leaf.Details, Signature = ByteString.CopyFrom(new byte[63]) }),
                Chain(intermediate, new Certificate { Details = ByteString.CopyFrom(0xff), Signature = leaf.Signature }),
                Chain(intermediate, Sign(Intermediate, shortKey)),
            ],
            (byte[] chain) => Assert.Equal(ServerCertificateFault.Malformed, Verify(chain)));
    }

    private static ServerCertificateFault Verify(byte[] chain) =>
        ServerCertificate.Verify(chain, Server.PublicKey, Root.PublicKey, Now, out _);

    private static JsonElement TestKey(string name) => Vectors.GetProperty("testChain").GetProperty(name);

    private static Certificate.Types.Details IntermediateDetails() => Details(3, 0, Intermediate);

    private static Certificate.Types.Details LeafDetails() => Details(329, 3, Server);

    private static Certificate.Types.Details Details(uint serial, uint issuer, KeyPair key) => new()
    {
        Serial = serial,
        IssuerSerial = issuer,
        Key = ByteString.CopyFrom(key.PublicKey),
        NotBefore = 1_700_000_000,
        NotAfter = 4_102_444_800,
    };

    private static Certificate Sign(KeyPair issuer, Certificate.Types.Details details, byte[]? random = null)
    {
        var (bytes, signature) = (details.ToByteArray(), new byte[XEdDsa.SignatureSize]);
        XEdDsa.Sign(issuer.PrivateKey, bytes, random ?? new byte[64], signature);
        return new Certificate { Details = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(signature) };
    }

    private static byte[] Chain(Certificate intermediate, Certificate leaf) =>
        new CertChain { Intermediate = intermediate, Leaf = leaf }.ToByteArray();

    private static void AssertCertificate(JsonElement expected, Certificate certificate)
    {
        var details = Certificate.Types.Details.Parser.ParseFrom(certificate.Details);
        Assert.Equal(expected.TextOf("details"), Hex.Text(certificate.Details.Span));
        Assert.Equal(expected.TextOf("signature"), Hex.Text(certificate.Signature.Span));
        Assert.Equal(expected.GetProperty("serial").GetUInt32(), details.Serial);
        Assert.Equal(expected.GetProperty("issuerSerial").GetUInt32(), details.IssuerSerial);
        Assert.Equal(expected.TextOf("key"), Hex.Text(details.Key.Span));
        Assert.Equal(expected.GetProperty("notBefore").GetUInt64(), details.NotBefore);
        Assert.Equal(expected.GetProperty("notAfter").GetUInt64(), details.NotAfter);
    }
}
