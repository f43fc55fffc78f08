using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Mirror;

/// <summary>
/// The own keys that a retry receipt carries, so that the sender can start a new session at once: with a one-time pre-key of
/// its own, saved before it leaves and never uploaded. Sync section 1.11.
/// </summary>
internal sealed class RetryKeys(ClientContext client, MirrorSession session)
{
    /// <summary>Makes the elements of the receipt.</summary>
    public async Task<Node[]> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await client.PreKeyMaker.MakeOneAsync(cancellationToken).ConfigureAwait(false);
        var credentials = client.Credentials.Current;
        return BundleNodes.Write(
            credentials.IdentityKey.PublicKey, credentials.SignedPreKeys.Current, key, session.Device.SignedIdentity);
    }
}
