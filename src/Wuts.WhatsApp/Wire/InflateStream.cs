using System.IO.Compression;

namespace Wuts.WhatsApp.Wire;

/// <summary>
/// Unpacks a compressed stream up to a limit. Damage, a missing end and excess are <see cref="WireFormatException"/>s, so that
/// a reader of what is inside has one exception to expect.
/// </summary>
internal sealed class InflateStream : ForwardOnlyStream
{
    private readonly Source _source;
    private readonly Stream _inflater;
    private readonly long _limit;
    private long _inflated;

    private InflateStream(Source source, Stream inflater, long limit)
    {
        _source = source;
        _inflater = inflater;
        _limit = limit;
    }

    /// <summary>Unpacks zlib data (RFC 1950), which history blobs are.</summary>
    public static InflateStream Zlib(Stream compressed, long limit)
    {
        var source = new Source(compressed);
        return new InflateStream(source, new ZLibStream(source, CompressionMode.Decompress), limit);
    }

    /// <summary>Unpacks gzip data (RFC 1952), which recovery answers are.</summary>
    public static InflateStream Gzip(Stream compressed, long limit)
    {
        var source = new Source(compressed);
        return new InflateStream(source, new GZipStream(source, CompressionMode.Decompress), limit);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = _inflater.Read(buffer);
            _inflated += read;
            if (_inflated > _limit)
            {
                throw new WireFormatException("The unpacked data is larger than its limit.", _inflated);
            }

            if (read == 0 && buffer.Length > 0 && IsCutOff())
            {
                throw new WireFormatException("The compressed data is cut off.", _inflated);
            }

            return read;
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !_source.HasFailed))
        {
            // Some damage, such as a header that asks for a dictionary, surfaces as an I/O error that none of the source is.
            throw new WireFormatException("The compressed data is damaged.", _inflated, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inflater.Dispose();
        }

        base.Dispose(disposing);
    }

    // The inflaters of the platform take the end of their source for the end of the data. A zlib inflater that is done asks
    // for nothing more, so one that ran into the end was not done. A gzip inflater always looks for another member; there
    // the length behind the data tells.
    private bool IsCutOff() => _inflater is GZipStream
        ? _source.Count < Source.SmallestGzip || _source.LastFourBytes != (uint)_inflated
        : _source.IsExhausted;

    /// <summary>Passes compressed data on and remembers how it ended.</summary>
    private sealed class Source(Stream compressed) : ForwardOnlyStream
    {
        // Header and trailer.
        public const int SmallestGzip = 18;

        public bool IsExhausted { get; private set; }

        public long Count { get; private set; }

        /// <summary>The last four bytes as a little-endian number.</summary>
        public uint LastFourBytes { get; private set; }

        /// <summary>Whether the compressed data itself could not be read.</summary>
        public bool HasFailed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int read;
            try
            {
                read = compressed.Read(buffer);
            }
            catch (IOException)
            {
                HasFailed = true;
                throw;
            }

            IsExhausted |= read == 0 && buffer.Length > 0;
            Count += read;
            foreach (var last in buffer[Math.Max(0, read - 4)..read])
            {
                LastFourBytes = (LastFourBytes >> 8) | ((uint)last << 24);
            }

            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                compressed.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
