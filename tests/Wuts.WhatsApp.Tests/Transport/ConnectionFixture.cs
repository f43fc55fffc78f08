using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

/// <summary>A connection whose peer is the test: it reads the client's stanzas and writes whatever it likes.</summary>
internal sealed class ConnectionFixture : IStanzaSink, IAsyncDisposable
{
    private readonly PipeTransport _client;
    private readonly PipeTransport _server;
    private readonly NoiseTransport _serverNoise;
    private readonly StanzaReader _serverReader;
    private readonly Channel<Node> _handled = Channel.CreateUnbounded<Node>();

    public ConnectionFixture(IRandomSource? random = null, KeepAliveOptions? keepAlive = null, TimeSpan storagePatience = default)
    {
        (_client, _server) = PipeTransport.CreatePair();
        byte[] up = RandomNumberGenerator.GetBytes(32), down = RandomNumberGenerator.GetBytes(32);
        _serverNoise = new NoiseTransport(down, up);
        _serverReader = new StanzaReader(_server.Input, _serverNoise, NullLogger.Instance, "server");
        ServerClock = new ServerClock(Time);
        Connection = new StanzaConnection(_client, new NoiseTransport(up, down), this, new ConnectionSettings(
            "test", TimeSpan.FromSeconds(60), keepAlive ?? new KeepAliveOptions(), Time, random ?? new FixedRandom(0.5), ServerClock, NullLogger.Instance)
        {
            StoragePatience = storagePatience,
        });
        Running = Connection.RunAsync();
    }

    public ManualTimeProvider Time { get; } = new();

    public ServerClock ServerClock { get; }

    public StanzaConnection Connection { get; }

    public Task<DisconnectReason> Running { get; }

    public PipeTransport ClientTransport => _client;

    /// <summary>What the handler does; by default everything is handled.</summary>
    public Func<Node, CancellationToken, Task<StanzaOutcome>> Handler { get; set; } = (_, _) => Task.FromResult(StanzaOutcome.Handled);

    public Jid? OwnDevice { get; set; }

    /// <summary>The next stanza that the handler was given.</summary>
    public Task<Node> NextHandledAsync() => _handled.Reader.ReadAsync().Within();

    /// <summary>The next stanza that the handler was given and that fits; others before it are passed over.</summary>
    public async Task<Node> NextHandledAsync(Func<Node, bool> match)
    {
        while (true)
        {
            var stanza = await NextHandledAsync();
            if (match(stanza))
            {
                return stanza;
            }
        }
    }

    public async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        await _handled.Writer.WriteAsync(stanza, cancellationToken);
        return await Handler(stanza, cancellationToken);
    }

    /// <summary>The next stanza from the client.</summary>
    public async Task<Node> ReceiveAsync() =>
        await _serverReader.ReadAsync(CancellationToken.None).Within() ?? throw new InvalidOperationException("The client closed.");

    /// <summary>Whether the client has closed and nothing is left to read.</summary>
    public async Task<bool> ReceivedEndAsync() => await _serverReader.ReadAsync(CancellationToken.None).Within() is null;

    public Task SendAsync(Node stanza) => SendSealedAsync(Seal(NodeWriter.Encode(stanza)));

    public byte[] Seal(byte[] plaintext)
    {
        var sealedFrame = new byte[NoiseTransport.SealedSize(plaintext.Length)];
        _serverNoise.Seal(plaintext, sealedFrame);
        return sealedFrame;
    }

    public Task SendSealedAsync(byte[] payload)
    {
        var frame = new byte[FrameFormat.LengthSize + payload.Length];
        FrameFormat.WriteLength(frame, payload.Length);
        payload.CopyTo(frame, FrameFormat.LengthSize);
        return SendBytesAsync(frame);
    }

    public async Task SendBytesAsync(byte[] bytes) => await _server.Output.WriteAsync(bytes).Within();

    /// <summary>Answers the next stanza with an empty result.</summary>
    public async Task<Node> AnswerAsync(params Node[] children)
    {
        var query = await ReceiveAsync();
        await SendAsync(new Node("iq", [("from", Jid.WhatsApp), ("type", "result"), ("id", query["id"])], children));
        return query;
    }

    public void CloseByServer() => _server.Output.Complete();

    public void BreakByServer() => _server.Output.Complete(new TransportException("The connection broke.", null));

    public async ValueTask DisposeAsync()
    {
        Connection.End(new DisconnectReason.ByUser());
        await Running.Within();
    }
}
