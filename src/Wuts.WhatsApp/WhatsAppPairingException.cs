using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp;

/// <summary>A pairing failed. A new one may be tried.</summary>
public sealed class WhatsAppPairingException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    public WhatsAppPairingException(PairingFailure failure) : base($"The pairing failed: {Describe(failure)}.") => Failure = failure;

    /// <summary>Why.</summary>
    public PairingFailure Failure { get; }

    internal static string Describe(PairingFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure switch
        {
            PairingFailure.Rejected rejected => $"Rejected ({rejected.Fault})",
            PairingFailure.Refused refused => $"Refused (code {refused.Error.Code})",
            PairingFailure.Disconnected disconnected => WhatsAppDisconnectedException.Describe(disconnected.Reason),
            _ => failure.GetType().Name,
        };
    }
}
