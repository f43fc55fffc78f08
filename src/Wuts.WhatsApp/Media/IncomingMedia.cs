using System.Buffers;
using System.Security.Cryptography;

namespace Wuts.WhatsApp.Media;

/// <summary>
/// Takes in an encrypted file piece by piece, hashing as it comes, and at its end either hands out verified content or says
/// what is wrong. Not one decrypted byte is visible before everything was checked. Sync section 13.3.
/// </summary>
internal sealed class IncomingMedia : IDisposable
{
    private const int PieceSize = 64 * 1024;

    private readonly MediaReference _reference;
    private readonly MediaKeys _keys;
    private readonly IncrementalHash _fileHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _mac;
    private CiphertextSpool? _spool;

    // The last ten bytes so far: they are the MAC if nothing follows.
    private readonly byte[] _tail = new byte[MediaFile.MacSize];
    private int _tailLength;

    public IncomingMedia(MediaReference reference, MediaKind kind, int memoryLimit, string spoolDirectory)
    {
        _reference = reference;
        _keys = new MediaKeys(reference.MediaKey.Span, kind);
        _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _keys.MacKey);
        _mac.AppendData(_keys.Iv);
        _spool = new CiphertextSpool(memoryLimit, spoolDirectory);
    }

    /// <summary>Number of bytes taken in.</summary>
    public long Length => _spool?.Length ?? 0;

    /// <summary>Takes in the next piece.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_spool is null, this);
        _fileHash.AppendData(piece.Span);
        AppendToMac(piece.Span);
        return _spool.WriteAsync(piece, cancellationToken);
    }

    /// <summary>Checks the whole file.</summary>
    /// <param name="content">The verified content, which the caller then owns; absent when there is a fault.</param>
    /// <returns>What is wrong, or <see langword="null"/> when nothing is.</returns>
    public MediaFault? Complete(out MediaContent? content)
    {
        ObjectDisposedException.ThrowIf(_spool is null, this);
        content = null;
        if (!CryptographicOperations.FixedTimeEquals(_fileHash.GetHashAndReset(), _reference.EncryptedHash.Span))
        {
            return Length < MediaFile.BlockSize + MediaFile.MacSize ? MediaFault.TooShort : MediaFault.EncryptedHash;
        }

        if (Length < MediaFile.BlockSize + MediaFile.MacSize)
        {
            return MediaFault.TooShort;
        }

        if (!CryptographicOperations.FixedTimeEquals(_mac.GetHashAndReset().AsSpan(0, MediaFile.MacSize), _tail))
        {
            return MediaFault.Mac;
        }

        if (CheckContent(_spool, out var length) is { } fault)
        {
            return fault;
        }

        content = new MediaContent(_spool, _keys, length);
        _spool = null;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fileHash.Dispose();
        _mac.Dispose();
        _spool?.Dispose();
        _spool = null;
    }

    private void AppendToMac(ReadOnlySpan<byte> piece)
    {
        if (piece.Length >= MediaFile.MacSize)
        {
            _mac.AppendData(_tail.AsSpan(0, _tailLength));
            _mac.AppendData(piece[..^MediaFile.MacSize]);
            piece[^MediaFile.MacSize..].CopyTo(_tail);
            _tailLength = MediaFile.MacSize;
            return;
        }

        var surplus = Math.Max(0, _tailLength + piece.Length - MediaFile.MacSize);
        _mac.AppendData(_tail.AsSpan(0, surplus));
        _tail.AsSpan(surplus, _tailLength - surplus).CopyTo(_tail);
        piece.CopyTo(_tail.AsSpan(_tailLength - surplus));
        _tailLength += piece.Length - surplus;
    }

    // A pass over the content of its own: the hash covers all of it, and nobody may see the beginning before the end is known.
    private MediaFault? CheckContent(CiphertextSpool spool, out long length)
    {
        length = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var aes = MediaContent.CreateCipher(_keys);
            using var plain = MediaContent.OpenDecryptor(aes, spool);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read;
            while ((read = plain.Read(buffer, 0, buffer.Length)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                length += read;
            }

            return _reference.PlainHash.IsEmpty || CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), _reference.PlainHash.Span)
                ? null
                : MediaFault.PlainHash;
        }
        catch (CryptographicException)
        {
            return MediaFault.Padding;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
