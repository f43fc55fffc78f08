using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Pairing;

/// <summary>How a pairing on one connection went: linked when there is no failure.</summary>
/// <param name="Failure">What went wrong.</param>
internal sealed record PairingOutcome(PairingFailure? Failure);

/// <summary>
/// One connection of a device that is not linked yet: answers the server's offer in the way that was chosen, and takes the
/// account when the phone gives it. Protocol sections 7 and 8.
/// </summary>
/// <remarks>
/// Stanzas of different classes arrive side by side. Whoever changes the ADV secret holds the gate, because a phone that saw
/// the old secret and a client that has the new one do not come together.
/// </remarks>
internal sealed partial class PairingConversation : IStanzaSink
{
    // After the account was taken the server asks for a restart at once. If it does not, there is no reason to wait for ever.
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientContext _context;
    private readonly PairingMethod _method;
    private readonly ChannelWriter<PairingEvent> _events;
    private readonly ILogger _logger;
    private readonly AsyncLock _gate = new();
    private readonly Lock _timerGate = new();
    private PairingOutcome? _outcome;
    private StanzaConnection? _connection;
    private ITimer? _timer;
    private bool _bound;

    public PairingConversation(ClientContext context, PairingMethod method, ChannelWriter<PairingEvent> events, ILogger logger)
    {
        _context = context;
        _method = method;
        _events = events;
        _logger = logger;
    }

    /// <inheritdoc/>
    public Jid? OwnDevice => null;

    /// <summary>How it went; <see langword="null"/> as long as nothing is decided, also after the connection was lost.</summary>
    public PairingOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>Whether something was begun that the server forgets when the connection is lost.</summary>
    public bool IsBoundToConnection => Volatile.Read(ref _bound);

    /// <summary>Runs the connection to its end.</summary>
    public async Task<DisconnectReason> RunAsync(StanzaConnection connection, CancellationToken cancelled)
    {
        _connection = connection;
        using var cancellation = cancelled.Register(() => Fail(new PairingFailure.Cancelled()));
        try
        {
            return await connection.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            StopTimer();
        }
    }

    /// <summary>Gives the pairing up, unless it is decided already.</summary>
    public void Fail(PairingFailure failure)
    {
        if (Interlocked.CompareExchange(ref _outcome, new PairingOutcome(failure), null) is null)
        {
            _connection?.End(new DisconnectReason.ByUser());
        }
    }

    /// <inheritdoc/>
    public async Task<StanzaOutcome> HandleAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (PairDevice.TryParse(stanza, out var references))
        {
            await connection.SendAsync(PairDevice.BuildReply(stanza), cancellationToken).ConfigureAwait(false);
            await TakeOfferAsync(references, connection, cancellationToken).ConfigureAwait(false);
        }
        else if (PairSuccess.IsPairSuccess(stanza))
        {
            await TakeAccountAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
        }
        else if (CompanionRegRefresh.IsRequest(stanza))
        {
            await RefreshQrAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (LinkCodeStanzas.TryParseNotification(stanza, out _))
        {
            await HandleCodeAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
        }
        else if (PasskeyStanzas.TryParsePrologueRequest(stanza, out var optionsJson))
        {
            await RequirePasskeyAsync(optionsJson, cancellationToken).ConfigureAwait(false);
        }
        else if (PasskeyStanzas.IsContinuation(stanza))
        {
            await ContinuePasskeyAsync(stanza, connection, cancellationToken).ConfigureAwait(false);
        }
        else if (stanza.Tag == "ib" && stanza.TryGetChild("downgrade_webclient", out _))
        {
            Tell(new PairingEvent.PhoneTooOld());
            await _context.Events.RaiseAsync(new WhatsAppEvent.PhoneTooOld(), cancellationToken).ConfigureAwait(false);
        }

        return StanzaOutcome.Handled;
    }

