using System.Text;
using Wuts.Simulator.Delivery;
using Wuts.Simulator.Sessions;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Registration;

/// <summary>
/// A client that wants to become a linked device. It is offered references for a QR at once; the other ways of pairing
/// begin with requests of the client. Protocol sections 7 and 8.
/// </summary>
internal sealed class RegistrationSession : ClientSession
{
    private readonly Lock _gate = new();
    private readonly DeliveryQueue _queue;
    private int _offers;
    private ReferenceList? _references;
    private byte[]? _renewedFrom;
    private Account? _account;
    private bool _linking;

    public RegistrationSession(ClientConnection connection, SimulatorServer server, CompanionRegistration companion)
        : base(connection, server)
    {
        Companion = companion;
        _queue = server.NewQueue(() => Identity);
        LinkCode = new LinkCodeExchange(this);
        Passkey = new PasskeyExchange(this);
    }

    /// <summary>What the client said about itself.</summary>
    public CompanionRegistration Companion { get; }

    /// <summary>Pairing by code on this connection.</summary>
    public LinkCodeExchange LinkCode { get; }

    /// <summary>The passkey gate on this connection.</summary>
    public PasskeyExchange Passkey { get; }


    public override SessionIdentity Identity => new(Connection.Id, _account?.Phone);

    public override DeliveryQueue Queue => _queue;

    /// <summary>Sends a new set of references; the earlier ones are withdrawn.</summary>
    public async Task OfferReferencesAsync(CancellationToken cancellationToken)
    {
        var random = Server.Random.Fork($"connection/{Connection.Id}/references/{Interlocked.Increment(ref _offers)}");
        string[] references = [.. Enumerable.Range(0, Server.Options.ReferencesPerOffer)
            .Select(_ => "2@" + Convert.ToBase64String(random.Bytes(48)))];
        lock (_gate)
        {
            Withdraw();
            _references = new ReferenceList(references, Server.Time.GetUtcNow());
            foreach (var reference in references)
            {
                Server.References[reference] = this;
            }
        }

        Node[] children = [.. references.Select(reference => new Node("ref", [], Encoding.ASCII.GetBytes(reference)))];
        var asking = AskAsync("set", "md", new Node("pair-device", [], children), withTimestamp: false, cancellationToken);
        Server.Events.Add(SimulatorEventKind.PairDeviceSent, Identity, string.Join(' ', references));
        if (await asking is { } answer && answer["type"] != "result")
        {
            Complain(RefusalKind.MalformedStanza, "pair-device was not answered with a result.");
        }
    }

    /// <summary>Until when a reference is good; <see langword="null"/> when it is none of the current ones.</summary>
    public DateTimeOffset? ExpiryOf(string reference)
    {
        lock (_gate)
        {
            return _references?.ExpiryOf(reference);
        }
    }

    /// <summary>Asks the client to renew its secret, unless it has been asked already. Protocol section 7.4.</summary>
    /// <param name="advSecret">The secret of the QR that was scanned.</param>
    /// <param name="renewed">When it was asked before: whether the secret is another one now.</param>
    /// <returns>Whether the client has been asked just now.</returns>
    public bool AskForRenewedSecret(byte[] advSecret, out bool renewed)
    {
        lock (_gate)
        {
            renewed = _renewedFrom is not null && !_renewedFrom.AsSpan().SequenceEqual(advSecret);
            if (_renewedFrom is not null)
            {
                return false;
            }

            _renewedFrom = advSecret;
        }

        Server.Events.Add(SimulatorEventKind.RefreshRequested, Identity);
        Queue.Enqueue(Notification("companion_reg_refresh", new Node("companion_reg_refresh")));
        return true;
    }

    /// <summary>Begins linking to an account; <see langword="false"/> when that is under way already.</summary>
    public bool TryBeginLinking(Account account)
    {
        lock (_gate)
        {
            if (_linking)
            {
                return false;
            }

            _account = account;
            return _linking = true;
        }
    }

    /// <summary>A notification from the server with a fresh id.</summary>
    public Node Notification(string type, Node child) => new(
        "notification",
        [
            ("from", Jid.WhatsApp),
            ("type", type),
            ("id", Server.NextStanzaId()),
            ("t", Server.Time.GetUtcNow().ToUnixTimeSeconds()),
        ],
        [child]);

    public override void OnTick()
    {
        var lifetime = Server.Options.UnpairedLifetime;
        if (Server.Time.GetUtcNow() - Connection.OpenedAt > lifetime)
        {
            Connection.Close("not paired in time");
            return;
        }

        bool renew;
        lock (_gate)
        {
            renew = Server.Options.RenewReferences && !_linking && _references is { } current && Server.Time.GetUtcNow() > current.EndsAt;
            _references = renew ? null : _references;
        }

        if (renew)
        {
            Server.Detach(OfferReferencesAsync(CancellationToken.None), Identity);
        }

        base.OnTick();
    }

    public override void OnClosed()
    {
        base.OnClosed();
        Queue.GoOffline();
        LinkCode.OnClosed();
        Passkey.OnClosed();
        lock (_gate)
        {
            Withdraw();
            _references = null;
        }
    }

    protected override async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await Queue.GoLiveAsync(stanza => Connection.SendAsync(stanza), withBacklogMarks: false);

        // The answer comes through this very reader, so it is not awaited here.
        Server.Detach(OfferReferencesAsync(cancellationToken), Identity);
    }

    protected override ValueTask HandleStanzaAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (stanza.Tag is not ("presence" or "ib"))
        {
            Complain(RefusalKind.MalformedStanza, $"A client that is not linked does not send this: {stanza}.");
        }

        return ValueTask.CompletedTask;
    }

    private void Withdraw()
    {
        foreach (var reference in _references?.References ?? [])
        {
            Server.References.TryRemove(reference, out _);
        }
    }
}
