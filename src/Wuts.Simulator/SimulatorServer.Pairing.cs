using Wuts.Simulator.Phones;
using Wuts.Simulator.Registration;

namespace Wuts.Simulator;

public sealed partial class SimulatorServer
{
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
}
