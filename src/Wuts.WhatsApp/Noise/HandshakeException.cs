using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Noise;

/// <summary>What went wrong in a handshake.</summary>
public enum HandshakeFailure
{
    /// <summary>The server's message is no handshake message, or lacks a field, or a field has the wrong length.</summary>
    MalformedMessage,

    /// <summary>A ciphertext does not belong to this handshake: another key, or altered bytes.</summary>
    AuthenticationFailed,

    /// <summary>The peer sent a public key of small order, which makes every shared secret zero.</summary>
    WeakKey,

    /// <summary>
    /// The server's certificate chain was refused; <see cref="HandshakeException.CertificateFault"/> says why. This is what a
    /// machine in the middle looks like, and also what a test server looks like when its root key is not configured.
    /// </summary>
    CertificateRejected,

    /// <summary>
    /// The certificate chain is genuine but not valid at this time. Check the local clock before suspecting anybody.
    /// </summary>
    CertificateOutOfDate,
}

/// <summary>
/// The Noise handshake failed on this side. A server that dislikes the client says nothing: it closes the connection, or
/// completes the handshake and sends a failure stanza. Protocol sections 2.2 to 2.6.
/// </summary>
public sealed class HandshakeException : WhatsAppException
{
    internal HandshakeException(HandshakeFailure reason, Exception? cause = null)
        : base(Describe(reason, ServerCertificateFault.None), cause) => Reason = reason;

    internal HandshakeException(ServerCertificateFault fault)
        : this(IsAboutTime(fault) ? HandshakeFailure.CertificateOutOfDate : HandshakeFailure.CertificateRejected, fault)
    {
    }

    private HandshakeException(HandshakeFailure reason, ServerCertificateFault fault) : base(Describe(reason, fault))
    {
        Reason = reason;
        CertificateFault = fault;
    }

    /// <summary>What went wrong.</summary>
    public HandshakeFailure Reason { get; }

    /// <summary>Which check of the certificate chain failed; <see cref="ServerCertificateFault.None"/> for other reasons.</summary>
    public ServerCertificateFault CertificateFault { get; }

    [DoesNotReturn]
    internal static void Throw(HandshakeFailure reason) => throw new HandshakeException(reason);

    private static bool IsAboutTime(ServerCertificateFault fault) =>
        fault is ServerCertificateFault.NotYetValid or ServerCertificateFault.Expired;

    private static string Describe(HandshakeFailure reason, ServerCertificateFault fault) => reason switch
    {
        HandshakeFailure.MalformedMessage => "The server's handshake message is malformed.",
        HandshakeFailure.AuthenticationFailed => "The server's handshake message does not belong to this handshake.",
        HandshakeFailure.WeakKey => "The server sent a public key of small order.",
        HandshakeFailure.CertificateOutOfDate => $"The server's certificate is not valid now ({fault}); check the local clock.",
        _ => $"The server's certificate chain was refused ({fault}). A test server needs its own root key in the options.",
    };
}
