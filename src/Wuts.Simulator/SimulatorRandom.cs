using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator;

/// <summary>
/// Where every key, reference and identifier of the simulator comes from: the system's generator, or a stream that a seed
/// determines completely. A seeded run that meets the same clients in the same order gives the same bytes.
/// </summary>
/// <remarks>
/// <see cref="Fork"/> gives each owner (the server, an account, a connection) a stream of its own, so that what one of them
/// draws does not shift what the others get. Safe for concurrent use. A seeded source is for tests: its keys are no secret.
/// </remarks>
public sealed class SimulatorRandom
{
    private readonly Lock _gate = new();
    private readonly byte[]? _key;
    private ulong _block;

    private SimulatorRandom(byte[]? key) => _key = key;

    /// <summary>The system's cryptographic generator.</summary>
    public static SimulatorRandom System { get; } = new((byte[]?)null);

    /// <summary>A stream that depends on nothing but the seed.</summary>
    public static SimulatorRandom Seeded(ulong seed)
    {
        Span<byte> text = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(text, seed);
        return new SimulatorRandom(SHA256.HashData(text));
    }

    /// <summary>The stream of an owner within this one. The system's generator has only itself.</summary>
    public SimulatorRandom Fork(string owner) =>
        _key is null ? this : new SimulatorRandom(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(owner)));

    /// <summary>Fills the destination with the next bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        if (_key is null)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        Span<byte> counter = stackalloc byte[8];
        Span<byte> block = stackalloc byte[32];
        lock (_gate)
        {
            while (!destination.IsEmpty)
            {
                BinaryPrimitives.WriteUInt64BigEndian(counter, _block++);
                HMACSHA256.HashData(_key, counter, block);
                var taken = Math.Min(block.Length, destination.Length);
                block[..taken].CopyTo(destination);
                destination = destination[taken..];
            }
        }
    }

    /// <summary>The next bytes as an array.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>The next X25519 key pair.</summary>
    internal KeyPair NextKeyPair() => KeyPair.FromPrivateKey(Bytes(X25519.KeySize));

    /// <summary>A signature whose nonce comes from this stream.</summary>
    internal byte[] Sign(KeyPair signer, ReadOnlySpan<byte> message)
    {
        Span<byte> nonce = stackalloc byte[64];
        Fill(nonce);
        var signature = new byte[XEdDsa.SignatureSize];
        XEdDsa.Sign(signer.PrivateKey, message, nonce, signature);
        return signature;
    }
}
