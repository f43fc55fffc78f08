using System.Diagnostics.CodeAnalysis;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Media;

/// <summary>Where an encrypted file is and what proves that it is the right one. Sync sections 13.2 and 13.3.</summary>
public sealed class MediaReference
{
    private const int MaxPathLength = 4096;

    private MediaReference(string directPath, ReadOnlyMemory<byte> mediaKey, ReadOnlyMemory<byte> encryptedHash, ReadOnlyMemory<byte> plainHash)
    {
        DirectPath = directPath;
        MediaKey = mediaKey;
        EncryptedHash = encryptedHash;
        PlainHash = plainHash;
    }

    /// <summary>Path and query on a media host, beginning with a slash. It carries a signature: treat it as personal.</summary>
    public string DirectPath { get; }

    /// <summary>The 32 secret bytes that the file's keys are derived from.</summary>
    public ReadOnlyMemory<byte> MediaKey { get; }

    /// <summary>SHA-256 of the encrypted file.</summary>
    public ReadOnlyMemory<byte> EncryptedHash { get; }

    /// <summary>SHA-256 of the decrypted file; empty when the sender left it out, and then not checked.</summary>
    public ReadOnlyMemory<byte> PlainHash { get; }

    /// <summary>
    /// Creates a reference from what a message says. False when a part cannot be right, so that nothing is requested: the
    /// path must be one on the media host and nothing else, the key and the hashes must have 32 bytes.
    /// </summary>
    public static bool TryCreate(
        string? directPath, ReadOnlyMemory<byte> mediaKey, ReadOnlyMemory<byte> encryptedHash, ReadOnlyMemory<byte> plainHash,
        [NotNullWhen(true)] out MediaReference? reference)
    {
        var valid = IsPath(directPath) && mediaKey.Length == MediaKeys.MediaKeySize && encryptedHash.Length == 32
            && plainHash.Length is 0 or 32;
        reference = valid ? new MediaReference(directPath!, mediaKey, encryptedHash, plainHash) : null;
        return valid;
    }

    /// <summary>The same file at another place, after the phone uploaded it again.</summary>
    public bool TryMove(string? newDirectPath, [NotNullWhen(true)] out MediaReference? moved) =>
        TryCreate(newDirectPath, MediaKey, EncryptedHash, PlainHash, out moved);

    /// <summary>Nothing: a reference is enough to read the file.</summary>
    public override string ToString() => nameof(MediaReference);

    internal static bool TryCreate(ExternalBlobReference blob, [NotNullWhen(true)] out MediaReference? reference) =>
        TryCreate(blob.DirectPath, blob.MediaKey.Memory, blob.FileEncSha256.Memory, blob.FileSha256.Memory, out reference);

    internal static bool TryCreate(HistorySyncNotification blob, [NotNullWhen(true)] out MediaReference? reference) =>
        TryCreate(blob.DirectPath, blob.MediaKey.Memory, blob.FileEncSha256.Memory, blob.FileSha256.Memory, out reference);

    // The path comes from a peer and is put behind a host name: it must not be able to end the host name differently.
    private static bool IsPath(string? path) =>
        path is ['/', ..] and not ['/', '/', ..] && path.Length <= MaxPathLength && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !path.AsSpan().ContainsAny('\\', '#');
}
