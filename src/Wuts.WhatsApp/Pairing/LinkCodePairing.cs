using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Pairing;

/// <summary>What a notification means for a pairing by code.</summary>
internal abstract record LinkCodeStep
{
    /// <summary>Not about this pairing; acknowledge it and go on waiting.</summary>
    public sealed record Ignored : LinkCodeStep;

    /// <summary>The code has had its time or its tries, or the server wants another: make a new pairing with a new code.</summary>
    /// <param name="IsManual">Whether the server wants the user to ask for it.</param>
    public sealed record NewCodeNeeded(bool IsManual) : LinkCodeStep;

    /// <summary>
    /// The user has typed the code. Store the secret, then send <see cref="LinkCodePairing.BuildFinish"/>, and wait for
    /// pair-success no longer than <see cref="LinkCodePairing.PairSuccessTimeout"/>. A wrong code shows only by its absence.
    /// </summary>
    /// <param name="AdvSecret">The ADV secret that pair-success will be protected with.</param>
    /// <param name="Bundle">The key bundle for the phone.</param>
    public sealed record Finish(byte[] AdvSecret, byte[] Bundle) : LinkCodeStep;
}

/// <summary>
/// One pairing by code on the client's side, from the code to the secret: what to send, and what the server's notifications
/// mean. Knows no socket and no clock; not thread-safe. Protocol section 8.
/// </summary>
internal sealed class LinkCodePairing
{
    /// <summary>How long a code may be typed after it was made.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(180);

    /// <summary>How long pair-success may take after the key bundle was sent.</summary>
    public static readonly TimeSpan PairSuccessTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How many times the code may be typed.</summary>
    public const int MaxTries = 3;

    private readonly PhoneNumber _phone;
    private readonly KeyPair _noiseKey;
    private readonly KeyPair _identity;
    private readonly KeyPair _ephemeral;
    private readonly DeviceIdentityOptions _options;
    private ReadOnlyMemory<byte> _reference;
    private int _tries;

    /// <summary>Prepares a pairing.</summary>
    /// <param name="phone">The number of the account.</param>
    /// <param name="noiseKey">The key of the current connection.</param>
    /// <param name="identity">Own identity key.</param>
    /// <param name="options">How the device presents itself; the server refuses product names as operating system.</param>
    /// <param name="now">The time at which the code is made.</param>
    /// <param name="code">Eight characters of <see cref="LinkCode.Alphabet"/>, or <see langword="null"/> for a random code.</param>
    /// <exception cref="ArgumentException">The number is empty, the code is malformed, or an option is.</exception>
    public LinkCodePairing(
        PhoneNumber phone, KeyPair noiseKey, KeyPair identity, DeviceIdentityOptions options, DateTimeOffset now, string? code = null)
        : this(phone, noiseKey, identity, options, now, code, KeyPair.Generate())
    {
    }

    /// <summary>Prepares a pairing with a given ephemeral key: for reproducing a recording.</summary>
    internal LinkCodePairing(
        PhoneNumber phone,
        KeyPair noiseKey,
        KeyPair identity,
        DeviceIdentityOptions options,
        DateTimeOffset now,
        string? code,
        KeyPair ephemeral)
    {
        options.Validate();
        if (phone.IsEmpty)
        {
            throw new ArgumentException("A pairing by code needs a phone number.", nameof(phone));
        }

        if (code is not null && !LinkCode.IsValid(code))
        {
            throw new ArgumentException($"A code has {LinkCode.Length} characters out of {LinkCode.Alphabet}.", nameof(code));
        }

        _phone = phone;
        _noiseKey = noiseKey;
        _identity = identity;
        _options = options;
        _ephemeral = ephemeral;
        Code = code ?? LinkCode.New();
        ExpiresAt = now + CodeLifetime;
    }

    /// <summary>The code, without dash. Show it with <see cref="LinkCode.Display"/>. Secret until it was typed.</summary>
    public string Code { get; }

    /// <summary>Until when the code may be typed.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The first request. Deriving the key takes some tens of milliseconds of processor time.</summary>
    public Node BuildHello(string id, bool showPushNotification = true) => LinkCodeStanzas.BuildCompanionHello(
        id, _phone, LinkCode.Wrap(Code, _ephemeral.PublicKey), _noiseKey.PublicKey, _options, showPushNotification);

    /// <summary>Takes the server's reference from the answer to the first request, which is no error.</summary>
    /// <returns>Whether the answer has one.</returns>
    public bool TryAcceptHelloResult(Node answer) => LinkCodeStanzas.TryParseCompanionHelloResult(answer, out _reference);

    /// <summary>
    /// Decides what a notification means. When the user has typed the code, deriving the key takes some tens of milliseconds.
    /// </summary>
    public LinkCodeStep Handle(Node notification, DateTimeOffset now)
    {
        if (!LinkCodeStanzas.TryParseNotification(notification, out var parsed) || !IsOurs(parsed))
        {
            return new LinkCodeStep.Ignored();
        }

        return parsed switch
        {
            LinkCodeNotification.RefreshCode refresh => new LinkCodeStep.NewCodeNeeded(refresh.IsManual),
            LinkCodeNotification.PrimaryHello when now > ExpiresAt || ++_tries > MaxTries =>
                new LinkCodeStep.NewCodeNeeded(IsManual: false),
            LinkCodeNotification.PrimaryHello hello => Agree(hello, LinkCodeRandom.New()),
            _ => new LinkCodeStep.Ignored(),
        };
    }

    /// <summary>The second request; its answer is an empty result. The secret must be stored before.</summary>
    public Node BuildFinish(string id, LinkCodeStep.Finish finish) =>
        LinkCodeStanzas.BuildCompanionFinish(id, _phone, finish.Bundle, _identity.PublicKey, _reference);

    /// <summary>Unwraps the phone's key and agrees on the secret.</summary>
    internal LinkCodeStep Agree(LinkCodeNotification.PrimaryHello hello, LinkCodeRandom random)
    {
        var primaryEphemeral = LinkCode.Unwrap(Code, hello.WrappedEphemeral.Span);
        return LinkCodeKeys.TryAgree(
            _ephemeral, _identity, primaryEphemeral, hello.PrimaryIdentity.Span, random, out var bundle, out var advSecret)
            ? new LinkCodeStep.Finish(advSecret, bundle)
            : new LinkCodeStep.Ignored();
    }

    private bool IsOurs(LinkCodeNotification notification) =>
        !_reference.IsEmpty && _reference.Span.SequenceEqual(notification.Reference.Span);
}
