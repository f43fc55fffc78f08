using System.Text.Json;

namespace Wuts.Simulator.Control;

/// <summary>
/// A request body in JSON, whatever its content type says, so that plain <c>curl -d</c> works. No body counts as an empty
/// object.
/// </summary>
/// <param name="Value">What was read.</param>
internal sealed record JsonBody<T>(T Value)
{
    /// <exception cref="BadHttpRequestException">The body is not JSON of the wanted form.</exception>
    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context)
    {
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            ReadOnlySpan<byte> json = buffer.Length == 0 ? "{}"u8 : buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
            var value = JsonSerializer.Deserialize<T>(json, ControlJson.Options);
            return value is null ? throw new BadHttpRequestException("The body is null.") : new JsonBody<T>(value);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Not supported is what a polymorphic type without its discriminator gives.
            throw new BadHttpRequestException(e.Message, e);
        }
    }
}
