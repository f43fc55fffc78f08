using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Pairing;

internal sealed partial class PairingConversation
{
    private LinkCodePairing? _code;

    /// <summary>Asks for a pairing by code and shows the code. Only the first offer of a connection starts one.</summary>
    private async Task StartCodeAsync(PairingMethod.Code method, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        if (_code is not null)
        {
            return;
        }

        var credentials = _context.Credentials.Current;
        _code = new LinkCodePairing(
            method.Phone, credentials.NoiseKey, credentials.IdentityKey, _context.Options.Device, _context.TimeProvider.GetUtcNow(), method.CustomCode);
        Volatile.Write(ref _bound, true);
        if (await RequestAsync(_code.BuildHello(connection.NextId(), method.ShowPushNotification), connection, cancellationToken).ConfigureAwait(false)
            is not { } answer)
        {
            return;
        }

        if (!_code.TryAcceptHelloResult(answer))
        {
            Fail(new PairingFailure.Rejected(PairingFault.Malformed));
            return;
        }

        StartTimer(LinkCodePairing.CodeLifetime, () => Fail(new PairingFailure.TimedOut()));
        Tell(new PairingEvent.Code(LinkCode.Display(_code.Code), _code.ExpiresAt));
    }

    /// <summary>The code was typed, or the server wants another one. Protocol sections 8.4 and 8.5.</summary>
    private async Task HandleCodeAsync(Node notification, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        switch (_code?.Handle(notification, _context.TimeProvider.GetUtcNow()))
        {
            case LinkCodeStep.NewCodeNeeded needed:
                Fail(new PairingFailure.NewCodeNeeded(needed.IsManual));
                break;
            case LinkCodeStep.Finish finish:
                await FinishCodeAsync(_code, finish, connection, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task FinishCodeAsync(
        LinkCodePairing code, LinkCodeStep.Finish finish, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Outcome is not null)
            {
                return;
            }

            // Stored before it is sent: the phone's confirmation is protected with it.
            await _context.Credentials.UpdateAsync(credentials => credentials with { AdvSecret = finish.AdvSecret }, cancellationToken)
                .ConfigureAwait(false);
            StartTimer(LinkCodePairing.PairSuccessTimeout, () => Fail(new PairingFailure.NotConfirmed()));
        }

        Tell(new PairingEvent.CodeTyped());
        await RequestAsync(code.BuildFinish(connection.NextId(), finish), connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request of the pairing. When the server refuses it, or does not answer, the pairing has failed.</summary>
    private async Task<Node?> RequestAsync(Node request, IStanzaConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.QueryAsync(request, cancellationToken).ConfigureAwait(false);
            if (!Iq.IsError(answer, out var error))
            {
                return answer;
            }

            Fail(new PairingFailure.Refused(error));
        }
        catch (WhatsAppTimeoutException)
        {
            Fail(new PairingFailure.TimedOut());
        }

        return null;
    }
}
