using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Media;

/// <summary>What the phone answered to the request to upload a file again.</summary>
public abstract record MediaRetryOutcome
{
    private MediaRetryOutcome()
    {
    }

    /// <summary>The file is at a new place; key and hashes are the old ones.</summary>
    public sealed record Uploaded(string DirectPath) : MediaRetryOutcome
    {
        /// <summary>Nothing: the path carries a signature.</summary>
        public override string ToString() => nameof(Uploaded);
    }

    /// <summary>The phone does not have the file any more.</summary>
    public sealed record NotFound : MediaRetryOutcome;

    /// <summary>The phone could not decrypt the request, or failed otherwise.</summary>
    public sealed record Failed : MediaRetryOutcome;

    /// <summary>The answer is not authentic, not readable, or for another message. It is to be ignored.</summary>
    public sealed record Invalid : MediaRetryOutcome;
}

/// <summary>Asks the phone to upload a file again that the media servers lost, and reads its answer. Sync section 13.4.</summary>
public static class MediaRetry
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    // <receipt type="server-error" id="{message}" to="{own base jid}">
    //   <encrypt><enc_p>{ciphertext}</enc_p><enc_iv>{nonce}</enc_iv></encrypt>
    //   <rmr jid="{chat}" from_me="true|false" participant?/>
    // </receipt>

    /// <summary>Builds the request.</summary>
    /// <param name="messageId">Id of the message that refers to the file.</param>
    /// <param name="mediaKey">The file's media key.</param>
    /// <param name="own">The own account.</param>
    /// <param name="chat">The chat of the message; for a history blob the own account.</param>
    /// <param name="fromMe">Whether the message is an own one; for a history blob yes.</param>
    /// <param name="participant">The sender within a group.</param>
    public static Node BuildRequest(
        string messageId, ReadOnlySpan<byte> mediaKey, Jid own, Jid chat, bool fromMe, Jid participant = default) =>
        BuildRequest(messageId, mediaKey, own, chat, fromMe, participant, RandomNumberGenerator.GetBytes(NonceSize));

    internal static Node BuildRequest(
        string messageId, ReadOnlySpan<byte> mediaKey, Jid own, Jid chat, bool fromMe, Jid participant, byte[] nonce)
    {
        var plain = new ServerErrorReceipt { StanzaId = messageId }.ToByteArray();
        return new Node(
            "receipt",
            [("id", messageId), ("to", own.ToBase()), ("type", "server-error")],
            [
                new Node("encrypt", [], [new Node("enc_p", [], Seal(mediaKey, nonce, messageId, plain)), new Node("enc_iv", [], nonce)]),
                new Node("rmr", [("jid", chat), ("from_me", fromMe ? "true" : "false"), ("participant", participant)]),
            ]);
    }

    /// <summary>Reads the answer, a <c>mediaretry</c> notification with the id of the message.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="mediaKey">The media key of the file that the message with this id refers to.</param>
    public static MediaRetryOutcome Parse(Node notification, ReadOnlySpan<byte> mediaKey)
    {
        ArgumentNullException.ThrowIfNull(notification);
        if (notification.Child("error") is { } error)
        {
            return error["code"] == "2" ? new MediaRetryOutcome.NotFound() : new MediaRetryOutcome.Failed();
        }

        if (notification["id"] is not { Length: > 0 } messageId
            || notification.Child("encrypt") is not { } encrypt
            || encrypt.Child("enc_p") is not { } answerNode
            || encrypt.Child("enc_iv") is not { } nonceNode
            || !TryOpen(mediaKey, nonceNode.ContentBytes.Span, messageId, answerNode.ContentBytes.Span, out var plain))
        {
            return new MediaRetryOutcome.Invalid();
        }

        try
        {
            var answer = MediaRetryNotification.Parser.ParseFrom(plain);
            return answer.StanzaId != messageId
                ? new MediaRetryOutcome.Invalid()
                : answer.Result switch
                {
                    MediaRetryNotification.Types.ResultType.Success when answer.DirectPath.Length > 0 =>
                        new MediaRetryOutcome.Uploaded(answer.DirectPath),
                    MediaRetryNotification.Types.ResultType.NotFound => new MediaRetryOutcome.NotFound(),
                    _ => new MediaRetryOutcome.Failed(),
                };
        }
        catch (InvalidProtocolBufferException)
        {
            return new MediaRetryOutcome.Invalid();
        }
    }

    /// <summary>The key of request and answer.</summary>
    internal static byte[] DeriveKey(ReadOnlySpan<byte> mediaKey)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, mediaKey, key, salt: default, "WhatsApp Media Retry Notification"u8);
        return key;
    }

    /// <summary>Encrypts either direction: AES-256-GCM with the message id as associated data, the tag appended.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> mediaKey, ReadOnlySpan<byte> nonce, string messageId, ReadOnlySpan<byte> plain)
    {
        using var gcm = new AesGcm(DeriveKey(mediaKey), TagSize);
        var output = new byte[plain.Length + TagSize];
        gcm.Encrypt(nonce, plain, output.AsSpan(0, plain.Length), output.AsSpan(plain.Length), Encoding.UTF8.GetBytes(messageId));
        return output;
    }

    private static bool TryOpen(
        ReadOnlySpan<byte> mediaKey, ReadOnlySpan<byte> nonce, string messageId, ReadOnlySpan<byte> input, out byte[] plain)
    {
        plain = [];
        if (nonce.Length != NonceSize || input.Length < TagSize)
        {
            return false;
        }

        using var gcm = new AesGcm(DeriveKey(mediaKey), TagSize);
        var output = new byte[input.Length - TagSize];
        try
        {
            gcm.Decrypt(nonce, input[..^TagSize], input[^TagSize..], output, Encoding.UTF8.GetBytes(messageId));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plain = output;
        return true;
    }
}
