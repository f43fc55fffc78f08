namespace Wuts.WhatsApp.Signal;

/// <summary>The first byte of every Signal format: this message's version in the high nibble, the lowest the sender reads in the
/// low one. Sync section 1.6.</summary>
internal static class MessageVersion
{
    /// <summary>Version 3, reading 3.</summary>
    public const byte Current = 0x33;

    /// <summary>Refuses what is empty or of another version.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.Malformed"/> or
    /// <see cref="SignalFailure.UnsupportedVersion"/>.</exception>
    public static void Check(ReadOnlySpan<byte> serialized)
    {
        if (serialized.IsEmpty)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        if (serialized[0] >> 4 != Current >> 4)
        {
            SignalException.Throw(SignalFailure.UnsupportedVersion);
        }
    }
}
