using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Wuts.WhatsApp.Media;

/// <summary>
/// Holds an encrypted file until it is verified: a small one in memory, a large one in a temporary file that disappears when
/// it is closed. Only ciphertext is ever written to disk.
/// </summary>
internal sealed class CiphertextSpool(int memoryLimit, string directory) : IDisposable
{
    private const int SegmentSize = 64 * 1024;

    private readonly List<byte[]> _segments = [];
    private SafeFileHandle? _file;

    /// <summary>Number of bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the bytes went to disk.</summary>
    public bool IsOnDisk => _file is not null;

    /// <summary>Appends bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_file is null && Length + bytes.Length > memoryLimit)
        {
            await MoveToDiskAsync(cancellationToken);
        }

        if (_file is not null)
        {
            await RandomAccess.WriteAsync(_file, bytes, Length, cancellationToken);
        }
        else
        {
            Keep(bytes.Span);
        }

        Length += bytes.Length;
    }

    /// <summary>Reads bytes from a position.</summary>
    /// <returns>The number of bytes read; 0 at the end.</returns>
    public int Read(long position, Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, Length - position);
        if (count <= 0)
        {
            return 0;
        }

        if (_file is not null)
        {
            return RandomAccess.Read(_file, destination[..count], position);
        }

        var offset = (int)(position % SegmentSize);
        count = Math.Min(count, SegmentSize - offset);
        _segments[(int)(position / SegmentSize)].AsSpan(offset, count).CopyTo(destination);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _file?.Dispose();
        Length = 0;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var position = Length;
        while (!bytes.IsEmpty)
        {
            var offset = (int)(position % SegmentSize);
            if (offset == 0)
            {
                _segments.Add(ArrayPool<byte>.Shared.Rent(SegmentSize));
            }

            var count = Math.Min(bytes.Length, SegmentSize - offset);
            bytes[..count].CopyTo(_segments[^1].AsSpan(offset));
            bytes = bytes[count..];
            position += count;
        }
    }

    private async ValueTask MoveToDiskAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, $"wuts-{Path.GetRandomFileName()}");
        var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None));
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // The open handle keeps the bytes; without a name nothing is left behind, not even by a crash.
                File.Delete(path);
            }

            var position = 0L;
            foreach (var segment in _segments)
            {
                var count = (int)Math.Min(SegmentSize, Length - position);
                await RandomAccess.WriteAsync(file, segment.AsMemory(0, count), position, cancellationToken);
                position += count;
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _file = file;
        Release();
    }

    private void Release()
    {
        foreach (var segment in _segments)
        {
            ArrayPool<byte>.Shared.Return(segment);
        }

        _segments.Clear();
    }
}
