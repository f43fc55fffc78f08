namespace Wuts.WhatsApp.Signal;

/// <summary>Limits of Signal state, the same as in the reference implementation. Sync section 1.7.</summary>
public static class SignalLimits
{
    /// <summary>How far one message may be ahead of its chain. Every step costs two HMACs.</summary>
    public const int MaxSkip = 2_000;

    /// <summary>Keys of skipped messages kept per chain; the oldest are dropped.</summary>
    public const int MaxSkippedKeys = 2_000;

    /// <summary>Receiving chains kept per session; the oldest is dropped.</summary>
    public const int MaxReceiverChains = 5;

    /// <summary>Earlier sessions kept per address; the oldest is dropped.</summary>
    public const int MaxArchivedSessions = 40;

    /// <summary>Sender keys kept per group and sender; the oldest is dropped.</summary>
    public const int MaxSenderKeys = 5;
}
