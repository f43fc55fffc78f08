using System.Globalization;
using System.Security.Cryptography;

namespace Wuts.Core.Tenancy;

/// <summary>
/// What is stored of a password: PBKDF2 with HMAC-SHA-512 and a salt of its own, as <c>pbkdf2-sha512$iterations$salt$hash</c> with
/// the last two in Base64. The number of iterations is part of the text, so that it can grow.
/// </summary>
public static class PasswordHash
{
    /// <summary>Iterations of new hashes: what OWASP asks for this algorithm.</summary>
    public const int Iterations = 210_000;

    private const string Algorithm = "pbkdf2-sha512";
    private const int MaxIterations = 10_000_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>Hashes a password.</summary>
    public static string Create(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, Iterations);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Algorithm}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether a password is the one that was hashed. A text that is no hash matches nothing.</summary>
    public static bool Matches(string password, string stored)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Split('$') is not [Algorithm, var iterations, var salt, var hash]
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is 0 or > MaxIterations)
        {
            return false;
        }

        Span<byte> saltBytes = stackalloc byte[SaltBytes];
        Span<byte> hashBytes = stackalloc byte[HashBytes];
        return Convert.TryFromBase64String(salt, saltBytes, out var saltLength) && saltLength == SaltBytes
            && Convert.TryFromBase64String(hash, hashBytes, out var hashLength) && hashLength == HashBytes
            && CryptographicOperations.FixedTimeEquals(Derive(password, saltBytes, count), hashBytes);
    }

    private static byte[] Derive(string password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes);
}
