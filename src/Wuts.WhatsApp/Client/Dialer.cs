using Microsoft.Extensions.Logging;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Stores;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Client;

/// <summary>
/// Makes connections: reaches the server, shakes hands, and remembers the server's key, so that the next handshake of a
/// paired device is shorter. Protocol sections 1 and 2.
/// </summary>
internal sealed partial class Dialer
{
    private readonly ClientContext _context;
    private readonly ITransportConnector _connector;
    private readonly ILogger _logger;

    // A resumption that failed for a cryptographic reason is never tried again in this process; one that got no answer at
    // all is followed by a full handshake, in case the server does not like resumptions.
    private bool _resumptionFailed;
    private bool _resumptionUnanswered;

    public Dialer(ClientContext context, ITransportConnector connector)
    {
        _context = context;
        _connector = connector;
        _logger = context.ConnectionSettings.Logger;
    }

    /// <summary>Makes one connection.</summary>
    /// <param name="payload">The serialized client payload.</param>
    /// <param name="sink">What handles the stanzas of the connection.</param>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    /// <returns>The connection, ready to run.</returns>
    /// <exception cref="WhatsAppDisconnectedException">The attempt failed; the reason says how.</exception>
    public async Task<StanzaConnection> DialAsync(byte[] payload, IStanzaSink sink, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_context.Options.ConnectTimeout, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var credentials = _context.Credentials.Current;
        ITransport? transport = null;
        NoiseTransport? noise = null;
        try
        {
            transport = await _connector.ConnectAsync(credentials.RoutingInfo, either.Token).ConfigureAwait(false);
            var handshake = await ShakeHandsAsync(transport, credentials, payload, either.Token).ConfigureAwait(false);
            noise = handshake.Transport;
            await RememberServerKeyAsync(handshake.ServerKey, either.Token).ConfigureAwait(false);
            var connection = new StanzaConnection(transport, noise, sink, _context.ConnectionSettings);
            (transport, noise) = (null, null);
            return connection;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WhatsAppDisconnectedException(new DisconnectReason.Network(NetworkFault.ConnectTimeout), late);
        }
        catch (Exception failure) when (ReasonOf(failure) is { } reason)
        {
            LogFailed(_logger, _context.Label, failure);
            throw new WhatsAppDisconnectedException(reason, failure);
        }
        finally
        {
            noise?.Dispose();
            if (transport is not null)
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ClientHandshakeResult> ShakeHandsAsync(
        ITransport transport, DeviceCredentials credentials, byte[] payload, CancellationToken cancellationToken)
    {
        var resume = ResumptionKey(credentials);
        _resumptionUnanswered = resume is not null;
        var options = new ClientHandshakeOptions(credentials.NoiseKey, payload, _context.Options.NoiseRootKey, resume);
        try
        {
            var result = await HandshakeRunner.RunAsync(transport, options, credentials.RoutingInfo, _context.Clock.Now, cancellationToken)
                .ConfigureAwait(false);
            _resumptionUnanswered = false;
            LogHandshake(_logger, _context.Label, result.Pattern);
            return result;
        }
        catch (HandshakeException) when (resume is not null)
        {
            _resumptionFailed = true;
            await RememberServerKeyAsync(null, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private VerifiedServerKey? ResumptionKey(DeviceCredentials credentials)
    {
        if (!_context.Options.Resumption || !credentials.IsPaired || _resumptionFailed || _resumptionUnanswered
            || credentials.ServerKey is not { } known)
        {
            return null;
        }

        var key = new VerifiedServerKey(known.PublicKey, known.ValidUntil);
        return key.IsUsable(_context.Clock.Now) ? key : null;
    }

    private async Task RememberServerKeyAsync(VerifiedServerKey? key, CancellationToken cancellationToken) =>
        await _context.Credentials.UpdateAsync(
            credentials => IsSame(credentials.ServerKey, key)
                ? credentials
                : credentials with { ServerKey = key is null ? null : new ServerKey(key.PublicKey, key.ValidUntil) },
            cancellationToken).ConfigureAwait(false);

    private static bool IsSame(ServerKey? stored, VerifiedServerKey? key) =>
        stored is null || key is null
            ? stored is null && key is null
            : stored.ValidUntil == key.ValidUntil && stored.PublicKey.Span.SequenceEqual(key.PublicKey.Span);

    private static DisconnectReason? ReasonOf(Exception failure) => failure switch
    {
        HandshakeException handshake => new DisconnectReason.HandshakeFailed(handshake.Reason, handshake.CertificateFault),
        FrameTooLongException => new DisconnectReason.HandshakeFailed(HandshakeFailure.MalformedMessage, ServerCertificateFault.None),
        TransportException => new DisconnectReason.Network(NetworkFault.Unreachable),
        _ when StorageFailures.Includes(failure) => new DisconnectReason.StorageFailed(),
        _ => null,
    };

    [LoggerMessage(1011, LogLevel.Debug, "{Device}: handshake {Pattern} done")]
    private static partial void LogHandshake(ILogger logger, string device, HandshakePattern pattern);

    [LoggerMessage(1012, LogLevel.Information, "{Device}: the connection could not be made")]
    private static partial void LogFailed(ILogger logger, string device, Exception failure);
}
