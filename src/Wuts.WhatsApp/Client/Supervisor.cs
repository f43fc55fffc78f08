using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// Keeps a paired device logged in: connects, waits for the end, decides whether and when to connect again. One instance is
/// one wish to be connected; it ends when it is stopped or when another attempt would be of no use. Protocol section 6.10.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to release.")]
internal sealed partial class Supervisor
{
    private readonly ClientContext _context;
    private readonly Dialer _dialer;
    private readonly StanzaRouter _router;
    private readonly LoginSession _login;
    private readonly Action<WhatsAppState> _stateChanged;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StanzaConnection? _current;
    private StanzaConnection? _active;
    private DisconnectReason? _stopReason;
    private DateTimeOffset? _lastAlive;
    private volatile bool _isOver;

    public Supervisor(ClientContext context, Dialer dialer, ClientModule[] modules, Action<WhatsAppState> stateChanged)
    {
        _context = context;
        _dialer = dialer;
        _stateChanged = stateChanged;
        _logger = context.Options.LoggerFactory.CreateLogger("Wuts.WhatsApp.Client");
        _router = new StanzaRouter(context, modules);
        _login = new LoginSession(context, modules, _logger);
        LastReason = new DisconnectReason.ByUser();
    }

    /// <summary>The connection that is logged in and active; <see langword="null"/> when there is none.</summary>
    public StanzaConnection? Connection => Volatile.Read(ref _active);

    /// <summary>Why there was no connection the last time.</summary>
    public DisconnectReason LastReason { get; private set; }

    /// <summary>When the server last proved to be there.</summary>
    public DateTimeOffset? LastAlive => Connection?.LastAlive ?? _lastAlive;

    /// <summary>
    /// Whether nothing follows but the delivery of the last event, so that who hears of it may begin anew at once.
    /// </summary>
    public bool IsOver => _isOver || Running.IsCompleted;

    /// <summary>Completes with the first login; faults when the supervisor ends before.</summary>
    public Task WhenConnected => _connected.Task;

    /// <summary>Completes with the reason when the supervisor has ended; complete before it was started.</summary>
    public Task<DisconnectReason> Running { get; private set; } = Task.FromResult<DisconnectReason>(new DisconnectReason.ByUser());

