using System.Collections.Immutable;
using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos.SignalStore;

namespace Wuts.WhatsApp.Signal;

/// <summary>One sender key of one group member.</summary>
/// <param name="KeyId">Its id, chosen by the sender.</param>
/// <param name="Chain">The chain; a sender uses only its head.</param>
/// <param name="SigningPublic">The key that verifies, bare.</param>
/// <param name="SigningPrivate">The key that signs; only the sender has it.</param>
internal sealed record SenderKeyState(uint KeyId, ReceivingChain Chain, byte[] SigningPublic, byte[]? SigningPrivate);

/// <summary>
/// The sender keys of one member of one group, newest first. Immutable. Sync section 1.8.
/// </summary>
internal sealed class SenderKeyRecord
{
    private const uint Format = 1;

    /// <summary>No sender key.</summary>
    public static readonly SenderKeyRecord Empty = new([]);

    private SenderKeyRecord(ImmutableArray<SenderKeyState> states) => States = states;

    /// <summary>The keys, newest first, at most <see cref="SignalLimits.MaxSenderKeys"/>.</summary>
    public ImmutableArray<SenderKeyState> States { get; }

    /// <summary>Place of the key with this id, or -1.</summary>
    public int IndexOf(uint keyId)
    {
        for (var i = 0; i < States.Length; i++)
        {
            if (States[i].KeyId == keyId)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The record with one key changed.</summary>
    public SenderKeyRecord With(int index, SenderKeyState state) => new(States.SetItem(index, state));

    /// <summary>The record with a key in front; one with the same id is replaced, and the oldest makes room.</summary>
    public SenderKeyRecord Add(SenderKeyState state)
    {
        var others = States.RemoveAll(other => other.KeyId == state.KeyId);
        var kept = others.Length < SignalLimits.MaxSenderKeys ? others : others.RemoveAt(others.Length - 1);
        return new SenderKeyRecord(kept.Insert(0, state));
    }

    /// <summary>The form in which the record is stored.</summary>
    public byte[] Encode()
    {
        var stored = new StoredSenderKeyRecord { Format = Format };
        foreach (var state in States)
        {
            var key = new StoredSenderKey
            {
                KeyId = state.KeyId,
                ChainKey = ByteString.CopyFrom(state.Chain.Head.Key),
                Iteration = state.Chain.Head.Index,
                SigningPublic = UnsafeByteOperations.UnsafeWrap(state.SigningPublic),
                Skipped = UnsafeByteOperations.UnsafeWrap(state.Chain.Skipped.Encoded),
            };
            if (state.SigningPrivate is { } signingPrivate)
            {
                key.SigningPrivate = UnsafeByteOperations.UnsafeWrap(signingPrivate);
            }

            stored.States.Add(key);
        }

        return stored.ToByteArray();
    }

    /// <summary>Reads a stored record.</summary>
    /// <exception cref="SignalStateException">The stored bytes are damaged or from a newer program.</exception>
    public static SenderKeyRecord Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var stored = StoredSenderKeyRecord.Parser.ParseFrom(bytes);
            return stored.Format == Format
                ? new SenderKeyRecord([.. stored.States.Select(ToState)])
                : throw new SignalStateException($"A stored sender key has format {stored.Format}; this program reads {Format}.");
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or SignalException)
        {
            throw new SignalStateException("A stored sender key is damaged.", exception);
        }
    }

    private static SenderKeyState ToState(StoredSenderKey stored)
    {
        if (stored.SigningPublic.Length != X25519.KeySize)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        var head = new ChainKey(stored.ChainKey.ToByteArray(), stored.Iteration);
        return new SenderKeyState(
            stored.KeyId,
            new ReceivingChain(head, SkippedKeys.Decode(stored.Skipped.Memory)),
            stored.SigningPublic.ToByteArray(),
            stored.HasSigningPrivate ? stored.SigningPrivate.ToByteArray() : null);
    }
}
