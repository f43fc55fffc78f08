namespace Wuts.WhatsApp.Signal;

/// <summary>What a decrypted group message gives.</summary>
/// <param name="Plaintext">The padded plaintext.</param>
/// <param name="After">The record to store together with it.</param>
internal sealed record GroupDecryption(byte[] Plaintext, SenderKeyRecord After);

/// <summary>
/// Group messages with sender keys, as functions from the record before to the record after. Sync section 1.8.
/// </summary>
internal static class GroupCipher
{
    /// <summary>
    /// Takes in a distribution message. A repeated one changes nothing, so that it cannot rewind the chain and let old messages
    /// through again; one with a known id and another signing key replaces that key.
    /// </summary>
    public static SenderKeyRecord Process(SenderKeyRecord before, SenderKeyDistribution distribution)
    {
        var index = before.IndexOf(distribution.KeyId);
        if (index >= 0 && before.States[index].SigningPublic.AsSpan().SequenceEqual(distribution.SigningPublic))
        {
            return before;
        }

        return before.Add(new SenderKeyState(
            distribution.KeyId, new ReceivingChain(distribution.Chain), distribution.SigningPublic, null));
    }

    /// <summary>Decrypts a message.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.NoSenderKey"/>, <see cref="SignalFailure.InvalidSignature"/>,
    /// <see cref="SignalFailure.Duplicate"/>, <see cref="SignalFailure.TooFarInFuture"/> or
    /// <see cref="SignalFailure.InvalidMac"/>.</exception>
    public static GroupDecryption Decrypt(SenderKeyRecord before, SenderKeyMessage message)
    {
        var index = before.IndexOf(message.KeyId);
        if (index < 0)
        {
            SignalException.Throw(SignalFailure.NoSenderKey);
        }

        var state = before.States[index];
        if (!message.IsSignedBy(state.SigningPublic))
        {
            SignalException.Throw(SignalFailure.InvalidSignature);
        }

        Span<byte> seed = stackalloc byte[ChainKey.Size];
        if (!state.Chain.TryTake(message.Iteration, seed, out var chain, out var failure))
        {
            SignalException.Throw(failure);
        }

        var keys = new GroupMessageKeys(seed, stackalloc byte[GroupMessageKeys.Size]);
        return PayloadCipher.TryDecrypt(keys.CipherKey, keys.Iv, message.Ciphertext.Span, out var plaintext)
            ? new GroupDecryption(plaintext, before.With(index, state with { Chain = chain }))
            : throw new SignalException(SignalFailure.InvalidMac);
    }

    /// <summary>Creates an own sender key; <see cref="Distribute"/> tells it to the members.</summary>
    public static SenderKeyRecord Create(SenderKeyRecord before, uint keyId, IEntropySource entropy)
    {
        var chain = new byte[ChainKey.Size];
        entropy.Fill(chain);
        var (signingPrivate, signingPublic) = entropy.NextRatchetKey();
        return before.Add(new SenderKeyState(keyId, new ReceivingChain(new ChainKey(chain, 0)), signingPublic, signingPrivate));
    }

    /// <summary>The distribution message for the newest own sender key.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.NoSenderKey"/>.</exception>
    public static SenderKeyDistribution Distribute(SenderKeyRecord record) => record.States is [var newest, ..]
        ? new SenderKeyDistribution(newest.KeyId, newest.Chain.Head, newest.SigningPublic)
        : throw new SignalException(SignalFailure.NoSenderKey);

    /// <summary>Encrypts with the newest own sender key.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.NoSenderKey"/>.</exception>
    public static (SenderKeyRecord After, SenderKeyMessage Message) Encrypt(
        SenderKeyRecord before, ReadOnlySpan<byte> plaintext, IEntropySource entropy)
    {
        if (before.States is not [{ SigningPrivate: { } signingPrivate } state, ..])
        {
            throw new SignalException(SignalFailure.NoSenderKey);
        }

        Span<byte> seed = stackalloc byte[ChainKey.Size];
        var head = state.Chain.Head;
        var next = head.Step(seed);
        var keys = new GroupMessageKeys(seed, stackalloc byte[GroupMessageKeys.Size]);
        var ciphertext = PayloadCipher.Encrypt(keys.CipherKey, keys.Iv, plaintext);
        var message = SenderKeyMessage.Create(state.KeyId, head.Index, ciphertext, signingPrivate, entropy);
        return (before.With(0, state with { Chain = new ReceivingChain(next) }), message);
    }
}
