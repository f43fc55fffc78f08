using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Identity;

/// <summary>Life time of trusted-contact tokens and the token of last resort. Sync sections 6.5 and 6.6.</summary>
public static class PrivacyTokens
{
    private const long BucketSeconds = 604_800;
    private const long Buckets = 4;

    /// <summary>The oldest time stamp that is still good at <paramref name="now"/>.</summary>
    public static DateTimeOffset Cutoff(DateTimeOffset now) =>
        DateTimeOffset.FromUnixTimeSeconds(((now.ToUnixTimeSeconds() / BucketSeconds) - (Buckets - 1)) * BucketSeconds);

    /// <summary>Whether a token of that time must no longer be sent.</summary>
    public static bool IsExpired(DateTimeOffset timestamp, DateTimeOffset now) => timestamp < Cutoff(now);

    /// <summary>Whether an own token that was issued at <paramref name="lastIssued"/> is due to be issued again.</summary>
    public static bool IsIssueDue(DateTimeOffset lastIssued, DateTimeOffset now) =>
        now.ToUnixTimeSeconds() / BucketSeconds > lastIssued.ToUnixTimeSeconds() / BucketSeconds;

    /// <summary>The client-side token for a person, made from the account's salt (<c>nctSalt</c>).</summary>
    public static byte[] ClientSideToken(ReadOnlySpan<byte> salt, Jid lid) => lid.IsLid
        ? HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(lid.ToBase().ToString()))
        : throw new ArgumentException("The client-side token belongs to a LID.", nameof(lid));
}
