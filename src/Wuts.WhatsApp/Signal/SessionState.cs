using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Wuts.WhatsApp.Crypto;

namespace Wuts.WhatsApp.Signal;

/// <summary>The pre-keys of the peer that a session was created with; sent along until the peer answers.</summary>
/// <param name="PreKeyId">The one-time pre-key, or <see langword="null"/> when the bundle had none.</param>
/// <param name="SignedPreKeyId">The signed pre-key.</param>
internal sealed record PendingPreKey(uint? PreKeyId, uint SignedPreKeyId);

/// <summary>The sending half of a session.</summary>
/// <param name="RatchetPrivate">Own ratchet key, private.</param>
/// <param name="RatchetPublic">Own ratchet key, public, bare.</param>
/// <param name="Chain">Position of the next message.</param>
/// <param name="PreviousCounter">Last counter used in the chain before.</param>
internal sealed record SendingChain(byte[] RatchetPrivate, byte[] RatchetPublic, ChainKey Chain, uint PreviousCounter);

/// <summary>A receiving chain and the ratchet key of the peer that it belongs to.</summary>
/// <param name="RatchetKey">The peer's ratchet key, bare.</param>
/// <param name="Chain">The chain.</param>
internal sealed record ReceiverChain(byte[] RatchetKey, ReceivingChain Chain);

/// <summary>
/// One session: a double ratchet between two identities. Immutable: every message gives a new state, so that nothing has
/// changed when anything about a message turns out to be wrong. Sync section 1.7.
/// </summary>
internal sealed record SessionState
{
    /// <summary>Own identity key, bare.</summary>
    public required byte[] LocalIdentity { get; init; }

    /// <summary>Identity key of the peer, bare.</summary>
    public required byte[] RemoteIdentity { get; init; }

    /// <summary>Registration id of the peer.</summary>
    public required uint RemoteRegistrationId { get; init; }

    /// <summary>The initiator's base key, bare. With the peer's identity it names the session.</summary>
    public required byte[] BaseKey { get; init; }

    /// <summary>The root of the ratchet.</summary>
    public required RootKey Root { get; init; }

    /// <summary>The sending half.</summary>
    public required SendingChain Sending { get; init; }

    /// <summary>The receiving chains, oldest first.</summary>
    public required ImmutableArray<ReceiverChain> Receivers { get; init; }

    /// <summary>What goes along with each message until the peer answers; then <see langword="null"/>.</summary>
    public PendingPreKey? Pending { get; init; }

    /// <summary>Whether a pre-key message belongs to this session: it has the same base key, from the same identity.</summary>
    public bool IsStartedBy(PreKeySignalMessage message) =>
        BaseKey.AsSpan().SequenceEqual(message.BaseKey) && RemoteIdentity.AsSpan().SequenceEqual(message.IdentityKey);

    /// <summary>Whether a chain for this ratchet key exists; then no other session can read its messages.</summary>
    public bool HasReceiver(ReadOnlySpan<byte> ratchetKey) => IndexOfReceiver(ratchetKey) >= 0;

    /// <summary>Encrypts one message.</summary>
    public (SessionState After, SignalMessage Message) Encrypt(ReadOnlySpan<byte> plaintext)
    {
        Span<byte> seed = stackalloc byte[ChainKey.Size];
        var chain = Sending.Chain.Step(seed);
        var keys = new MessageKeys(seed, stackalloc byte[MessageKeys.Size]);
        var message = SignalMessage.Create(
            Sending.RatchetPublic,
            Sending.Chain.Index,
            Sending.PreviousCounter,
            PayloadCipher.Encrypt(keys.CipherKey, keys.Iv, plaintext),
            keys.MacKey,
            LocalIdentity,
            RemoteIdentity);
        return (this with { Sending = Sending with { Chain = chain } }, message);
    }

    /// <summary>Decrypts one message. On failure nothing is drawn from <paramref name="entropy"/>.</summary>
    public bool TryDecrypt(
        SignalMessage message,
        IEntropySource entropy,
        [NotNullWhen(true)] out SessionState? after,
        [NotNullWhen(true)] out byte[]? plaintext,
        out SignalFailure failure)
    {
        after = null;
        plaintext = null;

        var known = IndexOfReceiver(message.RatchetKey);
        var root = Root;
        ReceivingChain chain;
        if (known >= 0)
        {
            chain = Receivers[known].Chain;
        }
        else if (Root.TryStep(Sending.RatchetPrivate, message.RatchetKey, out root, out var head))
        {
            chain = new ReceivingChain(head);
        }
        else
        {
            failure = SignalFailure.InvalidKey;
            return false;
        }

        Span<byte> seed = stackalloc byte[ChainKey.Size];
        if (!chain.TryTake(message.Counter, seed, out chain, out failure))
        {
            return false;
        }

        var keys = new MessageKeys(seed, stackalloc byte[MessageKeys.Size]);
        if (!message.HasValidMac(keys.MacKey, RemoteIdentity, LocalIdentity)
            || !PayloadCipher.TryDecrypt(keys.CipherKey, keys.Iv, message.Ciphertext.Span, out plaintext))
        {
            failure = SignalFailure.InvalidMac;
            return false;
        }

        var receiver = new ReceiverChain(message.RatchetKey, chain);
        after = known >= 0
            ? this with { Receivers = Receivers.SetItem(known, receiver), Pending = null }
            : Turn(root, receiver, entropy);
        return true;
    }

    /// <summary>Completes a DH ratchet step: a new own ratchet key answers the peer's.</summary>
    private SessionState Turn(RootKey root, ReceiverChain receiver, IEntropySource entropy)
    {
        var (ratchetPrivate, ratchetPublic) = entropy.NextRatchetKey();

        // The same public key has just agreed with the old private key, so it cannot be one without effect.
        root.TryStep(ratchetPrivate, receiver.RatchetKey, out var next, out var sending);
        var receivers = Receivers.Length < SignalLimits.MaxReceiverChains ? Receivers : Receivers.RemoveAt(0);
        return this with
        {
            Root = next,
            Receivers = receivers.Add(receiver),
            Sending = new SendingChain(ratchetPrivate, ratchetPublic, sending, Math.Max(Sending.Chain.Index, 1) - 1),
            Pending = null,
        };
    }

    private int IndexOfReceiver(ReadOnlySpan<byte> ratchetKey)
    {
        for (var i = Receivers.Length - 1; i >= 0; i--)
        {
            if (ratchetKey.SequenceEqual(Receivers[i].RatchetKey))
            {
                return i;
            }
        }

        return -1;
    }
}
