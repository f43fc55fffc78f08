using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp;

/// <summary>
/// One linked device: a companion of a phone, as WhatsApp Web is. It is paired once, then connects and stays connected by
/// itself until it is told otherwise or the server puts an end to it.
/// </summary>
/// <remarks>
/// <para>
/// The life of a device: <see cref="PairAsync"/> links it to an account, by QR code, by code or with a passkey, and leaves it
/// connected. In a later process <see cref="ConnectAsync"/> connects it again, with what its store kept.
/// <see cref="Events"/> tells what happens; <see cref="State"/> and <see cref="LastAlive"/> tell how it is.
/// </para>
/// <para>
/// One device has one owner. Two clients with the same credentials throw each other out; the one that loses ends with
/// <see cref="DisconnectReason.Replaced"/> and does not come back by itself.
/// </para>
/// <para>Members may be called from any thread. The options and the store must not be shared between connected clients.</para>
/// </remarks>
public sealed partial class WhatsAppClient : IAsyncDisposable
{
    private readonly ClientContext _context;
    private readonly Dialer _dialer;
    private readonly AccountModules _mirror;
    private readonly ClientModule[] _modules;
    private readonly ILogger _logger;
    private readonly AsyncLock _lifecycle = new();
    private Supervisor? _supervisor;
    private volatile WhatsAppState _state;
    private bool _disposed;

    /// <summary>Creates a client; nothing is sent or read yet.</summary>
    /// <param name="options">How it connects and behaves.</param>
    /// <param name="store">What the device keeps. The client does not dispose it.</param>
    /// <exception cref="ArgumentException">An option breaks its rule; the message names option, value and rule.</exception>
    public WhatsAppClient(WhatsAppOptions options, IWhatsAppStore store)
        : this(options, store, connector: null)
    {
    }

    internal WhatsAppClient(WhatsAppOptions options, IWhatsAppStore store, ITransportConnector? connector)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        options.Validate();
        _context = new ClientContext(options, store);
        _dialer = new Dialer(_context, connector ?? new WebSocketConnector(options.Endpoint, options.Origin, options.Proxy));
        _mirror = new AccountModules(_context, () => _supervisor?.Connection);
        _modules = ClientModules.Create(_context, _mirror);
        _logger = options.LoggerFactory.CreateLogger("Wuts.WhatsApp.Client");
        if (!options.TrustsWhatsApp)
        {
            LogForeignRoot(_logger, options.Label);
        }
    }

    /// <summary>What the device keeps.</summary>
    public IWhatsAppStore Store => _context.Store;

    /// <summary>What the client is doing.</summary>
    public WhatsAppState State => _state;

    /// <summary>
    /// When the server last proved to be there, by answering a ping or a login; <see langword="null"/> before the first time. While
    /// connected this is never older than about a minute: then the client gives the connection up.
    /// </summary>
    public DateTimeOffset? LastAlive => _supervisor?.LastAlive;

    /// <summary>How far the server's clock is ahead of the local one; zero before the first login.</summary>
    public TimeSpan ServerClockOffset => _context.Clock.Offset;

    /// <summary>
    /// The account that the device is linked to; <see langword="null"/> when it is not linked, and before the credentials were
    /// loaded by connecting or pairing.
    /// </summary>
    public LinkedAccount? Account => _context.Credentials.Account;

    /// <summary>
    /// What happens, in order. For one reader or several. When nobody reads, the oldest events are dropped; see
    /// <see cref="WhatsAppOptions.EventCapacity"/>. Completes when the client is disposed.
    /// </summary>
    public ChannelReader<WhatsAppEvent> Events => _context.Events.Reader;

    /// <summary>
    /// Connects a paired device and keeps it connected from then on: when the connection is lost it is made again, as the
    /// <see cref="WhatsAppOptions.ReconnectPolicy"/> says. A client that is connected, or connecting, is left as it is.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting for the first login, and disconnects.</param>
    /// <returns>Completes with the first login. Until then lost and refused connections are retried.</returns>
    /// <exception cref="InvalidOperationException">The device is not paired.</exception>
    /// <exception cref="WhatsAppDisconnectedException">The server refused in a way that no further attempt can cure.</exception>
    /// <exception cref="WhatsAppStoreException">The credentials could not be loaded.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        var supervisor = await StartAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await supervisor.WhenConnected.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            supervisor.Stop(new DisconnectReason.ByUser());
            throw;
        }
    }

    /// <summary>
    /// Disconnects and stays disconnected, or ends a pairing. The device remains linked. Does nothing when there is no connection.
    /// Must not be waited for inside a <see cref="IWhatsAppEventSink"/>.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the client disconnects nevertheless.</param>
    public async Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        using (await _lifecycle.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            await StopAsync(new DisconnectReason.ByUser()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Disconnects and releases everything. The device remains linked. May be called more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        using (await _lifecycle.EnterAsync(CancellationToken.None).ConfigureAwait(false))
        {
            _disposed = true;
            await StopAsync(new DisconnectReason.ByUser()).ConfigureAwait(false);
            _context.Events.Complete();
        }
    }

    private async Task<Supervisor> StartAsync(CancellationToken cancellationToken)
    {
        using (await _lifecycle.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_supervisor is { IsOver: false } present)
            {
                return present;
            }

            if (!await _context.Credentials.LoadAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new InvalidOperationException("The device is not linked to an account: pair it first.");
            }

            _supervisor = CreateSupervisor();
            _supervisor.Start();
            return _supervisor;
        }
    }

    private Supervisor CreateSupervisor() => new(_context, _dialer, _modules, state => _state = state);

    private async Task StopAsync(DisconnectReason reason)
    {
        _pairing?.Cancel();
        _supervisor?.Stop(reason);
        await (_pairing?.Running ?? Task.CompletedTask).ConfigureAwait(false);
        await (_supervisor?.Running ?? Task.CompletedTask).ConfigureAwait(false);

        // It writes to the store, which may belong to somebody else as soon as this client is gone.
        await _context.Background.WhenDoneAsync().ConfigureAwait(false);
    }

    [LoggerMessage(1201, LogLevel.Warning, "{Device}: the server is verified with a root key that is not WhatsApp's; this is for test servers only")]
    private static partial void LogForeignRoot(ILogger logger, string device);
}
