using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// A pairing from the first connection to the first login. Connections follow each other until one of them has paired or
/// the pairing cannot go on; what happens on one connection is the business of <see cref="PairingConversation"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to release.")]
internal sealed partial class PairingFlow
{
    // More steps than any pairing has; whoever does not read them misses the oldest.
    private const int EventCapacity = 64;

    private readonly ClientContext _context;
    private readonly Dialer _dialer;
    private readonly Supervisor _supervisor;
    private readonly PairingMethod _method;
    private readonly Action<WhatsAppState> _stateChanged;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Channel<PairingEvent> _events = Channel.CreateBounded<PairingEvent>(
        new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly TaskCompletionSource<LinkedAccount> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PairingConversation? _conversation;

    public PairingFlow(
        ClientContext context, Dialer dialer, Supervisor supervisor, PairingMethod method, Action<WhatsAppState> stateChanged)
    {
        _context = context;
        _dialer = dialer;
        _supervisor = supervisor;
        _method = method;
        _stateChanged = stateChanged;
        _logger = context.Options.LoggerFactory.CreateLogger("Wuts.WhatsApp.Pairing");
    }

    /// <summary>The steps.</summary>
    public ChannelReader<PairingEvent> Events => _events.Reader;

    /// <summary>The result.</summary>
    public Task<LinkedAccount> Completion => _completion.Task;

    /// <summary>Completes when the flow is over; never faults.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when the device is linked, or will not be.</summary>
    public Task Decided => _decided.Task;

    /// <summary>Starts the flow.</summary>
    public void Start()
    {
        _stateChanged(WhatsAppState.Pairing);
        Running = Task.Run(RunAsync);
    }

    /// <summary>Gives the pairing up, unless the device is linked already.</summary>
    public void Cancel()
    {
        _cancelled.Cancel();
        Volatile.Read(ref _conversation)?.Fail(new PairingFailure.Cancelled());
    }

    /// <summary>Goes on after a demand for a passkey.</summary>
    public Task SubmitPasskeyAsync(PasskeyAssertion assertion, CancellationToken cancellationToken) =>
        (Volatile.Read(ref _conversation) ?? throw new InvalidOperationException("No passkey is required at the moment."))
            .SubmitPasskeyAsync(assertion, cancellationToken);

    private async Task RunAsync()
    {
        try
        {
            var failed = await PairAsync().ConfigureAwait(false);
            _decided.TrySetResult();
            if (failed is { } failure)
            {
                _stateChanged(WhatsAppState.Disconnected);
                Finish(failure);
                return;
            }

            await LogInAsync(_context.Credentials.Account!).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogBroken(_logger, _context.Label, failure);
            _stateChanged(WhatsAppState.Disconnected);
            _completion.TrySetException(failure);
            _events.Writer.TryComplete(failure);
        }
        finally
        {
            _decided.TrySetResult();
            _events.Writer.TryComplete();

            // A client keeps its pairing for as long as it lives, and need not keep the connection with it.
            Volatile.Write(ref _conversation, null);

            // Nobody need wait for the completion: the events say the same.
            _ = _completion.Task.Exception;
        }
    }

    /// <returns>The failure, or <see langword="null"/> when the device is linked.</returns>
    private async Task<PairingFailure?> PairAsync()
    {
        var state = default(ReconnectState);
        while (true)
        {
            var (outcome, reason) = await ConverseAsync().ConfigureAwait(false);
            if (outcome is not null)
            {
                return outcome.Failure;
            }

            if (_cancelled.IsCancellationRequested)
            {
                return new PairingFailure.Cancelled();
            }

            // The server forgets a code or a passkey with the connection; a QR code is simply replaced by the next one.
            if (!reason.ShouldReconnect || _conversation?.IsBoundToConnection == true)
            {
                return new PairingFailure.Disconnected(reason);
            }

            var decision = _context.Options.ReconnectPolicy.Decide(state, reason, TimeSpan.Zero, _context.Options.Random);
            state = decision.State;
            LogReconnecting(_logger, _context.Label, decision.Delay, WhatsAppDisconnectedException.Describe(reason));
            try
            {
                await Task.Delay(decision.Delay, _context.TimeProvider, _cancelled.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new PairingFailure.Cancelled();
            }
        }
    }

    /// <summary>Makes one connection and sees it through to its end.</summary>
    private async Task<(PairingOutcome? Outcome, DisconnectReason Reason)> ConverseAsync()
    {
        var conversation = new PairingConversation(_context, _method, _events.Writer, _logger);
        try
        {
            var connection = await _dialer.DialAsync(Payload(), conversation, _cancelled.Token).ConfigureAwait(false);
            Volatile.Write(ref _conversation, conversation);
            var reason = await conversation.RunAsync(connection, _cancelled.Token).ConfigureAwait(false);
            return (conversation.Outcome, reason);
        }
        catch (WhatsAppDisconnectedException failed)
        {
            return (null, failed.Reason);
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            return (null, new DisconnectReason.ByUser());
        }
    }

    private async Task LogInAsync(LinkedAccount account)
    {
        _supervisor.Start();
        try
        {
            await _supervisor.WhenConnected.ConfigureAwait(false);
            _events.Writer.TryWrite(new PairingEvent.Connected());
            _completion.TrySetResult(account);
        }
        catch (WhatsAppDisconnectedException refused)
        {
            Finish(new PairingFailure.Disconnected(refused.Reason));
        }
    }

    private void Finish(PairingFailure failure)
    {
        LogFailed(_logger, _context.Label, WhatsAppPairingException.Describe(failure));
        _events.Writer.TryWrite(new PairingEvent.Failed(failure));
        _completion.TrySetException(new WhatsAppPairingException(failure));
    }

    private byte[] Payload()
    {
        var credentials = _context.Credentials.Current;
        return ClientPayloads.Registration(
            credentials.RegistrationId,
            credentials.IdentityKey,
            credentials.SignedPreKeys.Current,
            _context.Options.ClientVersion,
            _context.Options.Device).ToByteArray();
    }

    [LoggerMessage(1101, LogLevel.Information, "{Device}: pairing failed: {Failure}")]
    private static partial void LogFailed(ILogger logger, string device, string failure);

    [LoggerMessage(1102, LogLevel.Information, "{Device}: pairing connects again in {Delay}, because of {Reason}")]
    private static partial void LogReconnecting(ILogger logger, string device, TimeSpan delay, string reason);

    [LoggerMessage(1103, LogLevel.Critical, "{Device}: pairing stops because of an unexpected failure")]
    private static partial void LogBroken(ILogger logger, string device, Exception failure);
}
