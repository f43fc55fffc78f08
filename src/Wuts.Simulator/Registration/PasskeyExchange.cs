using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Wuts.Simulator.Phones;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator.Registration;

/// <summary>
/// The passkey gate between one client and the phone of an account: assertion, commitment, nonces, a code to compare, and
/// the encrypted request that linking goes on with. Protocol section 7.8.
/// </summary>
internal sealed class PasskeyExchange(RegistrationSession session)
{
    private readonly Lock _gate = new();
    private Account? _account;
    private byte[] _challenge = [];
    private byte[]? _scannedSecret;
    private string? _reference;
    private PasskeyPrologue? _prologue;
    private bool _nonceShown;
    private TaskCompletionSource<string?> _code = NewSignal<string?>();
    private TaskCompletionSource<bool> _confirmed = NewSignal<bool>();
    private TaskCompletionSource<PairingOutcome> _outcome = NewSignal<PairingOutcome>();

    /// <summary>The account whose passkey is asked for, if any.</summary>
    public Account? Account
    {
        get
        {
            lock (_gate)
            {
                return _account;
            }
        }
    }

    /// <summary>Asks the client for an assertion.</summary>
    /// <param name="account">Whose passkey.</param>
    /// <param name="scannedSecret">The secret of the QR that the phone scanned, if it did; it makes the hand-off proof possible.</param>
    public void Request(Account account, byte[]? scannedSecret)
    {
        string options;
        lock (_gate)
        {
            _account = account;
            _scannedSecret = scannedSecret;
            _challenge = session.Server.Random.Bytes(32);
            _reference = null;
            _prologue = null;
            _nonceShown = false;
            CancelLocked();
            _code = NewSignal<string?>();
            _confirmed = NewSignal<bool>();
            _outcome = NewSignal<PairingOutcome>();
            options = account.Passkey.Options(_challenge);
        }

        session.Server.Passkeys[account.Phone] = session;
        session.Server.Events.Add(SimulatorEventKind.PasskeyRequested, session.Identity with { Account = account.Phone });
        session.Queue.Enqueue(session.Notification(
            "passkey_prologue_request", new Node("passkey_request_options", [], Encoding.UTF8.GetBytes(options))));
    }

    /// <summary>The options again, for a client that asks for them.</summary>
    public IqAnswer Options()
    {
        lock (_gate)
        {
            return _account is null
                ? IqAnswer.Error(404)
                : IqAnswer.Result(new Node("passkey_request_options", [], Encoding.UTF8.GetBytes(_account.Passkey.Options(_challenge))));
        }
    }

    /// <summary>A reference for the exchange.</summary>
    public IqAnswer NewReference()
    {
        lock (_gate)
        {
            _reference = Convert.ToBase64String(session.Server.Random.Bytes(24));
            return IqAnswer.Result(new Node("ref", [], Encoding.ASCII.GetBytes(_reference)));
        }
    }

    /// <summary>The assertion and the client's ephemeral key arrive.</summary>
    public IqAnswer TakePrologue(Node request)
    {
        lock (_gate)
        {
            if (_account is null || _reference is null)
            {
                return Refuse("A passkey prologue without a request and a reference before it.");
            }

            if (!Content(request, "credential_id").AsSpan().SequenceEqual(_account.Passkey.CredentialId.Span))
            {
                return Refuse("credential_id is not a credential of the account.");
            }

            if (_account.Passkey.Check(Content(request, "webauthn_assertion"), _challenge) is { } fault)
            {
                return Refuse($"The passkey assertion is refused: {fault}.", RefusalKind.BadSignature);
            }

            var payload = Content(request, "prologue_payload");
            if (PasskeyPrologue.Read(payload, _reference, _account.Primary.Random) is not { } prologue)
            {
                return Refuse("prologue_payload is malformed, or names another reference.");
            }

            var proof = Content(request, "pairing_handoff_proof");
            var proven = proof.Length > 0 && _scannedSecret is not null;
            if (proven && !CryptographicOperations.FixedTimeEquals(proof, PasskeyCrypto.HandoffProof(_scannedSecret, payload)))
            {
                return Refuse("pairing_handoff_proof is not made with the secret of the QR.", RefusalKind.BadSignature);
            }

            _prologue = prologue;
            if (proven)
            {
                _confirmed.TrySetResult(true);
            }

            var identity = new PrimaryEphemeralIdentity
            {
                PublicKey = ByteString.CopyFrom(prologue.Primary.PublicKey),
                Nonce = ByteString.CopyFrom(prologue.PrimaryNonce),
            };
            var continuation = session.Notification(
                "crsc_continuation", new Node("primary_ephemeral_identity", [], identity.ToByteArray()));
            return IqAnswer.ResultThen(_ =>
            {
                session.Queue.Enqueue(continuation);
                return ValueTask.CompletedTask;
            });
        }
    }

