using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Wuts.WhatsApp.Crypto;
using BouncyEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;
using BouncyX25519 = Org.BouncyCastle.Math.EC.Rfc7748.X25519;

namespace Wuts.Benchmarks;

/// <summary>
/// What the operations with Curve25519 keys cost, each against the nearest one of BouncyCastle. It has no XEdDSA; its Ed25519 does the
/// same work but for one multiplication by the base point when signing and the conversion of the
/// key when verifying.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class CurveBenchmarks
{
    private readonly byte[] _message = new byte[33];
    private readonly byte[] _random = new byte[64];
    private readonly byte[] _result = new byte[32];
    private readonly byte[] _signature = new byte[64];
    private readonly byte[] _bouncyPublicKey = new byte[32];
    private readonly byte[] _bouncySignature = new byte[64];
    private byte[] _privateKey = null!;
    private byte[] _publicKey = null!;
    private byte[] _signed = null!;

    /// <summary>Makes the keys and signatures, and lets both libraries build their tables.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var pair = KeyPair.FromPrivateKey([.. Enumerable.Range(1, 32).Select(static i => (byte)(i * 37))]);
        _privateKey = pair.PrivateKey.ToArray();
        _publicKey = pair.PublicKey.ToArray();
        _signed = XEdDsa.Sign(_privateKey, _message);
        BouncyX25519.Precompute();
        BouncyEd25519.GeneratePublicKey(_privateKey, 0, _bouncyPublicKey, 0);
        BouncyEd25519.Sign(_privateKey, 0, _message, 0, _message.Length, _bouncySignature, 0);
    }

    /// <summary>X25519 agreement of BouncyCastle.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("agree")]
    public void BouncyAgree() => BouncyX25519.ScalarMult(_privateKey, 0, _publicKey, 0, _result, 0);

    /// <summary>X25519 agreement.</summary>
    [Benchmark, BenchmarkCategory("agree")]
    public bool Agree() => X25519.TryAgree(_privateKey, _publicKey, _result);

    /// <summary>X25519 public key of BouncyCastle.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("derive")]
    public void BouncyDerive() => BouncyX25519.ScalarMultBase(_privateKey, 0, _result, 0);

    /// <summary>X25519 public key.</summary>
    [Benchmark, BenchmarkCategory("derive")]
    public void Derive() => X25519.DerivePublicKey(_privateKey, _result);

    /// <summary>Ed25519 signature of BouncyCastle under a known public key: one multiplication by the base point.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("sign")]
    public void BouncySign() => BouncyEd25519.Sign(_privateKey, 0, _bouncyPublicKey, 0, _message, 0, _message.Length, _signature, 0);

    /// <summary>XEdDSA signature: two multiplications by the base point.</summary>
    [Benchmark, BenchmarkCategory("sign")]
    public void Sign() => XEdDsa.Sign(_privateKey, _message, _random, _signature);

    /// <summary>Ed25519 verification of BouncyCastle.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("verify")]
    public bool BouncyVerify() => BouncyEd25519.Verify(_bouncySignature, 0, _bouncyPublicKey, 0, _message, 0, _message.Length);

    /// <summary>XEdDSA verification.</summary>
    [Benchmark, BenchmarkCategory("verify")]
    public bool Verify() => XEdDsa.Verify(_publicKey, _message, _signed);
}