    /// <summary>Starts. If it was stopped before, <see cref="WhenConnected"/> faults instead.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_stopReason is null)
            {
                _stateChanged(WhatsAppState.Connecting);
                Running = Task.Run(RunAsync);
            }
            else
            {
                Fail(new WhatsAppDisconnectedException(_stopReason));
            }
        }
    }

    /// <summary>Ends the connection and connects no more. Does not wait for it: <see cref="Running"/> tells.</summary>
    public void Stop(DisconnectReason reason)
    {
        StanzaConnection? current;
        lock (_gate)
        {
            _stopReason ??= reason;
            current = _current;
        }

        current?.End(reason);
        _stop.Cancel();
    }

    private async Task<DisconnectReason> RunAsync()
    {
        try
        {
            var reason = await StayConnectedAsync().ConfigureAwait(false);
            await FinishAsync(reason).ConfigureAwait(false);
            return reason;
        }
        catch (Exception failure)
        {
            LogBroken(_logger, _context.Label, failure);
            _stateChanged(WhatsAppState.Disconnected);
            Fail(failure);
            throw;
        }
    }

    private async Task<DisconnectReason> StayConnectedAsync()
    {
        var state = default(ReconnectState);
        while (true)
        {
            var (reason, connectedFor) = await ConnectOnceAsync().ConfigureAwait(false);
            reason = _stopReason ?? reason;
            LastReason = reason;
            if (!reason.ShouldReconnect)
            {
                return reason;
            }

            var decision = _context.Options.ReconnectPolicy.Decide(state, reason, connectedFor, _context.Options.Random);
            state = decision.State;
            LogReconnecting(_logger, _context.Label, decision.Delay, WhatsAppDisconnectedException.Describe(reason));
            _stateChanged(WhatsAppState.Reconnecting);
            await RaiseAsync(new WhatsAppEvent.Disconnected(reason, decision.Delay)).ConfigureAwait(false);
            try
            {
                await Task.Delay(decision.Delay, _context.TimeProvider, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return LastReason = _stopReason!;
            }
        }
    }

    /// <returns>Why the connection ended, and for how long it was logged in.</returns>
    private async Task<(DisconnectReason Reason, TimeSpan ConnectedFor)> ConnectOnceAsync()
    {
        _stateChanged(WhatsAppState.Connecting);
        await RaiseAsync(new WhatsAppEvent.Connecting()).ConfigureAwait(false);
        StanzaConnection connection;
        try
        {
            connection = await _dialer.DialAsync(Payload(), _router, _stop.Token).ConfigureAwait(false);
        }
        catch (WhatsAppDisconnectedException failed)
        {
            return (failed.Reason, TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (_stopReason is not null)
        {
            return (_stopReason, TimeSpan.Zero);
        }

        var running = connection.RunAsync();
        var loggedInAt = await LogInAsync(connection).ConfigureAwait(false);
        var followUp = loggedInAt is null ? Task.CompletedTask : _login.FollowUpAsync(connection);
        var reason = await running.ConfigureAwait(false);
        await followUp.ConfigureAwait(false);
        _lastAlive = LastAlive;
        Volatile.Write(ref _active, null);
        lock (_gate)
        {
            _current = null;
        }

        return (reason, loggedInAt is { } at ? _context.TimeProvider.GetElapsedTime(at) : TimeSpan.Zero);
    }

    /// <returns>The timestamp of the login, or <see langword="null"/> when the connection ended before.</returns>
    private async Task<long?> LogInAsync(StanzaConnection connection)
    {
        lock (_gate)
        {
            _current = connection;
            if (_stopReason is not null)
            {
                connection.End(_stopReason);
            }
        }

        try
        {
            await _login.LogInAsync(connection).ConfigureAwait(false);
        }
        catch (Exception end) when (end is WhatsAppDisconnectedException || connection.Ended.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (StorageFailures.Includes(failure))
        {
            LogNotStored(_logger, _context.Label, failure);
            connection.End(new DisconnectReason.StorageFailed());
            return null;
        }
        catch (WhatsAppTimeoutException)
        {
            connection.End(new DisconnectReason.Network(NetworkFault.ConnectTimeout));
            return null;
        }
        catch
        {
            // A bug. The connection must not outlive its supervisor.
            connection.End(new DisconnectReason.ByUser());
            throw;
        }

        var now = _context.TimeProvider.GetTimestamp();
        _lastAlive = _context.TimeProvider.GetUtcNow();
        Volatile.Write(ref _active, connection);
        _stateChanged(WhatsAppState.Connected);
        LogConnected(_logger, _context.Label);
        await RaiseAsync(new WhatsAppEvent.Connected(_context.Clock.Now)).ConfigureAwait(false);
        _connected.TrySetResult();
        return now;
    }

    private async Task FinishAsync(DisconnectReason reason)
    {
        LogEnded(_logger, _context.Label, WhatsAppDisconnectedException.Describe(reason));
        if (reason.CredentialsInvalid)
        {
            await DeleteKeysAsync().ConfigureAwait(false);
        }

        _stateChanged(reason.CredentialsInvalid ? WhatsAppState.LoggedOut : WhatsAppState.Disconnected);
        _isOver = !reason.CredentialsInvalid;
        await RaiseAsync(new WhatsAppEvent.Disconnected(reason, RetryIn: null)).ConfigureAwait(false);
        if (reason.CredentialsInvalid)
        {
            _isOver = true;
            await RaiseAsync(new WhatsAppEvent.LoggedOut(reason)).ConfigureAwait(false);
        }

        Fail(new WhatsAppDisconnectedException(reason));
    }

    private async Task DeleteKeysAsync()
    {
        try
        {
            await _context.Credentials.DeleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (StorageFailures.Includes(failure))
        {
            // The next login is refused in the same way, and the next attempt to delete comes with it.
            LogNotStored(_logger, _context.Label, failure);
        }
    }

    private void Fail(Exception failure)
    {
        if (_connected.TrySetException(failure))
        {
            // Nobody need wait for the first login: the failure counts as observed.
            _ = _connected.Task.Exception;
        }
    }

    private byte[] Payload()
    {
        var credentials = _context.Credentials.Current;
        var options = _context.Options;
        return ClientPayloads.Login(credentials.Account!.Device, credentials.LoginCounter, options.ClientVersion, options.Device).ToByteArray();
    }

    /// <summary>Events of the connection itself come from no stanza: a sink that fails is logged, and the connection goes on.</summary>
    private async Task RaiseAsync(WhatsAppEvent happened)
    {
        try
        {
            await _context.Events.RaiseAsync(happened, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogSinkFailed(_logger, _context.Label, happened.GetType().Name, failure);
        }
    }

    [LoggerMessage(1206, LogLevel.Information, "{Device}: connected")]
    private static partial void LogConnected(ILogger logger, string device);

    [LoggerMessage(1207, LogLevel.Information, "{Device}: connecting again in {Delay}, because of {Reason}")]
    private static partial void LogReconnecting(ILogger logger, string device, TimeSpan delay, string reason);

    [LoggerMessage(1208, LogLevel.Information, "{Device}: disconnected and staying so, because of {Reason}")]
    private static partial void LogEnded(ILogger logger, string device, string reason);

    [LoggerMessage(1209, LogLevel.Error, "{Device}: the credentials could not be stored")]
    private static partial void LogNotStored(ILogger logger, string device, Exception failure);

    [LoggerMessage(1210, LogLevel.Error, "{Device}: the event sink failed on {Event}")]
    private static partial void LogSinkFailed(ILogger logger, string device, string @event, Exception failure);

    [LoggerMessage(1211, LogLevel.Critical, "{Device}: the client stops because of an unexpected failure")]
    private static partial void LogBroken(ILogger logger, string device, Exception failure);
}
