namespace Wuts.WhatsApp.Noise;

/// <summary>
/// A server static key whose certificate chain verified; keep it to resume with one round trip less next time.
/// Protocol section 2.6.
/// </summary>
/// <remarks>
/// Use it only for a paired device and while <see cref="IsUsable"/>; drop it when a handshake that used it fails with a
/// <see cref="HandshakeException"/>. A network error says nothing about it.
/// </remarks>
internal sealed record VerifiedServerKey(ReadOnlyMemory<byte> PublicKey, DateTimeOffset ValidUntil)
{
    /// <summary>Whether the certificates behind the key are still valid.</summary>
    public bool IsUsable(DateTimeOffset now) => now <= ValidUntil;
}
