using System.Collections.Concurrent;

namespace Wuts.Simulator.People;

/// <summary>A trusted-contact token. Sync section 6.5.</summary>
/// <param name="Bytes">The token.</param>
/// <param name="IssuedAt">When its owner gave it.</param>
internal sealed record TrustToken(byte[] Bytes, DateTimeOffset IssuedAt);

/// <summary>The trusted-contact tokens: who gave one to whom. A newer one replaces the older. Safe for concurrent use.</summary>
internal sealed class TokenBook(SimulatorRandom random, TimeProvider time)
{
    private const int Length = 12;
    private const long BucketSeconds = 604_800;
    private const long Buckets = 4;

    private readonly ConcurrentDictionary<(Person Owner, Person Holder), TrustToken> _tokens = new();

    /// <summary>Makes a token by which <paramref name="holder"/> can show that <paramref name="owner"/> trusts them.</summary>
    public TrustToken Issue(Person owner, Person holder)
    {
        var token = new TrustToken(random.Bytes(Length), time.GetUtcNow());
        _tokens[(owner, holder)] = token;
        return token;
    }

    /// <summary>The latest token, expired or not.</summary>
    public TrustToken? Find(Person owner, Person holder) => _tokens.GetValueOrDefault((owner, holder));

    /// <summary>Whether the bytes are the owner's token for the holder, and not expired.</summary>
    public bool IsGood(Person owner, Person holder, ReadOnlySpan<byte> bytes) =>
        !bytes.IsEmpty && Find(owner, holder) is { } token && token.Bytes.AsSpan().SequenceEqual(bytes) && !IsExpired(token);

    // Tokens live in buckets of a week; the current one and the three before count.
    private bool IsExpired(TrustToken token)
    {
        var bucket = time.GetUtcNow().ToUnixTimeSeconds() / BucketSeconds;
        return token.IssuedAt.ToUnixTimeSeconds() < (bucket - (Buckets - 1)) * BucketSeconds;
    }
}
