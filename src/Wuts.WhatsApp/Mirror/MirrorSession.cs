using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Client;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Mirror;

/// <summary>The device as the mirror needs it: its names, and what decrypts and encrypts for it.</summary>
internal sealed class MirrorSession : ILidDirectory
{
    private readonly ClientContext _client;
    private readonly IAccountStore _store;
    private readonly DeviceSignalStore _signal;
    private readonly SignalGate _gate = new();
    private Parts? _parts;

    /// <summary>Creates the session of a client; nothing is loaded yet.</summary>
    public MirrorSession(ClientContext client, IAccountStore store)
    {
        _client = client;
        _store = store;
        _signal = new DeviceSignalStore(store, client.Store.PreKeys, client.Credentials);
    }

    /// <summary>The own account's pair, once both names are known.</summary>
    public AddressPair? Own =>
        _client.Credentials.Account is { } account && AddressPair.TryCreate(account.Device, account.Lid, out var pair) ? pair : null;

    /// <summary>The own device.</summary>
    /// <exception cref="InvalidOperationException">The device is not linked.</exception>
    public LocalDevice Device => Current.Device;

    /// <summary>Takes in messages.</summary>
    public MessageDecryptor Decryptor => Current.Decryptor;

    /// <summary>Seals messages to the own phone.</summary>
    public PeerOutbox Outbox => Current.Outbox;

    private Parts Current => _parts is { } parts && parts.Account == _client.Credentials.Account ? parts : _parts = Create();

    /// <inheritdoc/>
    public async ValueTask<Jid> FindLidAsync(Jid phone, CancellationToken cancellationToken)
    {
        var pairs = await _store.FindPairsAsync([phone], cancellationToken).ConfigureAwait(false);
        return pairs.Count == 0 ? default : pairs[0].Pair.Lid;
    }

    // The account's record changes when the LID becomes known: what is built on it is built again.
    private Parts Create()
    {
        var account = _client.Credentials.Account ?? throw new InvalidOperationException("The device is not linked to an account.");
        var credentials = _client.Credentials.Current;
        var device = new LocalDevice(
            new OwnAccount(account.Device, account.Lid ?? default),
            new LocalIdentity(credentials.IdentityKey, credentials.RegistrationId),
            account.PhoneIdentityKey.ToArray(),
            account.SignedIdentity.ToArray());
        var entropy = SystemEntropySource.Instance;
        return new Parts(
            account,
            device,
            new MessageDecryptor(device, _signal, _gate, this, _client.TimeProvider, entropy),
            new PeerOutbox(device, _signal, _gate, _client.TimeProvider, entropy));
    }

    private sealed record Parts(Stores.LinkedAccount Account, LocalDevice Device, MessageDecryptor Decryptor, PeerOutbox Outbox);
}
