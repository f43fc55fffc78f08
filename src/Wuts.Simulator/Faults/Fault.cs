using System.Text.Json.Serialization;

namespace Wuts.Simulator.Faults;

/// <summary>
/// A misbehaviour on command. Scope and number of uses are common to all; what happens is the derived type. In JSON the
/// type is the property <c>kind</c>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Drop), "drop")]
[JsonDerivedType(typeof(HalfOpen), "half-open")]
[JsonDerivedType(typeof(Close), "close")]
[JsonDerivedType(typeof(StreamError), "stream-error")]
[JsonDerivedType(typeof(GarbageFrame), "garbage-frame")]
[JsonDerivedType(typeof(HugeLength), "huge-length")]
[JsonDerivedType(typeof(MalformedStanza), "malformed-stanza")]
[JsonDerivedType(typeof(WrongMac), "wrong-mac")]
[JsonDerivedType(typeof(Delay), "delay")]
[JsonDerivedType(typeof(Duplicate), "duplicate")]
[JsonDerivedType(typeof(Reorder), "reorder")]
[JsonDerivedType(typeof(Compress), "compress")]
[JsonDerivedType(typeof(Split), "split")]
[JsonDerivedType(typeof(SlowBytes), "slow-bytes")]
[JsonDerivedType(typeof(Certificate), "certificate")]
[JsonDerivedType(typeof(Resumption), "resumption")]
[JsonDerivedType(typeof(Failure), "failure")]
[JsonDerivedType(typeof(RequestError), "request-error")]
[JsonDerivedType(typeof(NoAnswer), "no-answer")]
[JsonDerivedType(typeof(PairSuccess), "pair-success")]
[JsonDerivedType(typeof(Restart), "restart")]
public abstract partial record Fault
{
    /// <summary>Only this connection; <see langword="null"/> means any.</summary>
    public long? Connection { get; init; }

    /// <summary>Only devices of the account with this phone number; <see langword="null"/> means any.</summary>
    public string? Account { get; init; }

    /// <summary>Only the device with this number; <see langword="null"/> means any.</summary>
    public int? Device { get; init; }

    /// <summary>How often it strikes. Default 1; 0 stands until it is cleared.</summary>
    public int Times { get; init; } = 1;

    internal bool Covers(SessionIdentity who) =>
        (Connection is null || Connection == who.Connection)
        && (Account is null || Account == who.Account)
        && (Device is null || Device == who.Device);

    /// <summary>Aborts the TCP connection.</summary>
    public sealed record Drop : LineFault;

    /// <summary>Keeps the TCP connection and goes silent: nothing is answered, nothing is sent, what arrives is dropped.</summary>
    public sealed record HalfOpen : LineFault;

    /// <summary>Closes the WebSocket without a stream error.</summary>
    public sealed record Close : LineFault;

    /// <summary>Sends one of the stream ends of section 6.8 and closes.</summary>
    public sealed record StreamError : LineFault
    {
        /// <summary>Which one.</summary>
        public StreamErrorKind Error { get; init; } = StreamErrorKind.Code;

        /// <summary>The number for <see cref="StreamErrorKind.Code"/>.</summary>
        public int Code { get; init; } = 503;
    }

    /// <summary>Sends a frame of random bytes, which does not decrypt.</summary>
    public sealed record GarbageFrame : LineFault
    {
        /// <summary>Length of the frame in bytes.</summary>
        public int Bytes { get; init; } = 64;
    }

    /// <summary>Sends a frame header that declares a length, and never the bytes.</summary>
    public sealed record HugeLength : LineFault
    {
        /// <summary>The declared length, by default the largest that three bytes can say.</summary>
        public int Bytes { get; init; } = 0xFFFFFF;
    }

    /// <summary>Sends a frame that decrypts but holds no well-formed node.</summary>
    public sealed record MalformedStanza : LineFault;

    /// <summary>Changes the authentication tag of the next frame.</summary>
    public sealed record WrongMac : SendFault;

    /// <summary>Holds outgoing stanzas back; their order is kept.</summary>
    public sealed record Delay : SendFault
    {
        /// <summary>For how long, by the simulator's clock.</summary>
        public TimeSpan By { get; init; } = TimeSpan.FromSeconds(1);
    }

    /// <summary>Sends the stanza twice.</summary>
    public sealed record Duplicate : SendFault;

    /// <summary>Sends the stanza after the one that follows it.</summary>
    public sealed record Reorder : SendFault;

    /// <summary>Compresses frames with zlib.</summary>
    public sealed record Compress : SendFault;

    /// <summary>Cuts frames into several WebSocket messages.</summary>
    public sealed record Split : SendFault
    {
        /// <summary>Bytes per message, at least 1; 1 cuts inside the frame's length too.</summary>
        public int Bytes { get; init; } = 1;
    }

    /// <summary>Cuts frames into several WebSocket messages with a pause before each.</summary>
    public sealed record SlowBytes : SendFault
    {
        /// <summary>Bytes per message, at least 1.</summary>
        public int Bytes { get; init; } = 1;

        /// <summary>The pause, by the simulator's clock.</summary>
        public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);
    }

    /// <summary>Shows a certificate chain that a client has to refuse (2.4).</summary>
    public sealed record Certificate : Fault
    {
        /// <summary>What is wrong with it.</summary>
        public CertificateDefect Defect { get; init; }
    }

    /// <summary>Treats a resumed handshake badly (2.6).</summary>
    public sealed record Resumption : Fault
    {
        /// <summary>How.</summary>
        public ResumptionDefect Defect { get; init; }
    }

    /// <summary>Answers a login or registration with one of the failures of section 6.9 and closes.</summary>
    public sealed record Failure : Fault
    {
        /// <summary>The reason number.</summary>
        public int Reason { get; init; } = 401;

        /// <summary>Further attributes, for example <c>code</c> and <c>expire</c> of a temporary ban.</summary>
        public IReadOnlyDictionary<string, string>? Attributes { get; init; }
    }

    /// <summary>Answers a request with an error, by default <c>429 rate-overlimit</c>.</summary>
    public sealed record RequestError : RequestFault
    {
        /// <summary>The error number.</summary>
        public int Code { get; init; } = 429;

        /// <summary>The error text; by default the usual one for the number.</summary>
        public string? Text { get; init; }

        /// <summary>Seconds the client is asked to wait.</summary>
        public int? Backoff { get; init; }
    }

    /// <summary>Leaves a request without any answer.</summary>
    public sealed record NoAnswer : RequestFault;

    /// <summary>Spoils pair-success (7.5).</summary>
    public sealed record PairSuccess : Fault
    {
        /// <summary>What is wrong with it.</summary>
        public PairSuccessDefect Defect { get; init; }
    }

    /// <summary>Spoils the restart after pairing, stream error 515 (7.5 step 8).</summary>
    public sealed record Restart : Fault
    {
        /// <summary>How.</summary>
        public RestartDefect Defect { get; init; }

        /// <summary>For <see cref="RestartDefect.Delayed"/>: how late, by the simulator's clock.</summary>
        public TimeSpan By { get; init; } = TimeSpan.FromSeconds(3);
    }
}
