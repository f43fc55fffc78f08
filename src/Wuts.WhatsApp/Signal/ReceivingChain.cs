using System.Security.Cryptography;

namespace Wuts.WhatsApp.Signal;

/// <summary>
/// A chain as its receiver holds it: the position behind the newest message seen, and the keys of those that were passed over.
/// Immutable: taking a key gives a new chain, and the old one stays usable. Sync section 1.7, "Limits".
/// </summary>
internal sealed class ReceivingChain
{
    /// <summary>A chain at a position.</summary>
    public ReceivingChain(ChainKey head, SkippedKeys skipped = default)
    {
        Head = head;
        Skipped = skipped;
    }

    /// <summary>The position behind the newest message.</summary>
    public ChainKey Head { get; }

    /// <summary>Keys of messages before that position.</summary>
    public SkippedKeys Skipped { get; }

    /// <summary>Takes the seed of one message.</summary>
    /// <param name="counter">The message.</param>
    /// <param name="seed">Receives 32 bytes.</param>
    /// <param name="after">The chain without that key.</param>
    /// <param name="failure"><see cref="SignalFailure.Duplicate"/> or <see cref="SignalFailure.TooFarInFuture"/>.</param>
    public bool TryTake(uint counter, Span<byte> seed, out ReceivingChain after, out SignalFailure failure)
    {
        after = this;
        failure = default;
        if (counter < Head.Index)
        {
            if (!Skipped.TryTake(counter, seed, out var rest))
            {
                failure = SignalFailure.Duplicate;
                return false;
            }

            after = new ReceivingChain(Head, rest);
            return true;
        }

        // The last counter of all would bring the chain back to 0.
        if (counter - Head.Index > SignalLimits.MaxSkip || counter == uint.MaxValue)
        {
            failure = SignalFailure.TooFarInFuture;
            return false;
        }

        after = counter == Head.Index ? new ReceivingChain(Head.Step(seed), Skipped) : SkipTo(counter, seed);
        return true;
    }

    private ReceivingChain SkipTo(uint counter, Span<byte> seed)
    {
        Span<byte> key = stackalloc byte[ChainKey.Size];
        Span<byte> next = stackalloc byte[ChainKey.Size];
        Head.Key.CopyTo(key);
        var passed = new byte[(counter - Head.Index) * SkippedKeys.EntrySize];
        var free = passed.AsSpan();
        for (var index = Head.Index; index < counter; index++)
        {
            ChainKey.Step(key, SkippedKeys.Prepare(free, index), next);
            next.CopyTo(key);
            free = free[SkippedKeys.EntrySize..];
        }

        ChainKey.Step(key, seed, next);
        var after = new ReceivingChain(new ChainKey(next.ToArray(), counter + 1), Skipped.Append(passed));
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(next);
        return after;
    }
}
