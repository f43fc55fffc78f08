namespace Wuts.Simulator.Media;

/// <summary>A file that is served under <c>/media</c>.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="ContentType">What it is, for example <c>image/jpeg</c>.</param>
/// <param name="ExpiresAt">From when on it is gone; <see langword="null"/> means never.</param>
public sealed record MediaFile(ReadOnlyMemory<byte> Bytes, string ContentType = "application/octet-stream", DateTimeOffset? ExpiresAt = null);

/// <summary>
/// The files of the simulated media servers: profile pictures and encrypted blobs, by path. Bounded in bytes. Safe for
/// concurrent use.
/// </summary>
public sealed class MediaStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MediaFile> _files = new(StringComparer.Ordinal);
    private readonly long _capacity;
    private long _bytes;

    internal MediaStore(long capacity) => _capacity = capacity;

    /// <summary>How many bytes are stored.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Stores a file, in place of one that has the path already.</summary>
    /// <param name="path">The path behind <c>/media/</c>, without a leading slash.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ArgumentException">The path is empty or begins with a slash.</exception>
    /// <exception cref="InvalidOperationException">The store would hold more bytes than it may.</exception>
    public void Put(string path, MediaFile file)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(file);
        if (path[0] == '/')
        {
            throw new ArgumentException("The path has no leading slash.", nameof(path));
        }

        lock (_gate)
        {
            var bytes = _bytes - (_files.TryGetValue(path, out var old) ? old.Bytes.Length : 0) + file.Bytes.Length;
            if (bytes > _capacity)
            {
                throw new InvalidOperationException($"The media store may hold {_capacity} bytes.");
            }

            _files[path] = file;
            _bytes = bytes;
        }
    }

    /// <summary>Removes a file; <see langword="false"/> when there is none at the path.</summary>
    public bool Remove(string path)
    {
        lock (_gate)
        {
            if (!_files.Remove(path, out var file))
            {
                return false;
            }

            _bytes -= file.Bytes.Length;
            return true;
        }
    }

    /// <summary>The file at a path, expired or not; <see langword="null"/> when there is none.</summary>
    public MediaFile? Find(string path)
    {
        lock (_gate)
        {
            return _files.GetValueOrDefault(path);
        }
    }
}
