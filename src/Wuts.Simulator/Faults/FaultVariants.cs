namespace Wuts.Simulator.Faults;

/// <summary>The ways in which a certificate chain can be wrong (2.4).</summary>
public enum CertificateDefect
{
    /// <summary>The intermediate certificate is signed by another root.</summary>
    WrongRoot,

    /// <summary>One bit of the leaf's signature is changed.</summary>
    BadSignature,

    /// <summary>The leaf names an issuer serial that is not the intermediate's.</summary>
    WrongIssuer,

    /// <summary>The leaf's time is over.</summary>
    Expired,

    /// <summary>The leaf's time has not begun.</summary>
    NotYetValid,

    /// <summary>The leaf certifies a key that is not the server's static key.</summary>
    LeafKeyMismatch,

    /// <summary>There is no intermediate certificate.</summary>
    Missing,

    /// <summary>Random bytes instead of a chain.</summary>
    Garbage,
}

/// <summary>What can go wrong with a resumed handshake (2.6).</summary>
public enum ResumptionDefect
{
    /// <summary>The server does not accept it and falls back to XX, as the protocol allows.</summary>
    Refused,

    /// <summary>The server accepts it with a payload that does not decrypt.</summary>
    Broken,
}

/// <summary>What can be wrong with pair-success (7.5).</summary>
public enum PairSuccessDefect
{
    /// <summary>The HMAC was made with another secret.</summary>
    WrongHmac,

    /// <summary>The account signature was made by another key.</summary>
    WrongAccountSignature,

    /// <summary>The device identity is cut short; its HMAC fits.</summary>
    Truncated,
}

/// <summary>What can go wrong with the restart after pairing.</summary>
public enum RestartDefect
{
    /// <summary>Neither a stream error nor a close.</summary>
    Omitted,

    /// <summary>Both come late.</summary>
    Delayed,

    /// <summary>A close without stream error.</summary>
    CloseOnly,
}

/// <summary>The forms in which the server ends a stream (6.8).</summary>
public enum StreamErrorKind
{
    /// <summary>A stream error with nothing but a number.</summary>
    Code,

    /// <summary>Number 515: restart required.</summary>
    RestartRequired,

    /// <summary>Number 516: forced logout.</summary>
    ForcedLogout,

    /// <summary><c>conflict type="replaced"</c>.</summary>
    Replaced,

    /// <summary>Number 401 with <c>conflict type="device_removed"</c>.</summary>
    DeviceRemoved,

    /// <summary>A conflict of a type that no client knows.</summary>
    UnknownConflict,

    /// <summary>An ack was missing or wrong.</summary>
    Ack,

    /// <summary>The client sent a broken node.</summary>
    XmlNotWellFormed,

    /// <summary><c>xmlstreamend</c>, without any error.</summary>
    StreamEnd,
}
