using Wuts.Simulator.Delivery;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Faults;
using Wuts.Simulator.Transport;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.Sessions;

/// <summary>A linked device that is logged in. Protocol sections 6.4 to 6.7.</summary>
internal sealed class LinkedSession(ClientConnection connection, SimulatorServer server, LinkedDevice device)
    : ClientSession(connection, server)
{
    private volatile bool _active;

    public LinkedDevice Device { get; } = device;

    /// <summary>Whether the device has left passive mode.</summary>
    public bool IsActive => _active;

    public override SessionIdentity Identity => new(Connection.Id, Device.Account.Phone, Device.Id);

    public override DeliveryQueue Queue => Device.Queue;

    /// <summary>The device leaves passive mode: its backlog follows, then what happens from now on.</summary>
    public async ValueTask GoActiveAsync()
    {
        if (_active)
        {
            return;
        }

        _active = true;
        Server.Events.Add(SimulatorEventKind.Active, Identity);
        Device.Mailbox.Restart(Server.Time.GetTimestamp());
        await Queue.GoLiveAsync(stanza => Connection.SendAsync(stanza), withBacklogMarks: true);
        Device.Account.OnActive(Device);
    }

    /// <summary>The device goes back to passive mode: what comes now waits.</summary>
    public void GoPassive()
    {
        _active = false;
        Queue.GoOffline();
    }

    public override void OnTick()
    {
        base.OnTick();
        Server.Messages.Check(this);
    }

    public override void OnClosed()
    {
        base.OnClosed();

        // The successor of a replaced session owns the queue already.
        if (Device.Detach(this))
        {
            Queue.GoOffline();
        }
    }

    protected override void OnAcknowledged(StanzaKey key)
    {
        if (key.Class == "message")
        {
            Device.Mailbox.MarkTaken(key.Id, Server.Time.GetTimestamp());
        }
    }

    protected override async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (Device.Attach(this) is { } replaced)
        {
            replaced.GoPassive();
            replaced.Connection.Close("replaced", StreamErrors.Replaced);
        }

        if (Device.Account.Device(Device.Id) != Device)
        {
            // It was unlinked between the look at its payload and now.
            Fail(401);
            return;
        }

        await Connection.SendAsync(Success(), cancellationToken);
        Server.Events.Add(SimulatorEventKind.LoggedIn, Identity);
        if (Connection.TakeLineFault(FaultPoint.LoggedIn) is { } fault)
        {
            Connection.Strike(fault);
            return;
        }

        if (Server.Options.RoutingInfo is { Length: > 0 } routing)
        {
            await Connection.SendAsync(Broadcast(
                new Node("edge_routing", [], [new Node("routing_info", [], routing)])), cancellationToken);
        }

        foreach (var (type, timestamp) in Device.DirtyMarks())
        {
            await Connection.SendAsync(Broadcast(
                new Node("dirty", [("type", type), ("timestamp", timestamp)])), cancellationToken);
        }
    }

    protected override async ValueTask HandleStanzaAsync(Node stanza, CancellationToken cancellationToken)
    {
        switch (stanza.Tag)
        {
            case "receipt":
                await HandleReceiptAsync(stanza, cancellationToken);
                break;
            case "message" when stanza["id"] is { } id && stanza.TryGetJid("to", out var chat):
                await HandleMessageAsync(stanza, id, chat, cancellationToken);
                break;
            case "presence":
                Server.Events.Add(
                    SimulatorEventKind.PresenceReceived, Identity, $"{stanza["type"] ?? "available"} {stanza["name"]}".TrimEnd());
                break;
            case "chatstate" or "ib":
                break;
            default:
                Complain(RefusalKind.MalformedStanza, $"A client does not send this: {stanza}.");
                break;
        }
    }

    private static Node Broadcast(Node child) => new("ib", [("from", Jid.WhatsApp)], [child]);

    private Node Success() => new("success",
    [
        ("t", Server.Time.GetUtcNow().ToUnixTimeSeconds()),
        ("props", 27),
        ("location", "frc"),
        ("lid", Device.Lid),
        ("abprops", 10),
        ("creation", Device.Account.CreatedAt.ToUnixTimeSeconds()),
        ("companion_enc_static", Convert.ToBase64String(Device.Registration.NoiseKey)),
        ("display_name", Device.Account.PushName),
    ]);

    private async ValueTask HandleMessageAsync(Node message, string id, Jid chat, CancellationToken cancellationToken)
    {
        Server.Events.Add(SimulatorEventKind.MessageReceived, Identity, id);
        var error = Server.Messages.Judge(this, message, chat);
        (string, AttributeValue)[] attributes =
        [
            ("class", "message"),
            ("id", id),
            ("from", chat),
            ("t", Server.Time.GetUtcNow().ToUnixTimeSeconds()),
            ("error", error is { } code ? (AttributeValue)code : default),
        ];
        await Connection.SendAsync(new Node("ack", attributes), cancellationToken);
        if (error is null)
        {
            MessageExchange.Deliver(this, message, chat);
        }
    }

    private async ValueTask HandleReceiptAsync(Node receipt, CancellationToken cancellationToken)
    {
        if (receipt["id"] is not { } id || !receipt.TryGetJid("to", out var to))
        {
            Complain(RefusalKind.MalformedStanza, "A receipt needs id and to.");
            return;
        }

        // A retry asks for the message again, so it does not settle it; every other receipt does.
        if (Server.Messages.Receive(this, receipt, id, to))
        {
            Settle(id, to);
            if (receipt.TryGetChild("list", out var list))
            {
                foreach (var item in list.Children)
                {
                    Settle(item["id"] ?? "", to);
                }
            }
        }

        await Connection.SendAsync(
            new Node("ack", [("class", "receipt"), ("id", id), ("from", to), ("type", receipt["type"])]), cancellationToken);
    }

    private void Settle(string id, Jid chat)
    {
        if (Queue.AcknowledgeMessage(id, chat.ToString()))
        {
            Server.Events.Add(SimulatorEventKind.StanzaAcknowledged, Identity, $"message {id}");
        }
    }
}
