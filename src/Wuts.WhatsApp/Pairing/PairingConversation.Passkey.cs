using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Pairing;

internal sealed partial class PairingConversation
{
    // How long the phone may take after it got everything; as for pairing by code.
    private static readonly TimeSpan ConfirmationTimeout = LinkCodePairing.PairSuccessTimeout;

    private PasskeyHandoff? _handoff;
    private PasskeyPairing? _passkey;
    private string? _requiredOptions;
    private bool _proved;

    /// <summary>Goes on with the answer of the user's authenticator. Protocol section 7.8, steps 4 to 6.</summary>
    public async Task SubmitPasskeyAsync(PasskeyAssertion assertion, CancellationToken cancellationToken)
    {
        var connection = _connection;
        if (_handoff is not { } handoff || connection is null || Outcome is not null)
        {
            throw new InvalidOperationException("No passkey is required at the moment.");
        }

        if (await RequestAsync(PasskeyStanzas.BuildReferenceQuery(connection.NextId()), connection, cancellationToken).ConfigureAwait(false)
            is { } answer)
        {
            if (!PasskeyStanzas.TryParseReference(answer, out var reference))
            {
                Fail(new PairingFailure.Rejected(PairingFault.Malformed));
            }
            else
            {
                var pairing = new PasskeyPairing(_context.Options.Device.Platform, reference);
                var now = _context.TimeProvider.GetUtcNow();
                _proved = handoff.Prove(pairing.Prologue, now) is not null;
                _passkey = pairing;
                await RequestAsync(pairing.BuildPrologue(connection.NextId(), assertion, handoff, now), connection, cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        if (Outcome?.Failure is { } failure)
        {
            throw new WhatsAppPairingException(failure);
        }
    }

    /// <summary>Asks for the passkey request, instead of waiting until the server comes with it.</summary>
    private async Task AskForPasskeyAsync(IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (IsBoundToConnection
            || await RequestAsync(PasskeyStanzas.BuildOptionsQuery(connection.NextId()), connection, cancellationToken).ConfigureAwait(false)
                is not { } answer)
        {
            return;
        }

        if (PasskeyStanzas.TryParseOptions(answer, out var optionsJson))
        {
            await RequirePasskeyAsync(optionsJson, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Fail(new PairingFailure.Rejected(PairingFault.Malformed));
        }
    }

    /// <summary>
    /// The account wants a passkey: keep the proof of the present secret, renew the secret, tell the application. The server may
    /// say so more than once; the proof stays that of the secret which the phone has seen.
    /// </summary>
    private async Task RequirePasskeyAsync(string optionsJson, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Outcome is not null || _passkey is not null || _requiredOptions == optionsJson)
            {
                return;
            }

            if (_handoff is null)
            {
                _handoff = new PasskeyHandoff(_context.Credentials.Current.AdvSecret.Span, _context.TimeProvider.GetUtcNow());
                await RenewSecretAsync(cancellationToken).ConfigureAwait(false);
            }

            _requiredOptions = optionsJson;
            Volatile.Write(ref _bound, true);
            StartTimer(PasskeyHandoff.Lifetime, () => Fail(new PairingFailure.TimedOut()));
        }

        Tell(new PairingEvent.PasskeyRequired(optionsJson));
    }

    /// <summary>The phone has answered: show the nonce, then hand over the keys. Protocol section 7.8, steps 7 to 11.</summary>
    private async Task ContinuePasskeyAsync(Node stanza, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (_passkey is not { } pairing || !pairing.TryAcceptContinuation(stanza))
        {
            return;
        }

        StartTimer(ConfirmationTimeout, () => Fail(new PairingFailure.NotConfirmed()));
        if (await RequestAsync(pairing.BuildNonce(connection.NextId()), connection, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        Tell(new PairingEvent.CompareCode(LinkCode.Display(pairing.VerificationCode()), IsOptional: _proved));
        var credentials = _context.Credentials.Current;
        if (pairing.TryBuildRequest(
            connection.NextId(),
            credentials.NoiseKey.PublicKey,
            credentials.IdentityKey.PublicKey,
            credentials.AdvSecret.Span,
            out var request))
        {
            await RequestAsync(request, connection, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Fail(new PairingFailure.Rejected(PairingFault.Malformed));
        }
    }
}
