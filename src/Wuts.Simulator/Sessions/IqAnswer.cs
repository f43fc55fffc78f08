using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>What a handler answers to a request.</summary>
internal sealed class IqAnswer
{
    private readonly Node[] _children;
    private readonly bool _isError;

    private IqAnswer(bool isError, Node[] children)
    {
        _isError = isError;
        _children = children;
    }

    /// <summary>A result without content.</summary>
    public static IqAnswer Empty { get; } = new(isError: false, []);

    /// <summary>No answer at all.</summary>
    public static IqAnswer None { get; } = new(isError: false, []);

    /// <summary>What happens after the answer was sent.</summary>
    public Func<CancellationToken, ValueTask>? Then { get; private init; }

    private Node? Stanza { get; init; }

    private long? Timestamp { get; init; }

    /// <summary>A result with children.</summary>
    public static IqAnswer Result(params Node[] children) => new(isError: false, children);

    /// <summary>A result that tells the server's time.</summary>
    public static IqAnswer ResultAt(DateTimeOffset now) => new(isError: false, []) { Timestamp = now.ToUnixTimeSeconds() };

    /// <summary>A result that is followed by something.</summary>
    public static IqAnswer ResultThen(Func<CancellationToken, ValueTask> then) => new(isError: false, []) { Then = then };

    /// <summary>An error. Without a text the usual one for the number is written; the pause is in seconds.</summary>
    public static IqAnswer Error(int code, string? text = null, int? backoff = null) => new(isError: true,
    [
        new Node("error",
        [
            ("code", code),
            ("text", text ?? UsualText(code)),
            ("backoff", backoff is { } seconds ? (AttributeValue)seconds : default),
        ]),
    ]);

    /// <summary>An answer that somebody else has put together.</summary>
    public static IqAnswer Whole(Node stanza) => new(isError: false, []) { Stanza = stanza };

    /// <summary>The stanza to send.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="from">Who was asked.</param>
    public Node ToStanza(string id, Jid from)
    {
        if (Stanza is not null)
        {
            return Stanza;
        }

        (string, AttributeValue)[] attributes =
        [
            ("from", from),
            ("type", _isError ? "error" : "result"),
            ("id", id),
            ("t", Timestamp is { } t ? (AttributeValue)t : default),
        ];
        return _children.Length == 0 ? new Node("iq", attributes) : new Node("iq", attributes, _children);
    }

    /// <summary>The text that the network writes beside an error number.</summary>
    public static string UsualText(int code) => code switch
    {
        400 => "bad-request",
        401 => "not-authorized",
        403 => "forbidden",
        404 => "item-not-found",
        405 => "not-allowed",
        406 => "not-acceptable",
        409 => "conflict",
        410 => "gone",
        419 => "resource-limit",
        423 => "locked",
        429 => "rate-overlimit",
        452 => "feature-not-available",
        503 => "service-unavailable",
        530 => "partial-server-error",
        _ => "internal-server-error",
    };
}
