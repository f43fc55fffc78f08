using System.Security.Cryptography;
using System.Text;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Signal.Store;

/// <summary>
/// Names one encrypted payload by what was received: kind, sender and ciphertext. A message that is delivered twice has the same
/// name both times, a message that was encrypted again has another.
/// </summary>
/// <param name="Value">Base64 of a SHA-256.</param>
public readonly record struct PayloadId(string Value)
{
    /// <summary>The name of a payload.</summary>
    /// <param name="kind">Type of the <c>enc</c> node.</param>
    /// <param name="sender">The device that sent it.</param>
    /// <param name="ciphertext">Content of the <c>enc</c> node.</param>
    public static PayloadId Of(string kind, SignalAddress sender, ReadOnlySpan<byte> ciphertext)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\n{sender}\n"));
        hash.AppendData(ciphertext);
        return new PayloadId(Convert.ToBase64String(hash.GetHashAndReset()));
    }
}

/// <summary>
/// A decrypted payload that something depends on. Its plaintext is kept from decryption until it has been handled, because
/// the ciphertext cannot be decrypted a second time; afterwards only the fact is kept.
/// </summary>
/// <param name="Plaintext">The encoded message, or <see langword="null"/> once it has been handled.</param>
/// <param name="ReceivedAt">When it was decrypted.</param>
public sealed record PayloadRow(byte[]? Plaintext, DateTimeOffset ReceivedAt);

/// <summary>One message of one sender.</summary>
/// <param name="MessageId">Id of the stanza.</param>
/// <param name="Sender">The device that sent it.</param>
public readonly record struct RetryKey(string MessageId, SignalAddress Sender);

/// <summary>How often a message was asked for again.</summary>
/// <param name="Count">Number of retry receipts sent.</param>
/// <param name="LastAt">When the last one was.</param>
public sealed record RetryRow(int Count, DateTimeOffset LastAt);

/// <summary>An own message that its receiver may fail to decrypt.</summary>
/// <param name="Receiver">To whom it went.</param>
/// <param name="Plaintext">The encoded message, without padding.</param>
/// <param name="SentAt">When it was first sent.</param>
/// <param name="Resends">How often it was sent again.</param>
public sealed record SentMessageRow(Jid Receiver, byte[] Plaintext, DateTimeOffset SentAt, int Resends);
