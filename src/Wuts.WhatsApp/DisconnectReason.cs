using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp;

/// <summary>
/// Why a connection ended, or why it did not come about: a closed set. Two questions decide what happens next:
/// <see cref="ShouldReconnect"/> and <see cref="CredentialsInvalid"/>. Protocol sections 6.8 to 6.10.
/// </summary>
public abstract record DisconnectReason
{
    private protected DisconnectReason()
    {
    }

    /// <summary>Whether connecting again, after a delay, is the right thing to do.</summary>
    public virtual bool ShouldReconnect => false;

    /// <summary>Whether the device's keys are worthless from now on: only a new pairing helps.</summary>
    public virtual bool CredentialsInvalid => false;

    /// <summary>The application asked for it, by disconnecting, logging out or disposing the client.</summary>
    public sealed record ByUser : DisconnectReason;

    /// <summary>
    /// The same device connected from somewhere else. Never fight: two owners that reconnect throw each other out for ever.
    /// </summary>
    public sealed record Replaced : DisconnectReason;

    /// <summary>
    /// The device was unlinked, on the phone or by the server. With <paramref name="IsConfirmed"/> its keys are deleted; without
    /// it the server spoke of a conflict only, the keys are kept, and the next login tells whether they still count.
    /// </summary>
    /// <param name="Code">The status code that said so: 401, 406 or 516.</param>
    /// <param name="IsConfirmed">Whether the server is definite about it.</param>
    public sealed record LoggedOut(int Code, bool IsConfirmed) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => !IsConfirmed;

        /// <inheritdoc/>
        public override bool CredentialsInvalid => IsConfirmed;
    }

    /// <summary>The account is locked, or the phone that linked this device is gone. A new pairing is needed.</summary>
    /// <param name="Title">What the server wants the user to read, heading; may be absent.</param>
    /// <param name="Text">What the server wants the user to read; may be absent.</param>
    public sealed record AccountLocked(string? Title, string? Text) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool CredentialsInvalid => true;
    }

    /// <summary>The account is banned for a while. The keys stay valid: connect again when it is over.</summary>
    /// <param name="Until">When the ban ends; absent when the server did not say.</param>
    /// <param name="Cause">What the account is accused of.</param>
    /// <param name="Code">The number behind <paramref name="Cause"/>; 0 when the server sent none.</param>
    public sealed record Banned(DateTimeOffset? Until, BanCause Cause, int Code) : DisconnectReason;

    /// <summary>The client version is too old: set a newer <see cref="WhatsAppOptions.ClientVersion"/>.</summary>
    public sealed record ClientOutdated : DisconnectReason;

    /// <summary>The server wants a fresh connection, as it always does right after pairing. Reconnect at once.</summary>
    public sealed record RestartRequired : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>The server is restarting or has a problem of its own.</summary>
    /// <param name="Code">500 or 503.</param>
    public sealed record ServiceUnavailable(int Code) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>This device connects or asks too often. The reconnect policy waits longer than otherwise.</summary>
    public sealed record RateLimited : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>The server refused the login and named no reason that connecting again could cure.</summary>
    /// <param name="Code">The server's number; 0 when there was none.</param>
    public sealed record Refused(int Code) : DisconnectReason;

    /// <summary>The connection was lost, or could not be made.</summary>
    /// <param name="Fault">How.</param>
    public sealed record Network(NetworkFault Fault) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>
    /// The Noise handshake failed: the server's answer does not decrypt, or its certificates do not prove that it is WhatsApp.
    /// Nothing about the device was revealed. If it persists, look at <see cref="WhatsAppOptions.NoiseRootKey"/>, at the clock,
    /// and at whatever sits between this process and the server.
    /// </summary>
    /// <param name="Failure">What failed.</param>
    /// <param name="CertificateFault">Which check of the certificates failed, if it was one of them.</param>
    public sealed record HandshakeFailed(HandshakeFailure Failure, ServerCertificateFault CertificateFault) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>One of the sides broke a rule of the protocol after the login.</summary>
    /// <param name="Fault">Which rule.</param>
    /// <param name="Code">The server's number, where it sent one.</param>
    public sealed record ProtocolViolation(ProtocolFault Fault, int Code = 0) : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }

    /// <summary>
    /// What a stanza taught could not be stored, so it was not acknowledged and the connection was given up: the server
    /// delivers it again on the next one.
    /// </summary>
    public sealed record StorageFailed : DisconnectReason
    {
        /// <inheritdoc/>
        public override bool ShouldReconnect => true;
    }
}
