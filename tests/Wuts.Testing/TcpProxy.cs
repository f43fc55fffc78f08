using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wuts.Testing;

/// <summary>
/// A way to a server on the loopback interface that a test can cut: connections are refused and broken, or accepted and never
/// answered. One per test, so that tests do not disturb each other.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly IPEndPoint _own;
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly Lock _gate = new();
    private Socket? _listener;
    private TaskCompletionSource _open = Completed();

    private TcpProxy(int port)
    {
        _target = new IPEndPoint(IPAddress.Loopback, port);
        Listen(0);
        _own = (IPEndPoint)_listener!.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    public int Port => _own.Port;

    /// <summary>Opens a way to a port.</summary>
    public static TcpProxy To(int port) => new(port);

    /// <summary>The server is gone: connections break, and new ones are refused.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }

        Break();
    }

    /// <summary>The server hangs: connections stay and are accepted, and nothing passes in either direction.</summary>
    public void Hang() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server is there again; what was held back passes.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            if (_listener is null)
            {
                Listen(_own.Port);
            }
        }

        _open.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _open.TrySetResult();
        return default;
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private void Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private void Break()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = JoinAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private async Task JoinAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        _sockets[near] = 0;
        _sockets[far] = 0;
        try
        {
            await _open.Task;
            await far.ConnectAsync(_target);
            await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other.
        }
        finally
        {
            _sockets.TryRemove(near, out _);
            _sockets.TryRemove(far, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await _open.Task;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
