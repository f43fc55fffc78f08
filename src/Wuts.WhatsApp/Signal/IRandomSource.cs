using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>Where keys, nonces and padding lengths come from, so that a conversation can be reproduced byte for byte.</summary>
internal interface IRandomSource
{
    /// <summary>Fills the span with unpredictable bytes.</summary>
    void Fill(Span<byte> bytes);
}

/// <summary>The operating system's generator. Nothing else is used outside tests.</summary>
internal sealed class SystemRandomSource : IRandomSource
{
    /// <summary>The only instance.</summary>
    public static SystemRandomSource Instance { get; } = new();

    private SystemRandomSource()
    {
    }

    /// <inheritdoc />
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}

internal static class RandomSourceExtensions
{
    /// <summary>Draws an X25519 key pair: 32 bytes.</summary>
    public static (byte[] Private, byte[] Public) NextRatchetKey(this IRandomSource random)
    {
        var pair = (Private: new byte[X25519.KeySize], Public: new byte[X25519.KeySize]);
        random.Fill(pair.Private);
        X25519.DerivePublicKey(pair.Private, pair.Public);
        return pair;
    }
}
