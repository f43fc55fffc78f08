namespace Wuts.WhatsApp;

/// <summary>What a <see cref="WhatsAppClient"/> is doing.</summary>
public enum WhatsAppState
{
    /// <summary>Nothing: it was just created, was told to disconnect, or gave up for a reason that another attempt cannot cure.</summary>
    Disconnected,

    /// <summary>It has no account yet and is being linked to one.</summary>
    Pairing,

    /// <summary>It connects, shakes hands or logs in.</summary>
    Connecting,

    /// <summary>
    /// It is logged in. Whether the server is really there is another question: <see cref="WhatsAppClient.LastAlive"/> answers it.
    /// </summary>
    Connected,

    /// <summary>It has lost the connection and waits before it connects again.</summary>
    Reconnecting,

    /// <summary>The device was unlinked. Its keys are deleted; pairing makes it a new device.</summary>
    LoggedOut,
}
