using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wuts.Api.Http;

/// <summary>A JSON writer with the buffer that it writes to; both are used again and again. Not for two threads at once.</summary>
internal sealed class JsonBuffer : IDisposable
{
    private const int InitialBytes = 16 * 1024;
    private const int LargestKept = 1024 * 1024;
    private const int MostKept = 64;

    // Answers are never embedded in HTML: names in other scripts stay readable and short. What must be escaped in JSON still is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ConcurrentBag<JsonBuffer> Pool = [];

    private readonly ArrayBufferWriter<byte> _bytes = new(InitialBytes);

    private JsonBuffer() => Writer = new Utf8JsonWriter(_bytes, Options);

    /// <summary>Writes into this buffer.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>An empty buffer; dispose to give it back.</summary>
    public static JsonBuffer Rent() => Pool.TryTake(out var buffer) ? buffer : new JsonBuffer();

    /// <summary>What was written; valid until the buffer is given back.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Writer.Flush();
        return _bytes.WrittenMemory;
    }

    /// <summary>Encodes a value into an array of its own, to be kept.</summary>
    public static byte[] Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = Rent();
        write(buffer.Writer);
        return buffer.Finish().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Capacity > LargestKept || Pool.Count >= MostKept)
        {
            Writer.Dispose();
            return;
        }

        _bytes.ResetWrittenCount();
        Writer.Reset(_bytes);
        Pool.Add(this);
    }
}
