namespace Wuts.WhatsApp.Noise;

/// <summary>Names and constants of the handshake. Protocol sections 1.2 and 2.1.</summary>
internal static class NoiseProtocol
{
    /// <summary>The full handshake; always possible.</summary>
    public const string Xx = "Noise_XX_25519_AESGCM_SHA256";

    /// <summary>Resumption with a server static key that is already known.</summary>
    public const string Ik = "Noise_IK_25519_AESGCM_SHA256";

    /// <summary>What both sides continue with when the server refuses a resumption.</summary>
    public const string XxFallback = "Noise_XXfallback_25519_AESGCM_SHA256";

    /// <summary>Length of keys, hashes and chaining keys in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Length of the authentication tag that every ciphertext ends with, in bytes.</summary>
    public const int TagSize = 16;

    /// <summary>Length of an AES-GCM nonce in bytes: eight zero bytes and a big-endian 32-bit counter.</summary>
    public const int NonceSize = 12;

    /// <summary>
    /// "WA", protocol version 6, token dictionary version 3: the first bytes on every connection, and the Noise prologue.
    /// </summary>
    public static ReadOnlySpan<byte> Prologue => "WA\u0006\u0003"u8;
}
