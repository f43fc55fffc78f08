using System.Security.Cryptography;

namespace Wuts.WhatsApp.Media;

/// <summary>
/// A downloaded file whose hash, MAC and content hash were all verified. It is held encrypted and decrypted while it is read.
/// Dispose it when it is no longer needed: a large one occupies a temporary file.
/// </summary>
public sealed class MediaContent : IDisposable
{
    private readonly CiphertextSpool _spool;
    private readonly Aes _aes;

    internal MediaContent(CiphertextSpool spool, MediaKeys keys, long length)
    {
        _spool = spool;
        _aes = CreateCipher(keys);
        Length = length;
    }

    /// <summary>Number of decrypted bytes.</summary>
    public long Length { get; }

    /// <summary>Starts reading from the beginning. The stream must not be used after this content is disposed.</summary>
    public Stream OpenRead() => OpenDecryptor(_aes, _spool);

    /// <inheritdoc/>
    public void Dispose()
    {
        _aes.Dispose();
        _spool.Dispose();
    }

    internal static Aes CreateCipher(MediaKeys keys)
    {
        var aes = Aes.Create();
        aes.SetKey(keys.CipherKey);
        aes.IV = keys.Iv.ToArray();
        return aes;
    }

    // AES-CBC with PKCS#7 padding, the defaults.
    internal static Stream OpenDecryptor(Aes aes, CiphertextSpool spool) =>
        new DecryptingStream(new CiphertextStream(spool, spool.Length - MediaFile.MacSize), aes.CreateDecryptor());

    /// <summary>A CryptoStream that also disposes its transform, which holds native memory.</summary>
    private sealed class DecryptingStream : CryptoStream
    {
        private readonly ICryptoTransform _decryptor;

        public DecryptingStream(Stream ciphertext, ICryptoTransform decryptor) : base(ciphertext, decryptor, CryptoStreamMode.Read) =>
            _decryptor = decryptor;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                _decryptor.Dispose();
            }
        }
    }
}
