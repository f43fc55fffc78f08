using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Wuts.Api.Http;

/// <summary>
/// The body of a request as JSON, whatever its content type says. No body, or only white space, is an absent one.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>The largest body that is read. Contract wuts 1.1.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 16;

    /// <summary>A body that is not there.</summary>
    public static readonly RequestBody Absent = new(null, null);

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private readonly JsonDocument? _document;

    private RequestBody(JsonDocument? document, Problem? problem)
    {
        _document = document;
        Problem = problem;
    }

    /// <summary>Why the body cannot be read; <see langword="null"/> when it can, and when it is absent.</summary>
    public Problem? Problem { get; }

    /// <summary>Whether there is a body.</summary>
    public bool IsPresent => _document is not null;

    /// <summary>The fields of the body; an absent body has none.</summary>
    public FieldReader Fields() => new(_document?.RootElement ?? default);

    /// <summary>Reads the body of a request, and lets go of it when the answer is complete.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext http)
    {
        var body = await ReadBytesAsync(http.Request, http.RequestAborted);
        if (body is null)
        {
            return new RequestBody(null, new Problem.TooLarge());
        }

        var read = Parse(body.Value);
        http.Response.RegisterForDispose(read);
        return read;
    }

    /// <summary>Takes bytes apart.</summary>
    internal static RequestBody Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.Span.ContainsAnyExcept(" \t\r\n"u8))
        {
            return Absent;
        }

        try
        {
            var document = JsonDocument.Parse(bytes, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new RequestBody(document, null);
            }

            document.Dispose();
            return new RequestBody(null, new Problem.Malformed("request body must be a JSON object"));
        }
        catch (JsonException)
        {
            return new RequestBody(null, new Problem.Malformed("request body is not valid JSON"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    /// <summary>The bytes of a body; <see langword="null"/> when there are more than <see cref="MaxBytes"/>.</summary>
    /// <remarks>Nothing is allocated for a length that was only announced: the pipe grows with the bytes that arrive.</remarks>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is > MaxBytes)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                ReadOnlyMemory<byte> bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
