namespace Wuts.WhatsApp;

/// <summary>
/// The call needed a connection that is not there: it ended while the call was waiting, or could not be made. The query it
/// was about may or may not have reached the server.
/// </summary>
public sealed class WhatsAppDisconnectedException : WhatsAppException
{
    /// <summary>Creates the exception with the reason of the disconnect.</summary>
    public WhatsAppDisconnectedException(DisconnectReason reason, Exception? innerException = null)
        : base($"The connection to WhatsApp is gone: {Describe(reason)}.", innerException) => Reason = reason;

    /// <summary>Why there is no connection.</summary>
    public DisconnectReason Reason { get; }

    /// <summary>Whether the client connects again by itself, so that the call may succeed later.</summary>
    public override bool IsTransient => Reason.ShouldReconnect;

    // The texts that the server sends with some reasons are for the account's owner and stay out of messages and logs.
    internal static string Describe(DisconnectReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason switch
        {
            DisconnectReason.Network network => $"Network ({network.Fault})",
            DisconnectReason.ProtocolViolation violation => $"ProtocolViolation ({violation.Fault}, code {violation.Code})",
            DisconnectReason.HandshakeFailed handshake => $"HandshakeFailed ({handshake.Failure}, {handshake.CertificateFault})",
            DisconnectReason.LoggedOut loggedOut => $"LoggedOut (code {loggedOut.Code}, confirmed: {loggedOut.IsConfirmed})",
            DisconnectReason.Banned banned => $"Banned ({banned.Cause}, code {banned.Code})",
            DisconnectReason.ServiceUnavailable unavailable => $"ServiceUnavailable (code {unavailable.Code})",
            DisconnectReason.Refused refused => $"Refused (code {refused.Code})",
            _ => reason.GetType().Name,
        };
    }
}
