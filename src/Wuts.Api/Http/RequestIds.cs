using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wuts.Api.Http;

/// <summary>Ids of requests: the caller's own when it is a UUID, so that logs of both sides can be joined, else a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-ID";

    public static string Of(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out var given) && given.Count == 1 && Guid.TryParseExact(given[0], "D", out var id)
            ? id.ToString("D")
            : Guid.NewGuid().ToString("D");
}

/// <summary>Entity tags of answers.</summary>
internal static class EntityTags
{
    private const int DigestBytes = 12;

    /// <summary>A strong tag of some bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return $"\"{Convert.ToHexStringLower(digest[..DigestBytes])}\"";
    }

    /// <summary>A text without the characters that a tag may not hold.</summary>
    public static string Clean(string? text) =>
        string.Concat((text ?? "").Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'));

    /// <summary>Whether a value of <c>If-None-Match</c> names a tag. The comparison is the weak one, as RFC 9110, 13.1.2 wants.</summary>
    public static bool Match(StringValues ifNoneMatch, string etag)
    {
        var wanted = Opaque(etag);
        foreach (var line in ifNoneMatch)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var tag = line.AsSpan()[range].Trim();
                if (tag is "*" || Opaque(tag).SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
