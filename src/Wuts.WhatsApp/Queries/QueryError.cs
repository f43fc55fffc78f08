using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Queries;

/// <summary>The error of an answer, or of one part of it. Protocol section 6.1.</summary>
/// <param name="Code">Status code, like those of HTTP; 0 when the server sent none that can be read.</param>
/// <param name="Text">The server's short text, for example <c>rate-overlimit</c>.</param>
/// <param name="Backoff">How long to wait before the next query of this kind, when the server said so.</param>
public readonly record struct QueryError(int Code, string Text, TimeSpan? Backoff)
{
    private const int LongestBackoffSeconds = 7 * 24 * 3600;

    /// <summary>Whether the account was slowed down (<c>429 rate-overlimit</c>).</summary>
    public bool IsRateLimit => Code == 429;

    /// <summary>Reads an <c>&lt;error code text backoff&gt;</c> element.</summary>
    internal static QueryError Read(Node error)
    {
        _ = int.TryParse(error["code"], NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        TimeSpan? backoff = int.TryParse(error["backoff"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestBackoffSeconds))
            : null;
        return new QueryError(code, error["text"] ?? "", backoff);
    }

    /// <summary>Finds the <c>&lt;error&gt;</c> inside a part of an answer, if there is one.</summary>
    internal static bool TryRead(Node part, [NotNullWhen(true)] out QueryError? error)
    {
        error = part.TryGetChild("error", out var child) ? Read(child) : null;
        return error is not null;
    }
}
