namespace Wuts.WhatsApp.Signal.Messages;

/// <summary>Codes with which a message is acknowledged and refused for good. Sync section 1.10.</summary>
internal enum NackReason
{
    /// <summary>The attributes cannot be read.</summary>
    ParsingError = 487,

    /// <summary>There is nothing in the stanza that could be a message.</summary>
    UnrecognizedStanza = 488,

    /// <summary>The payload was decrypted and is not a message.</summary>
    InvalidProtobuf = 491,
}
