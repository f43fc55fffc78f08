using BenchmarkDotNet.Attributes;
using Wuts.Simulator;
using Wuts.Simulator.Noise;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;

namespace Wuts.Benchmarks;

/// <summary>What a frame costs after the handshake. Neither direction allocates.</summary>
[MemoryDiagnoser]
public class NoiseFrameBenchmarks : IDisposable
{
    private readonly NoiseTransport _client = new(new byte[32], new byte[32]);
    private readonly NoiseTransport _server = new(new byte[32], new byte[32]);
    private byte[] _plaintext = [];
    private byte[] _sealed = [];

    /// <summary>Length of the plaintext in bytes: a ping, a message, a long list of contacts.</summary>
    [Params(64, 1024, 65536)]
    public int Length { get; set; }

    /// <summary>Makes the buffers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _plaintext = new byte[Length];
        _sealed = new byte[NoiseTransport.SealedSize(Length)];
    }

    /// <summary>Seals a frame.</summary>
    [Benchmark]
    public int Seal() => _client.Seal(_plaintext, _sealed);

    /// <summary>Seals a frame and opens it at the other end; a frame opens only once.</summary>
    [Benchmark]
    public int SealAndOpen()
    {
        _server.Seal(_plaintext, _sealed);
        return _client.Open(_sealed, _plaintext);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>What a connection costs until its first stanza: both sides of the handshake, with the check of the certificates.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
public class HandshakeBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);

    private ServerIdentity _server = null!;
    private ClientHandshakeOptions _full = null!;
    private ClientHandshakeOptions _resuming = null!;

    /// <summary>Makes the keys of both sides.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _server = ServerIdentity.Create(SimulatorRandom.Seeded(1), Now);
        _full = new ClientHandshakeOptions(KeyPair.Generate(), new byte[300], _server.Root.PublicKey.ToArray());
        _resuming = _full with { Resume = new VerifiedServerKey(_server.Static.PublicKey.ToArray(), DateTimeOffset.MaxValue) };
    }

    /// <summary>The full handshake (XX).</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("handshake")]
    public int Full() => Run(_full);

    /// <summary>A resumption (IK): one round trip less.</summary>
    [Benchmark, BenchmarkCategory("handshake")]
    public int Resumed() => Run(_resuming);

    /// <summary>The check of the certificates alone, which both handshakes contain: two signatures.</summary>
    [Benchmark, BenchmarkCategory("certificates")]
    public ServerCertificateFault CertificateChain() =>
        ServerCertificate.Verify(_server.Chain, _server.Static.PublicKey, _server.Root.PublicKey, Now, out _);

    private int Run(ClientHandshakeOptions options)
    {
        using var client = new ClientHandshake(options);
        using var server = new ServerHandshake(_server, KeyPair.Generate());
        var (serverHello, outcome) = server.AnswerHello(client.CreateClientHello(), new HandshakePlan(_server.Chain));
        var result = client.ReadServerHello(serverHello, Now);
        outcome ??= server.Finish(result.ClientFinish);
        using var clientEnd = result.Transport;
        using var serverEnd = outcome.Transport;
        return outcome.ClientPayload.Length;
    }
}
