using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Wuts.Benchmarks.Gateway;

/// <summary>
/// Sends some requests again and again over some connections, each waiting for its answer. It does as little as it can, so that what
/// is measured is the server.
/// </summary>
internal sealed class RawClient(Uri address, IReadOnlyList<byte[]> requests)
{
    private const int Connections = 16;

    /// <summary>Makes a request.</summary>
    public static byte[] Request(string method, string path, string? token, string? body)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (token is not null)
        {
            text.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        }

        if (body is not null)
        {
            text.Append("Content-Type: application/json\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes($"{text}\r\n{body}");
    }

    /// <summary>Answers per second.</summary>
    public async Task<double> MeasureAsync(TimeSpan duration)
    {
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => RunAsync(i, begun, duration))));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private async Task<int> RunAsync(int number, long begun, TimeSpan duration)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        var buffer = new byte[256 * 1024];
        var count = 0;
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            await socket.SendAsync(requests[((number * requests.Count / Connections) + count) % requests.Count]);
            await ReceiveAsync(socket, buffer);
            count++;
        }

        return count;
    }

    private static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        var filled = 0;
        var end = -1;
        while (end < 0)
        {
            filled += await ReadAsync(socket, buffer.AsMemory(filled));
            end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        var head = buffer.AsSpan(0, end);
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException($"The answer is {Encoding.ASCII.GetString(buffer, 0, filled)}");
        }

        var length = head[(head.IndexOf("Content-Length: "u8) + 16)..];
        if (!System.Buffers.Text.Utf8Parser.TryParse(length, out int bytes, out _))
        {
            throw new InvalidOperationException("The answer has no length.");
        }

        for (var missing = end + 4 + bytes - filled; missing > 0;)
        {
            missing -= await ReadAsync(socket, buffer);
        }
    }

    private static async Task<int> ReadAsync(Socket socket, Memory<byte> into)
    {
        var read = await socket.ReceiveAsync(into);
        return read > 0 ? read : throw new InvalidOperationException("The server closed the connection.");
    }
}
