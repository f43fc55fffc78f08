using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Signal;

/// <summary>The private keys that a pre-key message can name.</summary>
internal interface IPreKeySource
{
    /// <summary>The one-time pre-key with this id, when it has not been used.</summary>
    bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair);

    /// <summary>The signed pre-key with this id: the current one, or one that was replaced lately.</summary>
    bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair);
}

/// <summary>What an encrypted message is.</summary>
/// <param name="After">The record to store before the message is sent.</param>
/// <param name="IsPreKeyMessage">Whether it is a <c>pkmsg</c>; otherwise a <c>msg</c>.</param>
/// <param name="Payload">Content of the <c>enc</c> node.</param>
internal sealed record SessionEncryption(SessionRecord After, bool IsPreKeyMessage, byte[] Payload);

/// <summary>What a decrypted message gives. Everything here is to be stored in one transaction, or not at all.</summary>
/// <param name="Plaintext">The padded plaintext.</param>
/// <param name="After">The record to store.</param>
/// <param name="RemoteIdentity">The identity key that the message is proven to come from.</param>
/// <param name="ConsumedPreKeyId">The one-time pre-key to delete, or <see langword="null"/>.</param>
internal sealed record SessionDecryption(byte[] Plaintext, SessionRecord After, byte[] RemoteIdentity, uint? ConsumedPreKeyId);

/// <summary>
/// Messages of one session in and out, as functions from the record before to the record after. Sync section 1.7.
/// </summary>
/// <remarks>
/// Whether an identity key may be behind an address is decided before (<see cref="IdentityKeyPolicy"/>); here it is only proven
/// that the message comes from it.
/// </remarks>
internal static class SessionCipher
{
    /// <summary>Starts a session from a bundle. A session that existed is archived.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.InvalidSignature"/>: the signed pre-key is not from this
    /// identity; <see cref="SignalFailure.InvalidKey"/>.</exception>
    public static SessionRecord Initiate(SessionRecord before, PreKeyBundle bundle, LocalIdentity own, IEntropySource entropy)
    {
        if (!SignedPreKey.Verify(bundle.IdentityKey, bundle.SignedPreKey, bundle.SignedPreKeySignature))
        {
            SignalException.Throw(SignalFailure.InvalidSignature);
        }

        var (basePrivate, basePublic) = entropy.NextRatchetKey();
        var (ratchetPrivate, ratchetPublic) = entropy.NextRatchetKey();
        var agreed = X3dh.TryInitiate(
            own.KeyPair.PrivateKey,
            basePrivate,
            bundle.IdentityKey,
            bundle.SignedPreKey,
            bundle.OneTimePreKey is { } oneTime ? oneTime.Key : default,
            out var root,
            out var receiving);

        // The peer's first ratchet key is its signed pre-key, so the first step can be made at once.
        if (!root.TryStep(ratchetPrivate, bundle.SignedPreKey, out var next, out var sending) || !agreed)
        {
            SignalException.Throw(SignalFailure.InvalidKey);
        }

        return before.Start(new SessionState
        {
            LocalIdentity = own.KeyPair.PublicKey.ToArray(),
            RemoteIdentity = bundle.IdentityKey,
            RemoteRegistrationId = bundle.RegistrationId,
            BaseKey = basePublic,
            Root = next,
            Sending = new SendingChain(ratchetPrivate, ratchetPublic, sending, 0),
            Receivers = [new ReceiverChain(bundle.SignedPreKey, new ReceivingChain(receiving))],
            Pending = new PendingPreKey(bundle.OneTimePreKey?.Id, bundle.SignedPreKeyId),
        });
    }

