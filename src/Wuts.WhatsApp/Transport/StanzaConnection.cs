using System.Globalization;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Noise;

namespace Wuts.WhatsApp.Transport;

/// <summary>
/// One connection after its handshake, from the first stanza to the reason of its end: one reader, one writer, waiters by
/// id, a lane per stanza class. It knows nothing about accounts; what stanzas mean is the business of its sink.
/// </summary>
internal sealed partial class StanzaConnection : IStanzaConnection, IDisposable
{
    // How long stanzas that were queued before the end may take to leave. Nothing else waits for a peer that is gone.
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly ITransport _transport;
    private readonly NoiseTransport _noise;
    private readonly ConnectionSettings _settings;
    private readonly IStanzaSink _sink;
    private readonly StanzaReader _reader;
    private readonly StanzaWriter _writer;
    private readonly QueryTable _queries = new();
    private readonly Backpressure _backpressure = new();
    private readonly Dictionary<string, StanzaLane> _lanes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<DisconnectReason> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Node> _success = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _idPrefix;
    private int _lastId;
    private long _lastAliveTicks;

    /// <summary>Creates the connection; <see cref="RunAsync"/> brings it to life.</summary>
    public StanzaConnection(ITransport transport, NoiseTransport noise, IStanzaSink sink, ConnectionSettings settings)
    {
        _transport = transport;
        _noise = noise;
        _sink = sink;
        _settings = settings;
        _reader = new StanzaReader(transport.Input, noise, settings.Logger, settings.Label);
        _writer = new StanzaWriter(transport.Output, noise);

        // Digits, a dot and a dash: an id packs into four bits per character.
        _idPrefix = string.Create(CultureInfo.InvariantCulture, $"{NextUInt16()}.{NextUInt16()}-");
        Ended = _ended.Token;

        int NextUInt16() => (int)(settings.Random.NextDouble() * 65536);
    }

    /// <inheritdoc/>
    public CancellationToken Ended { get; }

    /// <inheritdoc/>
    public ServerClock Clock => _settings.Clock;

    /// <summary>The server's <c>success</c> stanza; faults with <see cref="WhatsAppDisconnectedException"/> if the connection ends before.</summary>
    public Task<Node> Success => _success.Task;

    /// <summary>When the server last answered a ping; <see langword="null"/> before the first time.</summary>
    public DateTimeOffset? LastAlive =>
        Interlocked.Read(ref _lastAliveTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <inheritdoc/>
    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{_idPrefix}{Interlocked.Increment(ref _lastId)}");

    /// <summary>
    /// Reads, dispatches and pings until the connection ends. When it returns, no handler is at work any more and the transport
    /// is closed.
    /// </summary>
    /// <returns>Why the connection ended.</returns>
    public async Task<DisconnectReason> RunAsync()
    {
        var writer = WriteAsync();
        var keepAlive = PingAsync();
        var reader = ReadAsync();
        var reason = await _reason.Task.ConfigureAwait(false);

        await SayFarewellAsync(writer, reason).ConfigureAwait(false);
        _transport.Abort();
        await reader.ConfigureAwait(false);
        await Task.WhenAll(_lanes.Values.Select(lane => lane.CloseAsync())).ConfigureAwait(false);
        await keepAlive.ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        Dispose();
        return reason;
    }

    /// <inheritdoc/>
    public void End(DisconnectReason reason)
    {
        if (!_reason.TrySetResult(reason))
        {
            return;
        }

        _queries.End(reason);
        if (_success.TrySetException(new WhatsAppDisconnectedException(reason)))
        {
            // Nobody need be interested in the login, for example while pairing: the failure counts as observed.
            _ = _success.Task.Exception;
        }

        _writer.Complete();
        _backpressure.End();
        _ended.Cancel();
    }

    /// <summary>Releases the ciphers; only after <see cref="RunAsync"/> has returned, which does it by itself.</summary>
    public void Dispose()
    {
        _noise.Dispose();
        _ended.Dispose();
    }

    // The reader still runs: cancelling a read breaks a WebSocket, and the last stanzas could not leave.
    private async Task SayFarewellAsync(Task writer, DisconnectReason reason)
    {
        if (reason is DisconnectReason.Network { Fault: not NetworkFault.Closed } or DisconnectReason.ProtocolViolation)
        {
            _transport.Abort();
        }

        using var farewell = new CancellationTokenSource(FarewellTimeout, _settings.TimeProvider);
        using var giveUp = farewell.Token.Register(static transport => ((ITransport)transport!).Abort(), _transport);
        await writer.ConfigureAwait(false);
        await _transport.CloseAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task PingAsync()
    {
        try
        {
            var keepAlive = new KeepAlive(this, _settings, at => Interlocked.Exchange(ref _lastAliveTicks, at.UtcTicks));
            await keepAlive.RunAsync().ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or WhatsAppDisconnectedException)
        {
            // The connection ended between two pings.
        }
    }
}