    private Task TakeOfferAsync(IReadOnlyList<string> references, IStanzaConnection connection, CancellationToken cancellationToken) => _method switch
    {
        PairingMethod.Qr qr => ShowQrAsync(references, qr.OlderForm, cancellationToken),
        PairingMethod.Code code => StartCodeAsync(code, connection, cancellationToken),
        _ => AskForPasskeyAsync(connection, cancellationToken),
    };

    /// <summary>Takes the account: verify, store everything, and only then let the phone know. Protocol section 7.5.</summary>
    private async Task TakeAccountAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Outcome is not null)
            {
                return;
            }

            StopTimer();
            _context.Clock.Observe(stanza["t"], TimeSpan.Zero);
            var credentials = _context.Credentials.Current;
            switch (PairSuccess.Process(stanza, credentials.AdvSecret.Span, credentials.IdentityKey))
            {
                case PairSuccessOutcome.Accepted accepted:
                    await StoreAsync(stanza, accepted, connection, cancellationToken).ConfigureAwait(false);
                    break;
                case PairSuccessOutcome.Rejected rejected:
                    await connection.SendAsync(rejected.Reply, cancellationToken).ConfigureAwait(false);
                    Fail(new PairingFailure.Rejected(rejected.Fault));
                    break;
            }
        }
    }

    private async Task StoreAsync(
        Node stanza, PairSuccessOutcome.Accepted accepted, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        var device = accepted.Device;
        var account = new LinkedAccount
        {
            Device = device.OwnJid,
            Lid = device.OwnLid,
            SignedIdentity = device.SignedIdentity,
            PhoneIdentityKey = device.AccountKey,
            Platform = device.Platform,
            BusinessName = device.BusinessName,
            PairedAt = device.ServerTime,
        };
        try
        {
            // Not to be interrupted half-way: the account is either taken or not.
            await SetAccountAsync(account).ConfigureAwait(false);
            await _context.Events.RaiseAsync(new WhatsAppEvent.Paired(account.Device, account.Lid), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (StorageFailures.Includes(failure))
        {
            LogNotStored(_logger, _context.Label, failure);
            await connection.SendAsync(PairSuccess.BuildError(stanza["id"]!, PairingFault.NotStored), cancellationToken).ConfigureAwait(false);
            Fail(new PairingFailure.Rejected(PairingFault.NotStored));
            await SetAccountAsync(null).ConfigureAwait(false);
            return;
        }

        // From here on the device is linked, whatever becomes of the connection.
        Volatile.Write(ref _outcome, new PairingOutcome(null));
        await connection.SendAsync(accepted.Reply, cancellationToken).ConfigureAwait(false);
        LogPaired(_logger, _context.Label);
        Tell(new PairingEvent.Paired(account));
        StartTimer(RestartTimeout, () => connection.End(new DisconnectReason.RestartRequired()));
    }

    private async Task SetAccountAsync(LinkedAccount? account) =>
        await _context.Credentials.UpdateAsync(
            credentials => ReferenceEquals(credentials.Account, account) ? credentials : credentials with { Account = account },
            CancellationToken.None).ConfigureAwait(false);

    /// <summary>Draws and stores a new ADV secret. The caller holds the gate.</summary>
    private async Task RenewSecretAsync(CancellationToken cancellationToken) =>
        await _context.Credentials.UpdateAsync(credentials => credentials.WithNewAdvSecret(), cancellationToken).ConfigureAwait(false);

    private void Tell(PairingEvent step) => _events.TryWrite(step);

    private void StartTimer(TimeSpan dueIn, Action elapsed)
    {
        lock (_timerGate)
        {
            _timer?.Dispose();
            _timer = _context.TimeProvider.CreateTimer(static state => ((Action)state!)(), elapsed, dueIn, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopTimer()
    {
        lock (_timerGate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    [LoggerMessage(1104, LogLevel.Information, "{Device}: linked to an account")]
    private static partial void LogPaired(ILogger logger, string device);

    [LoggerMessage(1105, LogLevel.Error, "{Device}: the account could not be stored; the pairing is refused")]
    private static partial void LogNotStored(ILogger logger, string device, Exception failure);
}
