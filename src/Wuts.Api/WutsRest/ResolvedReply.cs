using System.IO.Pipelines;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Wuts.Api.Http;

namespace Wuts.Api.WutsRest;

/// <summary>An answer that is put together from encoded items, straight into the connection's own buffers. Contract wuts 3.4.</summary>
/// <param name="items">The items, and perhaps more.</param>
/// <param name="count">How many of them are answered; at least one.</param>
internal sealed class ResolvedReply(ResolvedItem[] items, int count) : Reply
{
    private const int MaxHead = 64;

    public override async ValueTask SendAsync(Call call)
    {
        var response = call.Http.Response;
        var head = new byte[MaxHead];
        Utf8.TryWrite(head, $"{{\"success\":true,\"count\":{count},\"items\":[", out var headLength);

        // The comma of the first item is left out, and two brackets close the answer.
        var length = headLength + 1L;
        for (var i = 0; i < count; i++)
        {
            length += items[i].Length;
        }

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaTypes.Json;
        response.ContentLength = length;

        // What is written before the start would be copied once more.
        await response.StartAsync(call.Aborted);
        Write(response.BodyWriter, head.AsSpan(0, headLength));
        await response.BodyWriter.FlushAsync(call.Aborted);
    }

    private void Write(PipeWriter writer, ReadOnlySpan<byte> head)
    {
        var free = writer.GetSpan(head.Length);
        var used = 0;
        Copy(head, ref free, ref used, writer);
        for (var i = 0; i < count; i++)
        {
            Copy(items[i].Json[(i == 0 ? 1 : 0)..], ref free, ref used, writer);
        }

        Copy("]}"u8, ref free, ref used, writer);
        writer.Advance(used);
    }

    private static void Copy(ReadOnlySpan<byte> part, ref Span<byte> free, ref int used, PipeWriter writer)
    {
        while (part.Length > free.Length - used)
        {
            var fits = free.Length - used;
            part[..fits].CopyTo(free[used..]);
            part = part[fits..];
            writer.Advance(free.Length);
            free = writer.GetSpan();
            used = 0;
        }

        part.CopyTo(free[used..]);
        used += part.Length;
    }
}
