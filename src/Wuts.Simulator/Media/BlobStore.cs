using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using Wuts.WhatsApp.Media;
using EncryptedFile = Wuts.WhatsApp.Media.MediaFile;

namespace Wuts.Simulator.Media;

/// <summary>The media server's encrypted files, by name. Files expire by the simulator's clock. Safe for concurrent use.</summary>
internal sealed class BlobStore(SimulatorRandom random, TimeProvider time)
{
    /// <summary>The path below which files are.</summary>
    public const string Folder = "/v/t62.7118-24/";

    /// <summary>How long a file can be downloaded.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(5);

    private readonly ConcurrentDictionary<string, MediaBlob> _blobs = new(StringComparer.Ordinal);

    /// <summary>How many files there are, expired ones included until the next upload.</summary>
    public int Count => _blobs.Count;

    /// <summary>Encrypts content with a new media key and stores it.</summary>
    public MediaBlob Upload(ReadOnlySpan<byte> plain, MediaKind kind, string account)
    {
        var key = random.Bytes(32);
        return Store(kind, account, key, EncryptedFile.Encrypt(plain, key, kind));
    }

    /// <summary>Stores the same file at a new place, as after a request to upload it again.</summary>
    public MediaBlob UploadAgain(MediaBlob blob) => Store(blob.Kind, blob.Account, blob.MediaKey, blob.Content);

    public MediaBlob? Find(string name) => _blobs.GetValueOrDefault(name);

    /// <summary>Deletes a file; whoever asks for it gets 404 from now on.</summary>
    public bool Delete(string name) => _blobs.TryRemove(name, out _);

    /// <summary>Deletes the file that a path names.</summary>
    public bool DeletePath(string directPath) =>
        directPath.StartsWith(Folder, StringComparison.Ordinal) && Delete(directPath[Folder.Length..].Split('?')[0]);

    private MediaBlob Store(MediaKind kind, string account, byte[] key, EncryptedMedia content)
    {
        var now = time.GetUtcNow();
        foreach (var (name, blob) in _blobs)
        {
            if (blob.ExpiresAt + Lifetime < now)
            {
                _blobs.TryRemove(name, out _);
            }
        }

        var expiry = now + Lifetime;
        var file = $"{random.NextUInt64() >> 1}_n.enc";
        var signature = Base64Url.EncodeToString(random.Bytes(24));
        var oe = expiry.ToUnixTimeSeconds().ToString("X8", CultureInfo.InvariantCulture);
        var stored = new MediaBlob
        {
            Kind = kind,
            Account = account,
            Name = file,
            DirectPath = $"{Folder}{file}?ccb=11-4&oh={signature}&oe={oe}&_nc_sid=5e03e0",
            MediaKey = key,
            Content = content,
            ExpiresAt = expiry,
        };
        _blobs[file] = stored;
        return stored;
    }
}