    /// <summary>The client opens its commitment; the phone shows the code.</summary>
    public IqAnswer TakeNonce(Node request)
    {
        string code;
        lock (_gate)
        {
            var nonce = request.ContentBytes.Span;
            if (_prologue is not { } prologue || nonce.Length != PasskeyCrypto.NonceSize)
            {
                return Refuse("companion_nonce out of order, or not of 32 bytes.");
            }

            if (!PasskeyCrypto.Commitment(prologue.EphemeralIdentity, nonce).AsSpan().SequenceEqual(prologue.Commitment))
            {
                return Refuse("companion_nonce does not open the commitment.");
            }

            code = PasskeyCrypto.VerificationCode(prologue.PrimaryNonce, nonce, prologue.Primary.PublicKey);
            _nonceShown = true;
            _code.TrySetResult(code);
        }

        session.Server.Events.Add(SimulatorEventKind.PasskeyCodeShown, session.Identity with { Account = Account?.Phone }, code);
        return IqAnswer.Empty;
    }

    /// <summary>The keys of the client arrive; linking goes on when the person has confirmed the code.</summary>
    public IqAnswer TakePairingRequest(Node request)
    {
        PairingRequest pairing;
        Account account;
        TaskCompletionSource<bool> confirmed;
        TaskCompletionSource<PairingOutcome> outcome;
        lock (_gate)
        {
            if (_prologue is not { } prologue || _account is null || !_nonceShown)
            {
                return Refuse("encrypted_pairing_request out of order.");
            }

            if (prologue.Open(request.ContentBytes.Span) is not { } opened)
            {
                return Refuse("encrypted_pairing_request does not open.");
            }

            if (!opened.CompanionPublicKey.Span.SequenceEqual(session.Companion.NoiseKey)
                || !opened.CompanionIdentityKey.Span.SequenceEqual(session.Companion.Identity)
                || opened.AdvSecret.Length != 32)
            {
                return Refuse("The keys of the pairing request are not those of the registration.", RefusalKind.KeyMismatch);
            }

            (pairing, account, confirmed, outcome) = (opened, _account, _confirmed, _outcome);
        }

        return IqAnswer.ResultThen(_ =>
        {
            session.Server.Detach(LinkWhenConfirmedAsync(account, pairing.AdvSecret.ToByteArray(), confirmed.Task, outcome), session.Identity);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The person compares the code and confirms. Completes when the pairing has succeeded or failed.</summary>
    /// <param name="account">Whose phone it is.</param>
    /// <param name="code">The code that the client shows; without one the person confirms unseen.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PairingOutcome> ConfirmAsync(Account account, string? code, CancellationToken cancellationToken)
    {
        Task<string?> shown;
        TaskCompletionSource<bool> confirmed;
        Task<PairingOutcome> outcome;
        lock (_gate)
        {
            if (_account != account)
            {
                return new PairingOutcome(PairingStatus.NoRequest, "No client is asked for a passkey of this account.");
            }

            (shown, confirmed, outcome) = (_code.Task, _confirmed, _outcome.Task);
        }

        var options = session.Server.Options;
        try
        {
            if (await shown.WaitAsync(options.PairReplyTimeout, session.Server.Time, cancellationToken) is not { } own)
            {
                return new PairingOutcome(PairingStatus.NoAnswer, "The client's connection ended, or it was asked again.");
            }

            if (code is not null && own != LinkCode.Normalise(code))
            {
                confirmed.TrySetResult(false);
                return new PairingOutcome(PairingStatus.WrongCode, "Phone and client show different codes.");
            }

            confirmed.TrySetResult(true);
            return await outcome.WaitAsync(options.PairReplyTimeout, session.Server.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new PairingOutcome(PairingStatus.NoAnswer, "The client did not go on.");
        }
    }

    /// <summary>The connection has ended.</summary>
    public void OnClosed()
    {
        lock (_gate)
        {
            if (_account is { } account)
            {
                session.Server.Passkeys.TryRemove(new(account.Phone, session));
            }

            CancelLocked();
        }
    }

    private async Task LinkWhenConfirmedAsync(
        Account account,
        byte[] advSecret,
        Task<bool> confirmed,
        TaskCompletionSource<PairingOutcome> outcome)
    {
        if (await confirmed)
        {
            outcome.TrySetResult(await Linking.LinkAsync(session, account, advSecret, CancellationToken.None));
        }
        else
        {
            session.Connection.Close("passkey code not confirmed");
        }
    }

    private IqAnswer Refuse(string reason, RefusalKind kind = RefusalKind.BadPasskey)
    {
        session.Complain(kind, reason);
        return IqAnswer.Error(400);
    }

    private void CancelLocked()
    {
        _code.TrySetResult(null);
        _confirmed.TrySetResult(false);
        _outcome.TrySetResult(new PairingOutcome(PairingStatus.NoAnswer, "The client's connection ended, or it was asked again."));
    }

    private static TaskCompletionSource<T> NewSignal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static byte[] Content(Node request, string child) => request.Child(child)?.ContentBytes.ToArray() ?? [];
}
