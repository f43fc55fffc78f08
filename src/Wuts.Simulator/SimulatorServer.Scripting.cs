using Wuts.Simulator.Delivery;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Phones;
using Wuts.Simulator.Registration;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

public sealed partial class SimulatorServer
{
    private readonly Lock _scriptGate = new();
    private (string Xmlns, Func<Node, Node?> Answer)[] _scripts = [];

    /// <summary>
    /// The phone of an account scans a QR. Completes when the client's part is done, or with the reason why nothing was sent
    /// to the client.
    /// </summary>
    /// <param name="account">Whose phone scans.</param>
    /// <param name="qr">The text of the QR.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PairingOutcome> ScanAsync(Account account, string qr, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(qr);
        if (!QrText.TryParse(qr, out var read))
        {
            return new PairingOutcome(PairingStatus.Unreadable, "This is not a QR of a linked device.");
        }

        if (!References.TryGetValue(read.Reference, out var session) || session.ExpiryOf(read.Reference) is not { } expiry)
        {
            Refuse(RefusalKind.UnknownReference, "A QR names a reference that is not on offer.", new(Account: account.Phone));
            return new PairingOutcome(PairingStatus.UnknownReference, "The server does not know this QR.");
        }

        if (Time.GetUtcNow() > expiry)
        {
            session.Complain(RefusalKind.ExpiredReference, "A QR was scanned after its time.");
            return new PairingOutcome(PairingStatus.Expired, "The QR is too old.");
        }

        var companion = session.Companion;
        if (!companion.NoiseKey.AsSpan().SequenceEqual(read.NoiseKey) || !companion.Identity.AsSpan().SequenceEqual(read.Identity))
        {
            session.Complain(RefusalKind.KeyMismatch, "The keys of a QR are not those of the connection.");
            return new PairingOutcome(PairingStatus.KeyMismatch, "The keys in the QR are not those of the client.");
        }

        if (account.RefreshOnScan)
        {
            if (session.AskForRenewedSecret(read.AdvSecret, out var renewed))
            {
                return new PairingOutcome(PairingStatus.ScanAgain, "The client renews its secret; scan the new QR.");
            }

            if (!renewed)
            {
                session.Complain(RefusalKind.KeyMismatch, "The client was asked for a new secret and shows the old one.");
                return new PairingOutcome(PairingStatus.KeyMismatch, "The client did not renew its secret.");
            }
        }

        if (account.RequiresPasskey)
        {
            session.Passkey.Request(account, read.AdvSecret);
            return new PairingOutcome(PairingStatus.PasskeyRequired, "The client has to show the account's passkey first.");
        }

