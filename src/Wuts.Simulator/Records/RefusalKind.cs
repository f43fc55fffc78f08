namespace Wuts.Simulator;

/// <summary>What the server found wrong with a client. New members are appended; the control API writes them in kebab case.</summary>
public enum RefusalKind
{
    /// <summary>The connection did not begin with the intro bytes of the protocol (1.2, 1.3).</summary>
    BadIntro,

    /// <summary>A frame declared more bytes than the limit of its phase (1.4).</summary>
    FrameTooLarge,

    /// <summary>A handshake message was missing a field, had a wrong length or did not decrypt (2.2, 2.6).</summary>
    BadHandshake,

    /// <summary>The handshake was not finished in time (1.1).</summary>
    HandshakeTimeout,

    /// <summary>A field of the client payload has a wrong value or is missing (3.3, 7.7).</summary>
    BadPayload,

    /// <summary>The client's version is below the configured minimum (4.4).</summary>
    ClientOutdated,

    /// <summary>No such account or device, or the device was unlinked (4.3).</summary>
    UnknownDevice,

    /// <summary>The device exists, but the client's static key is not the noise key recorded at pairing (4.3).</summary>
    NoiseKeyMismatch,

    /// <summary>A transport frame did not decrypt: wrong key, wrong counter or changed bytes (2.5).</summary>
    UndecryptableFrame,

    /// <summary>A frame did not hold exactly one well-formed node (5.8).</summary>
    MalformedNode,

    /// <summary>A node is well-formed but no stanza of the protocol: an iq without id, an unknown tag (6.1).</summary>
    MalformedStanza,

    /// <summary>A request that needs a linked device came from one that is only registering.</summary>
    NotLinked,

    /// <summary>A QR or a request names a reference that the server never gave or has withdrawn (7.7).</summary>
    UnknownReference,

    /// <summary>A reference is older than its 60 or 20 seconds (7.2).</summary>
    ExpiredReference,

    /// <summary>Noise or identity key of a QR, a bundle or a request is not that of the connection (7.7, 8.6).</summary>
    KeyMismatch,

    /// <summary>A signature does not verify: signed pre-key, device signature, passkey assertion.</summary>
    BadSignature,

    /// <summary>The answer to pair-success is wrong: key index, details, encoding (7.7 step 9).</summary>
    BadPairReply,

    /// <summary>The client answered pair-success with an error, or not at all.</summary>
    PairingRejected,

    /// <summary>A stanza of pairing by code is malformed or out of order (8.3, 8.5).</summary>
    BadLinkCode,

    /// <summary>A pair code was used after its 180 seconds or more than three times (8.4).</summary>
    ExpiredCode,

    /// <summary>The platform display name of a pair code request is not <c>Browser (OS)</c> (8.3).</summary>
    DisplayName,

    /// <summary>A step of the passkey gate is malformed or out of order (7.8).</summary>
    BadPasskey,

    /// <summary>The account has as many linked devices as it may have.</summary>
    TooManyDevices,

    /// <summary>The client went active without ever having uploaded pre-keys (9.2).</summary>
    PreKeysMissing,

    /// <summary>A pre-key upload or rotation has a wrong length, type, identity or a repeated id (9.2).</summary>
    BadPreKeys,

    /// <summary>An ack names a stanza that was never sent, or differs from it in class, to, type or participant (6.3).</summary>
    BadAck,

    /// <summary>A stanza stayed without ack for too long (6.3, 6.8).</summary>
    MissingAck,

    /// <summary>A request asks for something that its sender may not do.</summary>
    NotAllowed,

    /// <summary>The client does not read what is sent to it, so that the outgoing queue ran full.</summary>
    SlowReader,

    /// <summary>A message to the own phone has a wrong form, or its content is not what a device may send (sync 1.13).</summary>
    BadMessage,

    /// <summary>A receipt has a wrong type or address for its message, or a retry receipt is malformed (sync 1.10, 1.11).</summary>
    BadReceipt,

    /// <summary>A message was taken, but a receipt that is due for it stayed out (sync 1.10).</summary>
    MissingReceipt,

    /// <summary>A request about app state is malformed, or a patch does not verify on the phone (sync 3.2, 3.8, 3.12).</summary>
    BadAppState,

    /// <summary>A request for a media file names a wrong hash or kind (sync 13.2).</summary>
    BadMediaRequest,

    /// <summary>A request about people, pictures or groups is malformed, or asks for too much (sync 4 to 9).</summary>
    BadQuery,
}
