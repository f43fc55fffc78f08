using System.Text;
using Wuts.Simulator.Phones;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;

namespace Wuts.Simulator.Registration;

/// <summary>
/// Pairing by code between one client and the phone whose number it gave. The client asks, the person types the code that
/// the client shows, the client sends its key bundle, and linking goes on as with a QR. Protocol section 8.
/// </summary>
internal sealed class LinkCodeExchange(RegistrationSession session)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(180);
    public const int MaxAttempts = 3;

    private const string Tag = "link_code_companion_reg";

    private readonly Lock _gate = new();
    private Hello? _hello;
    private Attempt? _attempt;

    /// <summary>The client asks for a code: <c>companion_hello</c>.</summary>
    public IqAnswer Begin(Node request)
    {
        if (!request.TryGetJid("jid", out var jid) || !jid.IsPhone || !AccountDirectory.IsPhoneNumber(jid.User))
        {
            return Refuse(RefusalKind.BadLinkCode, "jid is not a phone number: digits only, at least seven, no leading 0.");
        }

        if (session.Server.Accounts.Find(jid.User) is not { } account)
        {
            return Refuse(RefusalKind.BadLinkCode, "There is no account with this phone number.");
        }

        var wrapped = Content(request, "link_code_pairing_wrapped_companion_ephemeral_pub");
        if (wrapped.Length != LinkCode.WrappedSize)
        {
            return Refuse(RefusalKind.BadLinkCode, $"The wrapped ephemeral key has {wrapped.Length} bytes, not 80.");
        }

        if (!Content(request, "companion_server_auth_key_pub").AsSpan().SequenceEqual(session.Companion.NoiseKey))
        {
            return Refuse(RefusalKind.KeyMismatch, "companion_server_auth_key_pub is not the noise key of the connection.");
        }

        var display = request.Child("companion_platform_display")?.ContentText ?? "";
        if (!PlatformDisplay.IsAcceptable(display))
        {
            return Refuse(RefusalKind.DisplayName, "companion_platform_display is not 'Browser (OS)' with a known browser and system.");
        }

        if (!PlatformDisplay.IsKnownType(request.Child("companion_platform_id")?.ContentText ?? ""))
        {
            return Refuse(RefusalKind.BadLinkCode, "companion_platform_id is no client type that may pair by code.");
        }

        if (request.Child("link_code_pairing_nonce") is null)
        {
            return Refuse(RefusalKind.BadLinkCode, "link_code_pairing_nonce is missing.");
        }

        var reference = Encoding.ASCII.GetBytes("3@" + Convert.ToBase64String(session.Server.Random.Bytes(30)));
        lock (_gate)
        {
            _hello = new Hello(account, wrapped, reference, session.Server.Time.GetUtcNow());
            _attempt?.Finish.TrySetResult(null);
            _attempt = null;
        }

        session.Server.LinkCodes[account.Phone] = session;
        session.Server.Events.Add(SimulatorEventKind.CodeRequested, session.Identity with { Account = account.Phone }, display);
        return IqAnswer.Result(new Node(
            Tag, [("stage", "companion_hello")], [new Node("link_code_pairing_ref", [], reference)]));
    }

    /// <summary>The person types a code into the phone. Completes when the pairing has succeeded or failed.</summary>
    public async Task<PairingOutcome> TypeAsync(Account account, string code, CancellationToken cancellationToken)
    {
        var server = session.Server;
        Hello hello;
        Attempt attempt;
        lock (_gate)
        {
            if (_hello is not { } current || current.Account != account)
            {
                return new PairingOutcome(PairingStatus.NoRequest, "No client asks for a code for this account.");
            }

            if (server.Time.GetUtcNow() - current.BegunAt > Lifetime)
            {
                session.Complain(RefusalKind.ExpiredCode, "A pair code was typed after its 180 seconds.");
                return new PairingOutcome(PairingStatus.Expired, "The code is too old.");
            }

            if (current.Attempts == MaxAttempts)
            {
                session.Complain(RefusalKind.ExpiredCode, "A pair code was typed more than three times.");
                return new PairingOutcome(PairingStatus.TooManyAttempts, "The code was tried three times; ask for a new one.");
            }

            hello = _hello = current with { Attempts = current.Attempts + 1 };
            _attempt?.Finish.TrySetResult(null);
            attempt = _attempt = new Attempt(account.Primary.Random.NextKeyPair());
        }

        // The derivation from the code is slow on purpose, so it runs on a thread of the pool.
        var ephemeralSecret = await Task.Run(
            () =>
            {
                var secret = new byte[X25519.KeySize];
                var companion = LinkCode.Unwrap(code, hello.Wrapped);
                return X25519.TryAgree(attempt.Ephemeral.PrivateKey, companion, secret) ? secret : null;
            },
            cancellationToken);
        if (ephemeralSecret is null)
        {
            return new PairingOutcome(PairingStatus.WrongCode, "The code is not the one that the client shows.");
        }

        var wrapped = await Task.Run(
            () => LinkCode.Wrap(code, attempt.Ephemeral.PublicKey, account.Primary.Random), cancellationToken);
        session.Queue.Enqueue(session.Notification(Tag, new Node(Tag, [("stage", "primary_hello")],
        [
            new Node("link_code_pairing_wrapped_primary_ephemeral_pub", [], wrapped),
            new Node("primary_identity_pub", [], account.Primary.Identity.PublicKey.ToArray()),
            new Node("link_code_pairing_ref", [], hello.Reference),
        ])));
        return await FinishAsync(account, attempt, ephemeralSecret, cancellationToken);
    }

    /// <summary>The client sends its key bundle: <c>companion_finish</c>. It learns nothing from the answer.</summary>
    public IqAnswer Finish(Node request)
    {
        Hello? hello;
        Attempt? attempt;
        lock (_gate)
        {
            (hello, attempt) = (_hello, _attempt);
        }

        if (hello is null || attempt is null)
        {
            return Refuse(RefusalKind.BadLinkCode, "companion_finish without a primary_hello before it.");
        }

        if (!Content(request, "link_code_pairing_ref").AsSpan().SequenceEqual(hello.Reference))
        {
            return Refuse(RefusalKind.UnknownReference, "companion_finish names another reference.");
        }

        var bundle = Content(request, "link_code_pairing_wrapped_key_bundle");
        if (bundle.Length != LinkCode.BundleSize)
        {
            return Refuse(RefusalKind.BadLinkCode, $"The key bundle has {bundle.Length} bytes, not 156.");
        }

        var identity = Content(request, "companion_identity_public");
        if (!identity.AsSpan().SequenceEqual(session.Companion.Identity))
        {
            return Refuse(RefusalKind.KeyMismatch, "companion_identity_public is not the identity of the registration.");
        }

        return IqAnswer.ResultThen(_ =>
        {
            attempt.Finish.TrySetResult(bundle);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Asks the client for a new code: stage <c>refresh_code</c>; <see langword="false"/> when it has none.</summary>
    public bool AskForNewCode()
    {
        byte[] reference;
        lock (_gate)
        {
            if (_hello is null)
            {
                return false;
            }

            reference = _hello.Reference;
        }

        session.Queue.Enqueue(session.Notification(
            Tag, new Node(Tag, [("stage", "refresh_code")], [new Node("link_code_pairing_ref", [], reference)])));
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void OnClosed()
    {
        lock (_gate)
        {
            if (_hello is { } hello)
            {
                session.Server.LinkCodes.TryRemove(new(hello.Account.Phone, session));
            }

            _attempt?.Finish.TrySetResult(null);
        }
    }

    private async Task<PairingOutcome> FinishAsync(
        Account account,
        Attempt attempt,
        byte[] ephemeralSecret,
        CancellationToken cancellationToken)
    {
        byte[]? bundle;
        try
        {
            bundle = await attempt.Finish.Task.WaitAsync(session.Server.Options.PairReplyTimeout, session.Server.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            bundle = null;
        }

        if (bundle is null)
        {
            return new PairingOutcome(PairingStatus.NoAnswer, "The client sent no key bundle.");
        }

        if (LinkCode.OpenBundle(ephemeralSecret, bundle) is not { } opened)
        {
            return new PairingOutcome(PairingStatus.WrongCode, "The code is not the one that the client shows.");
        }

        var phone = account.Primary.Identity;
        var identitySecret = new byte[X25519.KeySize];
        if (!opened.CompanionIdentity.AsSpan().SequenceEqual(session.Companion.Identity)
            || !opened.PrimaryIdentity.AsSpan().SequenceEqual(phone.PublicKey)
            || !X25519.TryAgree(phone.PrivateKey, opened.CompanionIdentity, identitySecret))
        {
            session.Complain(RefusalKind.KeyMismatch, "The identities in the key bundle are not those of client and phone.");
            return new PairingOutcome(PairingStatus.KeyMismatch, "The client's key bundle does not fit.");
        }

        if (account.RequiresPasskey)
        {
            session.Passkey.Request(account, scannedSecret: null);
            return new PairingOutcome(PairingStatus.PasskeyRequired, "The client has to show the account's passkey first.");
        }

        var advSecret = LinkCode.DeriveAdvSecret(ephemeralSecret, identitySecret, opened.Random);
        return await Linking.LinkAsync(session, account, advSecret, cancellationToken);
    }

    private IqAnswer Refuse(RefusalKind kind, string reason)
    {
        session.Complain(kind, reason);
        return IqAnswer.Error(400);
    }

    private static byte[] Content(Node request, string child) => request.Child(child)?.ContentBytes.ToArray() ?? [];

    private sealed record Hello(Account Account, byte[] Wrapped, byte[] Reference, DateTimeOffset BegunAt, int Attempts = 0);

    private sealed class Attempt(KeyPair ephemeral)
    {
        public KeyPair Ephemeral { get; } = ephemeral;

        /// <summary>The key bundle; null when there will be none.</summary>
        public TaskCompletionSource<byte[]?> Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
