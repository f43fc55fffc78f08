using System.Diagnostics.CodeAnalysis;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// A Signal message, key or signature was refused. No state has changed when this is thrown: the same message may be tried
/// again against other state, and the retry receipt of sync section 1.11 asks the sender for another one.
/// </summary>
public sealed class SignalException : WhatsAppException
{
    /// <summary>Creates the exception.</summary>
    public SignalException(SignalFailure failure, Exception? innerException = null)
        : base($"The Signal message was refused: {failure}.", innerException) => Failure = failure;

    /// <summary>Why.</summary>
    public SignalFailure Failure { get; }

    [DoesNotReturn]
    internal static void Throw(SignalFailure failure) => throw new SignalException(failure);
}
