using Wuts.Simulator.Delivery;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>
/// What is the same for a client that registers and for a linked device: requests in both directions, acks, and the limits
/// on them. Stanzas of one client are handled one after the other.
/// </summary>
internal abstract class ClientSession(ClientConnection connection, SimulatorServer server)
{
    private readonly PendingAnswers _answers = new();
    private TaskCompletionSource<bool>? _ping;

    public ClientConnection Connection { get; } = connection;

    public SimulatorServer Server { get; } = server;

    /// <summary>Who this is, as far as it is known.</summary>
    public abstract SessionIdentity Identity { get; }

    /// <summary>What is sent to the client and needs an ack.</summary>
    public abstract DeliveryQueue Queue { get; }

    /// <summary>Says the first word after the handshake.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Connection.TakeLineFault(FaultPoint.Login) is { } fault)
        {
            Connection.Strike(fault);
        }

        if (Server.Faults.Take<Fault.Failure>(Identity) is { } failure)
        {
            (string, AttributeValue)[] more = [.. (failure.Attributes ?? new Dictionary<string, string>())
                .Select(attribute => (attribute.Key, (AttributeValue)attribute.Value))];
            Fail(failure.Reason, more);
        }

        if (!Connection.IsClosing && !Connection.IsSilent)
        {
            await BeginAsync(cancellationToken);
        }
    }

    /// <summary>Handles one stanza of the client.</summary>
    public async ValueTask HandleAsync(Node stanza, CancellationToken cancellationToken)
    {
        switch (stanza.Tag)
        {
            case "iq":
                await HandleIqAsync(stanza, cancellationToken);
                break;
            case "ack":
                HandleAck(stanza);
                break;
            default:
                await HandleStanzaAsync(stanza, cancellationToken);
                break;
        }
    }

    /// <summary>Sends a request and waits for the answer; <see langword="null"/> when the connection ends first.</summary>
    /// <param name="type"><c>get</c> or <c>set</c>.</param>
    /// <param name="xmlns">The namespace.</param>
    /// <param name="child">The content, if any.</param>
    /// <param name="withTimestamp">Whether the attribute <c>t</c> tells the server's time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Node?> AskAsync(
        string type,
        string xmlns,
        Node? child,
        bool withTimestamp,
        CancellationToken cancellationToken)
    {
        var id = Server.NextIqId(Connection.Id);
        (string, AttributeValue)[] attributes =
        [
            ("from", Jid.WhatsApp),
            ("type", type),
            ("id", id),
            ("xmlns", xmlns),
            ("t", withTimestamp ? (AttributeValue)Server.Time.GetUtcNow().ToUnixTimeSeconds() : default),
        ];
        var answer = _answers.Expect(id);
        var iq = child is null ? new Node("iq", attributes) : new Node("iq", attributes, [child]);
        return await Connection.SendAsync(iq, cancellationToken) ? await answer.WaitAsync(cancellationToken) : null;
    }

    /// <summary>Pings the client as the real server does, without id or child. Protocol section 6.2.</summary>
    /// <returns>Whether it answered before the connection ended.</returns>
    public async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        var ping = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _ping, ping)?.TrySetResult(false);
        var iq = new Node("iq", [("from", Jid.WhatsApp), ("type", "get"), ("xmlns", "urn:xmpp:ping")]);
        return await Connection.SendAsync(iq, cancellationToken) && await ping.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Refuses the login or registration and closes. Protocol section 6.9.</summary>
    public void Fail(int reason, params ReadOnlySpan<(string Name, AttributeValue Value)> more)
    {
        Server.Events.Add(SimulatorEventKind.LoginRefused, Identity, $"{reason}");
        Connection.Close($"failure {reason}", Failures.Build(reason, more));
    }

    /// <summary>Looks at what has a deadline. Called about once per second.</summary>
    public virtual void OnTick()
    {
        if (Queue.Overdue(Server.Options.AckTimeout) is { } missing)
        {
            Server.Refuse(RefusalKind.MissingAck, $"A {missing.Class} stayed without ack for too long.", Identity);
            Connection.Close("missing ack", StreamErrors.Ack(missing.Class, missing.Id));
        }
    }

    /// <summary>The connection has ended.</summary>
    public virtual void OnClosed()
    {
        _answers.Close();
        Interlocked.Exchange(ref _ping, null)?.TrySetResult(false);
    }

    /// <summary>Says the first word, when no fault says another.</summary>
    protected abstract ValueTask BeginAsync(CancellationToken cancellationToken);

    /// <summary>Handles what is neither an iq nor an ack.</summary>
    protected abstract ValueTask HandleStanzaAsync(Node stanza, CancellationToken cancellationToken);

    /// <summary>A stanza was acknowledged and is off the queue.</summary>
    protected virtual void OnAcknowledged(StanzaKey key)
    {
    }

    /// <summary>Records a mistake that does not end the connection.</summary>
    public void Complain(RefusalKind kind, string reason) => Server.Refuse(kind, reason, Identity);

    private async ValueTask HandleIqAsync(Node iq, CancellationToken cancellationToken)
    {
        var type = iq["type"];
        if (type is "result" or "error")
        {
            TakeAnswer(iq);
            return;
        }

        if (type is not ("get" or "set") || iq["id"] is not { Length: > 0 } id || iq["xmlns"] is not { Length: > 0 } xmlns)
        {
            throw new RefusedException(
                RefusalKind.MalformedStanza, "An iq needs id, xmlns and a type.", StreamErrors.XmlNotWellFormed);
        }

        if (await AnswerAsync(iq, id, xmlns, type, cancellationToken) is { } answer)
        {
            await Connection.SendAsync(answer.ToStanza(id, iq.TryGetJid("to", out var asked) ? asked : Jid.WhatsApp), cancellationToken);
            if (answer.Then is { } then)
            {
                await then(cancellationToken);
            }
        }
    }

    private async ValueTask<IqAnswer?> AnswerAsync(Node iq, string id, string xmlns, string type, CancellationToken cancellationToken)
    {
        var firstChild = iq.Children.IsEmpty ? null : iq.Children[0];
        if (Connection.TakeLineFault(FaultPoint.Request, xmlns) is { } line)
        {
            Connection.Strike(line);
            return null;
        }

        if (Server.Faults.Take<RequestFault>(Identity, fault => fault.Matches(xmlns, firstChild?.Tag)) is { } fault)
        {
            return fault is Fault.RequestError error ? IqAnswer.Error(error.Code, error.Text, error.Backoff) : null;
        }

        if (await Server.ScriptedAsync(xmlns, iq) is { } scripted)
        {
            return IqAnswer.Whole(scripted);
        }

        if (Server.Routes.Find(xmlns, type, iq) is not { } found)
        {
            Server.Events.Add(SimulatorEventKind.RequestUnhandled, Identity, $"{type} {xmlns} {firstChild?.Tag}");
            return IqAnswer.Empty;
        }

        if (!found.Route.IsOpenTo(this))
        {
            var stage = this is LinkedSession ? "already linked" : "not linked yet";
            Complain(RefusalKind.NotLinked, $"A request of {xmlns} from a client that is {stage}.");
            return IqAnswer.Error(403);
        }

        var request = new IqRequest(this, iq, id, xmlns, type, found.Child);
        var answer = await found.Route.Handler(request, cancellationToken);
        return answer == IqAnswer.None ? null : answer;
    }

    // The server's ping has no id, and so its answer has none.
    private void TakeAnswer(Node iq)
    {
        if (iq["id"] is { } id)
        {
            if (!_answers.Complete(id, iq))
            {
                Complain(RefusalKind.MalformedStanza, "An answer to a request that was not made.");
            }
        }
        else if (Interlocked.Exchange(ref _ping, null) is { } ping)
        {
            Server.Events.Add(SimulatorEventKind.PingAnswered, Identity);
            ping.TrySetResult(true);
        }
        else
        {
            Complain(RefusalKind.MalformedStanza, "An answer without id, and no ping was sent.");
        }
    }

    private void HandleAck(Node ack)
    {
        if (Connection.TakeLineFault(FaultPoint.Ack) is { } fault)
        {
            Connection.Strike(fault);
            return;
        }

        var verdict = Queue.Acknowledge(ack);
        if (verdict.Result == AckResult.Accepted)
        {
            OnAcknowledged(verdict.Key);
            Server.Events.Add(SimulatorEventKind.StanzaAcknowledged, Identity, verdict.Key.ToString());
        }
        else if (verdict.Result == AckResult.Wrong)
        {
            Complain(RefusalKind.BadAck, $"A wrong ack: {verdict.Reason}.");
        }
    }
}
