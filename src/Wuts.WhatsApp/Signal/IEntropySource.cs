using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>Where keys, nonces and padding lengths come from, so that a conversation can be reproduced byte for byte.</summary>
internal interface IEntropySource
{
    /// <summary>Fills the span with unpredictable bytes.</summary>
    void Fill(Span<byte> bytes);
}

/// <summary>The operating system's generator. Nothing else is used outside tests.</summary>
internal sealed class SystemEntropySource : IEntropySource
{
    /// <summary>The only instance.</summary>
    public static SystemEntropySource Instance { get; } = new();

    private SystemEntropySource()
    {
    }

    /// <inheritdoc />
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}

internal static class EntropySourceExtensions
{
    /// <summary>Draws an X25519 key pair: 32 bytes.</summary>
    public static (byte[] Private, byte[] Public) NextRatchetKey(this IEntropySource entropy)
    {
        var pair = (Private: new byte[X25519.KeySize], Public: new byte[X25519.KeySize]);
        entropy.Fill(pair.Private);
        X25519.DerivePublicKey(pair.Private, pair.Public);
        return pair;
    }
}
