using System.Threading.Channels;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Pairing;

/// <summary>
/// A pairing in progress: read <see cref="Events"/>, show what they say, and wait for <see cref="Completion"/>. Disposing it
/// before the end gives the pairing up; afterwards it does nothing.
/// </summary>
public sealed class PairingSession : IAsyncDisposable
{
    private readonly PairingFlow _flow;

    internal PairingSession(PairingFlow flow) => _flow = flow;

    /// <summary>The steps, in order. Completes after the last one, <see cref="PairingEvent.Connected"/> or <see cref="PairingEvent.Failed"/>.</summary>
    public ChannelReader<PairingEvent> Events => _flow.Events;

    /// <summary>
    /// Completes when the device is linked and logged in; faults with <see cref="WhatsAppPairingException"/> when the pairing failed.
    /// </summary>
    public Task<LinkedAccount> Completion => _flow.Completion;

    /// <summary>Goes on with the answer to <see cref="PairingEvent.PasskeyRequired"/>.</summary>
    /// <param name="assertion">What the authenticator answered.</param>
    /// <param name="cancellationToken">Gives up waiting for the server; the pairing itself goes on.</param>
    /// <returns>Completes when the server has taken the answer; the next event or the failure follows.</returns>
    /// <exception cref="InvalidOperationException">No passkey is required at the moment.</exception>
    /// <exception cref="WhatsAppPairingException">The server refused; the pairing is over.</exception>
    public Task SubmitPasskeyAsync(PasskeyAssertion assertion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        return _flow.SubmitPasskeyAsync(assertion, cancellationToken);
    }

    /// <summary>Gives the pairing up if it is not over. A device that is linked already stays linked and connected.</summary>
    public async ValueTask DisposeAsync()
    {
        _flow.Cancel();
        await _flow.Decided.ConfigureAwait(false);
    }
}
