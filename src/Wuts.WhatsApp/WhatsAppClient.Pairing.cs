using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp;

public sealed partial class WhatsAppClient
{
    private PairingFlow? _pairing;

    /// <summary>
    /// Starts to link the device to an account. The session tells what to show; when the device is linked, the client logs in and
    /// stays connected, as after <see cref="ConnectAsync"/>.
    /// </summary>
    /// <param name="method">In which way.</param>
    /// <param name="cancellationToken">Gives up before the session has started; afterwards dispose the session to give up.</param>
    /// <exception cref="ArgumentException">The phone number or the code of the method is not valid.</exception>
    /// <exception cref="InvalidOperationException">The device is linked already, or is being linked.</exception>
    /// <exception cref="WhatsAppStoreException">The new device's keys could not be stored.</exception>
    public async Task<PairingSession> PairAsync(PairingMethod method, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        Check(method);
        using (await _lifecycle.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_pairing is { Running.IsCompleted: false } || _supervisor is { IsOver: false }
                || await _context.Credentials.LoadAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new InvalidOperationException("The device is linked to an account already, or is being linked: log out first.");
            }

            await _context.Credentials.EnsureCreatedAsync(cancellationToken).ConfigureAwait(false);
            _supervisor = CreateSupervisor();
            _pairing = new PairingFlow(_context, _dialer, _supervisor, method, state => _state = state);
            _pairing.Start();
            return new PairingSession(_pairing);
        }
    }

    private static void Check(PairingMethod method)
    {
        if (method is PairingMethod.Code code)
        {
            if (code.Phone.IsEmpty)
            {
                throw new ArgumentException("A pairing by code needs a phone number.", nameof(method));
            }

            if (code.CustomCode is not null && !LinkCode.IsValid(code.CustomCode))
            {
                throw new ArgumentException($"A code has {LinkCode.Length} characters out of {LinkCode.Alphabet}.", nameof(method));
            }
        }
    }
}
