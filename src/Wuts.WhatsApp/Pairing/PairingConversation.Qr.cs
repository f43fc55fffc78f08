namespace Wuts.WhatsApp.Pairing;

internal sealed partial class PairingConversation
{
    // What is shown changes with the timer and with stanzas; the order of the codes is the order of the changes.
    private readonly Lock _qrGate = new();
    private Queue<string> _references = [];
    private string? _shownReference;
    private DateTimeOffset _shownUntil;
    private bool _olderForm;

    /// <summary>Shows the first code of an offer. A second offer replaces the one before. Protocol section 7.2.</summary>
    private async Task ShowQrAsync(IReadOnlyList<string> references, bool olderForm, CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Outcome is null && !IsBoundToConnection)
            {
                await RenewSecretAsync(cancellationToken).ConfigureAwait(false);
                lock (_qrGate)
                {
                    _references = new Queue<string>(references);
                    _olderForm = olderForm;
                    ShowNext(PairDevice.FirstLifetime);
                }
            }
        }
    }

    /// <summary>Shows the same reference with a new secret, without a new clock. Protocol section 7.4.</summary>
    private async Task RefreshQrAsync(CancellationToken cancellationToken)
    {
        using (await _gate.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            // A pairing by code that waits for the phone's confirmation needs the secret that both sides agreed on.
            if (Outcome is null && !IsBoundToConnection)
            {
                await RenewSecretAsync(cancellationToken).ConfigureAwait(false);
                lock (_qrGate)
                {
                    if (_shownReference is not null)
                    {
                        Show(_shownReference, _shownUntil - _context.TimeProvider.GetUtcNow());
                    }
                }
            }
        }
    }

    private void ShowNext(TimeSpan lifetime)
    {
        lock (_qrGate)
        {
            if (IsBoundToConnection || Outcome is not null)
            {
                return;
            }

            if (!_references.TryDequeue(out var reference))
            {
                Fail(new PairingFailure.TimedOut());
                return;
            }

            _shownReference = reference;
            _shownUntil = _context.TimeProvider.GetUtcNow() + lifetime;
            StartTimer(lifetime, () => ShowNext(PairDevice.NextLifetime));
            Show(reference, lifetime);
        }
    }

    private void Show(string reference, TimeSpan validFor)
    {
        var credentials = _context.Credentials.Current;
        var qr = new PairingQr(
            reference,
            credentials.NoiseKey.PublicKey,
            credentials.IdentityKey.PublicKey,
            credentials.AdvSecret.Span,
            _olderForm ? null : _context.Options.Device.Platform.ClientType());
        Tell(new PairingEvent.QrCode(qr.Format(), validFor));
    }
}