        return await Linking.LinkAsync(session, account, read.AdvSecret, cancellationToken);
    }

    /// <summary>The person types the code that a client shows. Completes when the pairing has succeeded or failed.</summary>
    /// <param name="account">Whose phone it is.</param>
    /// <param name="code">Eight characters, with or without a dash.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PairingOutcome> TypeCodeAsync(Account account, string code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(code);
        if (LinkCode.Normalise(code) is not { } normal)
        {
            return new PairingOutcome(PairingStatus.Unreadable, "A code has eight characters of 1-9 and A-Z without I, O and U.");
        }

        return LinkCodes.TryGetValue(account.Phone, out var session)
            ? await session.LinkCode.TypeAsync(account, normal, cancellationToken)
            : new PairingOutcome(PairingStatus.NoRequest, "No client asks for a code for this account.");
    }

    /// <summary>Asks a client that is registering for the passkey of an account; <see langword="false"/> when it is not.</summary>
    public bool RequestPasskey(long connection, Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (_connections.GetValueOrDefault(connection)?.Session is not RegistrationSession session)
        {
            return false;
        }

        session.Passkey.Request(account, scannedSecret: null);
        return true;
    }

    /// <summary>
    /// The person compares the code that the phone shows with the client's, and confirms. Waits until the phone shows one;
    /// completes when the pairing has succeeded or failed.
    /// </summary>
    /// <param name="account">Whose phone it is.</param>
    /// <param name="code">The code that the client shows; without one the person confirms unseen.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PairingOutcome> ConfirmPasskeyAsync(
        Account account,
        string? code = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        return Passkeys.TryGetValue(account.Phone, out var session)
            ? await session.Passkey.ConfirmAsync(account, code, cancellationToken)
            : new PairingOutcome(PairingStatus.NoRequest, "No client is asked for a passkey of this account.");
    }

    /// <summary>Asks the client that waits for a code to make a new one; <see langword="false"/> when none waits.</summary>
    public bool AskForNewCode(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return LinkCodes.TryGetValue(account.Phone, out var session) && session.LinkCode.AskForNewCode();
    }

    /// <summary>Sends new references to a client that is registering; <see langword="false"/> when it is not.</summary>
    public bool OfferReferences(long connection)
    {
        if (_connections.GetValueOrDefault(connection)?.Session is not RegistrationSession session)
        {
            return false;
        }

        Detach(session.OfferReferencesAsync(_stopping.Token), session.Identity);
        return true;
    }

    /// <summary>The phone unlinks a device; <see langword="false"/> when there is none with that number.</summary>
    public bool Unlink(Account account, int device) => Unlink(account, device, "unlinked");

    /// <summary>
    /// Sends a stanza to linked devices. One that needs an ack waits for devices that are away; another reaches only those
    /// that are logged in.
    /// </summary>
    /// <param name="account">Whose devices.</param>
    /// <param name="stanza">The stanza, with id and from if it needs an ack.</param>
    /// <param name="device">Only this device; by default all.</param>
    /// <returns>How many devices it goes to.</returns>
    /// <exception cref="ArgumentException">The stanza needs an ack and has no id or no from.</exception>
    public int Push(Account account, Node stanza, int? device = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(stanza);
        var needsAck = AckRules.NeedsAck(stanza.Tag);
        if (needsAck && (stanza["id"] is null || stanza["from"] is null))
        {
            throw new ArgumentException("A stanza that needs an ack has an id and a from.", nameof(stanza));
        }

        var reached = 0;
        foreach (var target in account.Devices)
        {
            if (device is not null && target.Id != device)
            {
                continue;
            }

            if (needsAck)
            {
                target.Queue.Enqueue(stanza);
                reached++;
            }
            else if (target.Session is { } session && session.Connection.TrySend(stanza))
            {
                reached++;
            }
        }

        return reached;
    }

    /// <summary>Sends a stanza on a connection, whatever it is; <see langword="false"/> when there is no such connection.</summary>
    public bool PushTo(long connection, Node stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        return _connections.TryGetValue(connection, out var target) && target.Session is not null && target.TrySend(stanza);
    }

    /// <summary>
    /// Pings a client in the form of the real server, without id or child, and tells whether it answered within the time.
    /// </summary>
    /// <param name="connection">Number of the connection.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns><see langword="null"/> when there is no such connection.</returns>
    public async Task<bool?> PingAsync(long connection, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        if (_connections.GetValueOrDefault(connection)?.Session is not { } session)
        {
            return null;
        }

        try
        {
            return await session.PingAsync(cancellationToken).WaitAsync(patience, Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// Answers requests of a namespace by a script, before the server's own handlers. The script gets the iq and returns the
    /// whole answer, or <see langword="null"/> to leave it to the server.
    /// </summary>
    /// <returns>Dispose it to end the script.</returns>
    public IDisposable OnIq(string xmlns, Func<Node, Node?> answer)
    {
        ArgumentException.ThrowIfNullOrEmpty(xmlns);
        ArgumentNullException.ThrowIfNull(answer);
        var script = (xmlns, answer);
        lock (_scriptGate)
        {
            _scripts = [.. _scripts, script];
        }

        return new Disposal(() =>
        {
            lock (_scriptGate)
            {
                _scripts = [.. _scripts.Where(other => other != script)];
            }
        });
    }

    /// <summary>The scripted answer to a request, if a script wants it.</summary>
    internal Node? Scripted(string xmlns, Node iq)
    {
        foreach (var (wanted, answer) in _scripts)
        {
            if (wanted == xmlns && answer(iq) is { } scripted)
            {
                return scripted;
            }
        }

        return null;
    }

    internal bool Unlink(Account account, int id, string why)
    {
        if (account.Remove(id) is not { } device)
        {
            return false;
        }

        account.Primary.Expel(device.KeyIndex);
        Events.Add(SimulatorEventKind.Unlinked, new(device.Connection, account.Phone, id), why);
        device.Session?.Connection.Close("unlinked", StreamErrors.DeviceRemoved);
        return true;
    }

    private sealed class Disposal(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
