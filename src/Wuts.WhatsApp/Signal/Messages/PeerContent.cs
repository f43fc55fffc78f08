using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>
/// What a decrypted message means to a contacts device. A closed set; bodies of messages are in none of it. Sync section 1.9.
/// </summary>
internal abstract record PeerContent
{
    private PeerContent()
    {
    }

    /// <summary>
    /// Whether something is lost when the process ends before this was handled. If so, the plaintext is kept until then.
    /// </summary>
    public virtual bool MustBeHandled => true;

    /// <summary>A piece of history waits for download. Own account only. Sync section 2.</summary>
    /// <param name="Notification">Where it is, or the piece itself.</param>
    public sealed record History(HistorySyncNotification Notification) : PeerContent;

    /// <summary>Keys for the app state. Own account only. Sync section 3.4.</summary>
    /// <param name="Share">The keys, and those that the sender does not have.</param>
    public sealed record AppStateKeys(KeyShare Share) : PeerContent;

    /// <summary>Another own device asks for app-state keys. Own account only.</summary>
    /// <param name="KeyIds">The keys.</param>
    public sealed record AppStateKeysWanted(IReadOnlyList<AppStateKeyId> KeyIds) : PeerContent
    {
        /// <summary>The phone answers as well, so nothing is lost.</summary>
        public override bool MustBeHandled => false;
    }

    /// <summary>An own device gave up on app state; the phone will unlink all companions. Own account only.</summary>
    /// <param name="Collections">The collections that broke.</param>
    public sealed record AppStateFailure(IReadOnlyList<string> Collections) : PeerContent;

    /// <summary>The phone's answer to a request of this device. Own phone only. Sync section 3.11.</summary>
    /// <param name="Response">The answer.</param>
    public sealed record DataResponse(PeerDataOperationRequestResponseMessage Response) : PeerContent;

    /// <summary>Pairs of phone number and LID from the phone. Own account only. Sync section 5.7.</summary>
    /// <param name="Migration">The pairs.</param>
    public sealed record LidPairs(LidMigration Migration) : PeerContent;

    /// <summary>The partner of a LID chat has shared their phone number: look the contact up again.</summary>
    public sealed record PhoneNumberShared : PeerContent;

    /// <summary>Nothing a contacts device acts on: an ordinary message, or a kind that is not known.</summary>
    public sealed record Ordinary : PeerContent
    {
        /// <inheritdoc />
        public override bool MustBeHandled => false;
    }

    /// <summary>Something that only an own device may send came from somebody else. It is ignored.</summary>
    /// <param name="Type">What it was; <see langword="null"/> for a copy of a sent message.</param>
    public sealed record Forged(ProtocolMessage.Types.Type? Type) : PeerContent
    {
        /// <inheritdoc />
        public override bool MustBeHandled => false;
    }
}
