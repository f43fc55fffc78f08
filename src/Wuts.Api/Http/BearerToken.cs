using Microsoft.Extensions.Primitives;

namespace Wuts.Api.Http;

/// <summary>Reads the <c>Authorization</c> header. Contract wuts 1.2.</summary>
internal static class BearerToken
{
    /// <summary>No token of ours is longer; what is longer is not looked up.</summary>
    public const int MaxLength = 256;

    private const string Scheme = "Bearer";

    /// <summary>
    /// The token after the scheme word, whatever its case; with <paramref name="allowBare"/> also a value without a scheme.
    /// <see langword="null"/> when the header is absent, there more than once, or of another scheme.
    /// </summary>
    public static string? Read(StringValues authorization, bool allowBare)
    {
        if (authorization is not [{ } header])
        {
            return null;
        }

        var value = header.AsSpan().Trim();
        if (value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && (value.Length == Scheme.Length || value[Scheme.Length] is ' ' or '\t'))
        {
            value = value[Scheme.Length..].Trim();
        }
        else if (!allowBare)
        {
            return null;
        }

        return value.Length is 0 or > MaxLength || value.ContainsAny(' ', '\t') ? null : value.ToString();
    }
}
