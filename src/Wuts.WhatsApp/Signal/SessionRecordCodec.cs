using System.Collections.Immutable;
using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos.SignalStore;

namespace Wuts.WhatsApp.Signal;

/// <summary>Between <see cref="SessionRecord"/> and its stored form, <c>signal_store.proto</c>.</summary>
internal static class SessionRecordCodec
{
    private const uint Format = 1;

    /// <summary>Encodes a record.</summary>
    public static byte[] Encode(SessionRecord record)
    {
        var stored = new StoredSessionRecord { Format = Format };
        if (record.Current is { } current)
        {
            stored.Current = UnsafeByteOperations.UnsafeWrap(EncodeSession(current));
        }

        foreach (var archived in record.Archived)
        {
            stored.Archived.Add(UnsafeByteOperations.UnsafeWrap(archived));
        }

        return stored.ToByteArray();
    }

    /// <summary>Decodes a record.</summary>
    /// <exception cref="SignalStateException">Damaged, or of another format.</exception>
    public static SessionRecord Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var stored = StoredSessionRecord.Parser.ParseFrom(bytes);
            if (stored.Format != Format)
            {
                throw new SignalStateException($"A stored session has format {stored.Format}; this program reads {Format}.");
            }

            return new SessionRecord(
                stored.HasCurrent ? ToState(StoredSession.Parser.ParseFrom(stored.Current)) : null,
                [.. stored.Archived.Select(archived => archived.Memory)]);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or SignalException)
        {
            throw Damaged(exception);
        }
    }

    /// <summary>Encodes one session.</summary>
    public static byte[] EncodeSession(SessionState state)
    {
        var stored = new StoredSession
        {
            LocalIdentity = Wrap(state.LocalIdentity),
            RemoteIdentity = Wrap(state.RemoteIdentity),
            RemoteRegistrationId = state.RemoteRegistrationId,
            BaseKey = Wrap(state.BaseKey),
            RootKey = ByteString.CopyFrom(state.Root.Key),
            RatchetPrivate = Wrap(state.Sending.RatchetPrivate),
            RatchetPublic = Wrap(state.Sending.RatchetPublic),
            SendingKey = ByteString.CopyFrom(state.Sending.Chain.Key),
            SendingIndex = state.Sending.Chain.Index,
            PreviousCounter = state.Sending.PreviousCounter,
        };
        foreach (var receiver in state.Receivers)
        {
            stored.Receivers.Add(new StoredChain
            {
                RatchetKey = Wrap(receiver.RatchetKey),
                Key = ByteString.CopyFrom(receiver.Chain.Head.Key),
                Index = receiver.Chain.Head.Index,
                Skipped = UnsafeByteOperations.UnsafeWrap(receiver.Chain.Skipped.Encoded),
            });
        }

        if (state.Pending is { } pending)
        {
            stored.Pending = new StoredPendingPreKey { SignedPreKeyId = pending.SignedPreKeyId };
            if (pending.PreKeyId is { } id)
            {
                stored.Pending.PreKeyId = id;
            }
        }

        return stored.ToByteArray();
    }

    /// <summary>Decodes one session.</summary>
    /// <exception cref="SignalStateException">Damaged.</exception>
    public static SessionState DecodeSession(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return ToState(StoredSession.Parser.ParseFrom(bytes.Span));
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or SignalException)
        {
            throw Damaged(exception);
        }
    }

    private static SessionState ToState(StoredSession stored) => new()
    {
        LocalIdentity = Key(stored.LocalIdentity),
        RemoteIdentity = Key(stored.RemoteIdentity),
        RemoteRegistrationId = stored.RemoteRegistrationId,
        BaseKey = Key(stored.BaseKey),
        Root = new RootKey(stored.RootKey.ToByteArray()),
        Sending = new SendingChain(
            Key(stored.RatchetPrivate),
            Key(stored.RatchetPublic),
            new ChainKey(stored.SendingKey.ToByteArray(), stored.SendingIndex),
            stored.PreviousCounter),
        Receivers = [.. stored.Receivers.Select(ToReceiver)],
        Pending = stored.Pending is { } pending
            ? new PendingPreKey(pending.HasPreKeyId ? pending.PreKeyId : null, pending.SignedPreKeyId)
            : null,
    };

    private static ReceiverChain ToReceiver(StoredChain stored) => new(
        Key(stored.RatchetKey),
        new ReceivingChain(new ChainKey(stored.Key.ToByteArray(), stored.Index), SkippedKeys.Decode(stored.Skipped.Memory)));

    private static byte[] Key(ByteString stored)
    {
        if (stored.Length != X25519.KeySize)
        {
            SignalException.Throw(SignalFailure.Malformed);
        }

        return stored.ToByteArray();
    }

    private static ByteString Wrap(byte[] bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static SignalStateException Damaged(Exception exception) => new("A stored session is damaged.", exception);
}