    /// <summary>Encrypts with the current session: as a pre-key message until the peer has answered.</summary>
    /// <exception cref="SignalException"><see cref="SignalFailure.NoSession"/>.</exception>
    public static SessionEncryption Encrypt(SessionRecord before, ReadOnlySpan<byte> plaintext, LocalIdentity own)
    {
        if (before.Current is not { } session)
        {
            throw new SignalException(SignalFailure.NoSession);
        }

        var (after, message) = session.Encrypt(plaintext);
        return session.Pending is { } pending
            ? new(before.WithCurrent(after), true, PreKeySignalMessage.Encode(pending, session.BaseKey, own, message))
            : new(before.WithCurrent(after), false, message.Serialized);
    }

    /// <summary>Decrypts a message with the current session, or with an earlier one, which then becomes current.</summary>
    /// <exception cref="SignalException">The message cannot be read with any of them.</exception>
    public static SessionDecryption Decrypt(SessionRecord before, SignalMessage message, IEntropySource entropy)
    {
        var failure = SignalFailure.NoSession;
        for (var index = -1; index < before.Archived.Length; index++)
        {
            var session = index < 0 ? before.Current : before.ArchivedAt(index);
            if (session is null)
            {
                continue;
            }

            if (session.TryDecrypt(message, entropy, out var after, out var plaintext, out var reason))
            {
                return new SessionDecryption(plaintext, Replace(before, index, after), session.RemoteIdentity, null);
            }

            // The failure of the session that knows the ratchet key counts; otherwise that of the current session.
            if (session.HasReceiver(message.RatchetKey))
            {
                throw new SignalException(reason);
            }

            failure = failure == SignalFailure.NoSession ? reason : failure;
        }

        throw new SignalException(failure);
    }

    /// <summary>Decrypts a pre-key message, with the session that it started before or with a new one.</summary>
    /// <exception cref="SignalException">The message cannot be read, or names a pre-key that is not here.</exception>
    public static SessionDecryption Decrypt(
        SessionRecord before, PreKeySignalMessage message, LocalIdentity own, IPreKeySource preKeys, IEntropySource entropy)
    {
        var exists = before.TryFind(message, out var session, out var index);
        session ??= Respond(message, own, preKeys);
        if (!session.TryDecrypt(message.Message, entropy, out var after, out var plaintext, out var failure))
        {
            throw new SignalException(failure);
        }

        return exists
            ? new SessionDecryption(plaintext, Replace(before, index, after), session.RemoteIdentity, null)
            : new SessionDecryption(plaintext, before.Start(after), session.RemoteIdentity, message.PreKeyId);
    }

    private static SessionRecord Replace(SessionRecord before, int index, SessionState after) =>
        index < 0 ? before.WithCurrent(after) : before.Promote(index, after);

    /// <summary>The session that a pre-key message starts, before the message itself is read.</summary>
    private static SessionState Respond(PreKeySignalMessage message, LocalIdentity own, IPreKeySource preKeys)
    {
        if (!preKeys.TryGetSignedPreKey(message.SignedPreKeyId, out var signed))
        {
            throw new SignalException(SignalFailure.UnknownSignedPreKey);
        }

        KeyPair? oneTime = null;
        if (message.PreKeyId is { } id && !preKeys.TryGetPreKey(id, out oneTime))
        {
            throw new SignalException(SignalFailure.UnknownPreKey);
        }

        if (!X3dh.TryRespond(
            own.KeyPair.PrivateKey,
            signed.PrivateKey,
            oneTime is null ? default : oneTime.PrivateKey,
            message.IdentityKey,
            message.BaseKey,
            out var root,
            out var sending))
        {
            throw new SignalException(SignalFailure.InvalidKey);
        }

        return new SessionState
        {
            LocalIdentity = own.KeyPair.PublicKey.ToArray(),
            RemoteIdentity = message.IdentityKey,
            RemoteRegistrationId = message.RegistrationId,
            BaseKey = message.BaseKey,
            Root = root,
            Sending = new SendingChain(signed.PrivateKey.ToArray(), signed.PublicKey.ToArray(), sending, 0),
            Receivers = [],
        };
    }
}
