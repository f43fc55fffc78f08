using System.Security.Cryptography;
using System.Text;

namespace Wuts.Core.Tenancy;

/// <summary>
/// The token of the platform's operator. Only its digest is kept in memory, so that comparing takes the same time whatever the
/// guess. Contract wuts 1.2.
/// </summary>
public sealed class MasterToken
{
    private readonly byte[]? _digest;

    private MasterToken(byte[]? digest) => _digest = digest;

    /// <summary>No master token: nobody has its rights.</summary>
    public static MasterToken None { get; } = new(null);

    /// <summary>The master token that is configured.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static MasterToken Of(string token)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        return new MasterToken(Digest(token));
    }

    /// <summary>Whether there is one at all.</summary>
    public bool IsConfigured => _digest is not null;

    /// <summary>Whether a token is this one.</summary>
    public bool Matches(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _digest is not null && CryptographicOperations.FixedTimeEquals(_digest, Digest(token));
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <inheritdoc/>
    public override string ToString() => nameof(MasterToken);
}
