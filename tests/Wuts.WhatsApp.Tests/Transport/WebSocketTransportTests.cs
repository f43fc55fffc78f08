using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Wuts.Testing;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class WebSocketTransportTests
{
    [Fact]
    public async Task Bytes_flow_both_ways()
    {
        await using var server = await LoopbackServer.StartAsync(async (WebSocket socket) =>
        {
            var buffer = new byte[1024];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, true, CancellationToken.None);
            await socket.ReceiveAsync(buffer, CancellationToken.None);
        });
        await using var transport = await ConnectAsync(server.Endpoint);

        await transport.Output.WriteAsync(new byte[] { 1, 2, 3 });

        Assert.Equal([1, 2, 3], await ReadAsync(transport, 3));
    }

    [Fact]
    public async Task Messages_of_any_size_become_one_stream()
    {
        byte[][] messages = [[1], [], [2, 3], .. Enumerable.Range(0, 40).Select(i => Enumerable.Repeat((byte)i, 1000).ToArray())];
        await using var server = await LoopbackServer.StartAsync(async (WebSocket socket) =>
        {
            foreach (var message in messages)
            {
                await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            await socket.ReceiveAsync(new byte[10], CancellationToken.None);
        });
        await using var transport = await ConnectAsync(server.Endpoint);

        var expected = messages.SelectMany(m => m).ToArray();
        Assert.Equal(expected, await ReadAsync(transport, expected.Length));
        Assert.True((await transport.Input.ReadAsync().Within()).IsCompleted);
    }

    [Fact]
    public async Task Farewell_over_a_broken_pipe_which_looks_like_a_cancellation_closes_the_transport()
    {
        await using var transport = new WebSocketTransport(new BrokenSocket());

        await transport.CloseAsync(CancellationToken.None);

        await Assert.ThrowsAsync<TransportException>(async () => await transport.Input.ReadAsync()).Within();
    }

    [Fact]
    public async Task Text_messages_are_ignored()
    {
        await using var server = await LoopbackServer.StartAsync(async (WebSocket socket) =>
        {
            var text = Encoding.ASCII.GetBytes(new string('x', 5000));
            await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, CancellationToken.None);
            await socket.SendAsync(text, WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.SendAsync(text, WebSocketMessageType.Text, false, CancellationToken.None);
            await socket.SendAsync(text, WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.SendAsync(new byte[] { 2 }, WebSocketMessageType.Binary, true, CancellationToken.None);
            await socket.ReceiveAsync(new byte[10], CancellationToken.None);
        });
        await using var transport = await ConnectAsync(server.Endpoint);

        Assert.Equal([1, 2], await ReadAsync(transport, 2));
    }

    [Fact]
    public async Task Origin_and_routing_info_reach_the_server()
    {
        var seen = new TaskCompletionSource<(string Origin, string Query)>();
        await using var server = await LoopbackServer.StartAsync(async (HttpContext context) =>
        {
            seen.SetResult((context.Request.Headers.Origin.ToString(), context.Request.QueryString.Value!));
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[10], CancellationToken.None);
        });

        var connector = new WebSocketConnector(server.Endpoint, "https://web.whatsapp.com", null);
        await using var transport = await connector.ConnectAsync(new byte[] { 8, 8, 8, 5, 0x1a, 1, 0 }, CancellationToken.None).Within();

        Assert.Equal(("https://web.whatsapp.com", "?ED=CAgIBRoBAA"), await seen.Task.Within());
    }

    [Fact]
    public async Task Server_that_vanishes_breaks_the_transport()
    {
        await using var server = await LoopbackServer.StartAsync(async (WebSocket socket) =>
        {
            await socket.ReceiveAsync(new byte[10], CancellationToken.None);
            socket.Abort();
        });
        await using var transport = await ConnectAsync(server.Endpoint);

        await transport.Output.WriteAsync(new byte[] { 1 });

        await Assert.ThrowsAsync<TransportException>(() => transport.Input.ReadAsync().Within());
    }

    [Fact]
    public async Task Abort_ends_a_pending_read()
    {
        await using var server = await LoopbackServer.StartAsync((WebSocket socket) => socket.ReceiveAsync(new byte[10], CancellationToken.None));
        await using var transport = await ConnectAsync(server.Endpoint);

        var reading = transport.Input.ReadAsync().AsTask();
        transport.Abort();
        transport.Abort();

        await Assert.ThrowsAsync<TransportException>(() => reading.Within());
        await transport.CloseAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Close_tells_the_server()
    {
        var closed = new TaskCompletionSource<WebSocketMessageType>();
        await using var server = await LoopbackServer.StartAsync(async (WebSocket socket) =>
            closed.SetResult((await socket.ReceiveAsync(new byte[10], CancellationToken.None)).MessageType));
        await using var transport = await ConnectAsync(server.Endpoint);

        await transport.CloseAsync(CancellationToken.None);

        Assert.Equal(WebSocketMessageType.Close, await closed.Task.Within());
    }

    [Fact]
    public async Task Refused_upgrade_is_a_transport_failure()
    {
        await using var server = await LoopbackServer.StartAsync((HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });

        var failure = await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(server.Endpoint));

        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task Unreachable_server_is_a_transport_failure()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)reserved.LocalEndPoint!).Port;

        await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/chat")));
    }

    [Fact]
    public async Task Proxy_is_asked_for_a_tunnel()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var proxy = new WebProxy($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", BypassOnLocal: false);
        var connector = new WebSocketConnector(new Uri("ws://whatsapp.test/ws/chat"), null, proxy);

        using var enough = new CancellationTokenSource();
        var connecting = connector.ConnectAsync(default, enough.Token);
        using (var client = await listener.AcceptTcpClientAsync(CancellationToken.None).Within())
        {
            using var reader = new StreamReader(client.GetStream());
            Assert.Equal("CONNECT whatsapp.test:80 HTTP/1.1", await reader.ReadLineAsync(CancellationToken.None).Within());
        }

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
    }

    private static Task<ITransport> ConnectAsync(Uri endpoint) =>
        new WebSocketConnector(endpoint, null, null).ConnectAsync(default, CancellationToken.None).Within();

    private static async Task<byte[]> ReadAsync(ITransport transport, int count)
    {
        var result = await transport.Input.ReadAtLeastAsync(count).Within();
        var bytes = result.Buffer.Slice(0, count).ToArray();
        transport.Input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>A socket whose peer is gone, as the framework reports it from the middle of a close frame.</summary>
    private sealed class BrokenSocket : WebSocket
    {
        private WebSocketState _state = WebSocketState.Open;

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => _state;

        public override string? SubProtocol => null;

        public override void Abort() => _state = WebSocketState.Aborted;

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            throw new OperationCanceledException("The operation was canceled.", new IOException("Broken pipe"));

        public override void Dispose() => Abort();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new WebSocketException(WebSocketError.InvalidState);

        public override Task SendAsync(
            ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            throw new WebSocketException(WebSocketError.InvalidState);
    }
}
