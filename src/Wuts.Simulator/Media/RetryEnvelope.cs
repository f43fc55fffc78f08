using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Media;

/// <summary>The phone's side of a request to upload a file again. Sync section 13.4.</summary>
internal static class RetryEnvelope
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>What is wrong with the form of a request, which the server can see; <see langword="null"/> when nothing is.</summary>
    public static string? Fault(Node receipt) => receipt switch
    {
        _ when receipt.Child("encrypt") is not { } encrypt
            || encrypt.Child("enc_p")?.ContentBytes.Length is null or <= TagSize
            || encrypt.Child("enc_iv")?.ContentBytes.Length != NonceSize =>
            "A server-error receipt has an encrypt element with enc_p and an enc_iv of 12 bytes.",
        _ when receipt.Child("rmr") is not { } message || message["jid"] is null || message["from_me"] is not ("true" or "false") =>
            "A server-error receipt has an rmr element with jid and from_me.",
        _ => null,
    };

    /// <summary>Whether a request can be decrypted and names the message that it belongs to.</summary>
    public static bool IsAuthentic(Node receipt, string messageId, byte[] mediaKey)
    {
        var encrypt = receipt.Child("encrypt")!;
        var sealedBytes = encrypt.Child("enc_p")!.ContentBytes.Span;
        var plain = new byte[sealedBytes.Length - TagSize];
        using var gcm = Cipher(mediaKey);
        try
        {
            gcm.Decrypt(
                encrypt.Child("enc_iv")!.ContentBytes.Span, sealedBytes[..^TagSize], sealedBytes[^TagSize..], plain, Encoding.UTF8.GetBytes(messageId));
            return ServerErrorReceipt.Parser.ParseFrom(plain).StanzaId == messageId;
        }
        catch (Exception e) when (e is CryptographicException or InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>The answer that goes into a <c>mediaretry</c> notification.</summary>
    public static Node Seal(MediaRetryNotification answer, byte[] mediaKey, byte[] nonce)
    {
        var plain = answer.ToByteArray();
        var output = new byte[plain.Length + TagSize];
        using var gcm = Cipher(mediaKey);
        gcm.Encrypt(nonce, plain, output.AsSpan(0, plain.Length), output.AsSpan(plain.Length), Encoding.UTF8.GetBytes(answer.StanzaId));
        return new Node("encrypt", [], [new Node("enc_p", [], output), new Node("enc_iv", [], nonce)]);
    }

    /// <summary>A nonce for an answer.</summary>
    public static byte[] NextNonce(SimulatorRandom random) => random.Bytes(NonceSize);

    private static AesGcm Cipher(byte[] mediaKey) => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, mediaKey, 32, info: Encoding.ASCII.GetBytes("WhatsApp Media Retry Notification")), TagSize);
}
