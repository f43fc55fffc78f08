using Google.Protobuf;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>
/// What the server does about end-to-end messages of linked devices: it checks the form of those for the own phone and of
/// receipts, and passes them on. Sync sections 1.10, 1.11 and 1.13.
/// </summary>
internal sealed class MessageExchange(SimulatorServer server)
{
    /// <summary>How long a due receipt may stay out after the device took the message.</summary>
    private static readonly TimeSpan ReceiptPatience = TimeSpan.FromMinutes(1);

    /// <summary>The same for history, which takes its time to work through.</summary>
    private static readonly TimeSpan HistoryPatience = TimeSpan.FromMinutes(10);

    /// <summary>Judges a message of a device.</summary>
    /// <returns>The error number for its ack; <see langword="null"/> when it is in order.</returns>
    public int? Judge(LinkedSession session, Node message, Jid to)
    {
        if (!IsOwn(session.Device, to) || PeerRules.Fault(session.Device, message, to) is not { } fault)
        {
            return null;
        }

        server.Refuse(RefusalKind.BadMessage, fault, session.Identity);
        return 479;
    }

    /// <summary>Hands a message that was in order to the phone.</summary>
    public static void Deliver(LinkedSession session, Node message, Jid to)
    {
        if (IsOwn(session.Device, to))
        {
            session.Device.Account.Handset.Take(session.Device, message);
        }
    }

    /// <summary>A receipt of a device, and whether it takes the message off the queue.</summary>
    public bool Receive(LinkedSession session, Node receipt, string id, Jid to)
    {
        var type = receipt["type"] ?? "";
        server.Events.Add(SimulatorEventKind.ReceiptReceived, session.Identity, $"{(type.Length == 0 ? "delivered" : type)} {id}");
        if (session.Device.Mailbox.Find(id) is not { } message)
        {
            return type != "retry";
        }

        if (type == "retry")
        {
            Retry(session, message, receipt, to);
            return false;
        }

        if (ReceiptRules.Fault(session.Device, message, receipt, type, to) is { } fault)
        {
            server.Refuse(RefusalKind.BadReceipt, fault, session.Identity);
            return false;
        }

        session.Device.Mailbox.MarkTaken(id, server.Time.GetTimestamp());
        session.Device.Mailbox.Receive(message, type);
        if (message.Kind == MessageKind.History && type == "hist_sync")
        {
            session.Device.Account.Handset.OnHistoryHandled(session.Device, id);
        }
        else if (type == "server-error")
        {
            session.Device.Account.Handset.TakeServerError(session.Device, receipt);
        }

        return true;
    }

    /// <summary>Looks for receipts that should have come long ago.</summary>
    public void Check(LinkedSession session)
    {
        var overdue = session.Device.Mailbox.TakeOverdue(message =>
            server.Time.GetElapsedTime(message.TakenAt!.Value) > (message.Kind == MessageKind.History ? HistoryPatience : ReceiptPatience));
        if (overdue is not null)
        {
            var missing = string.Join(", ", overdue.Due.Except(overdue.Receipts));
            server.Refuse(RefusalKind.MissingReceipt, $"The receipt {missing} for a message ({overdue.Topic}) stayed out.", session.Identity);
        }
    }

    private static bool IsOwn(LinkedDevice device, Jid jid) =>
        jid.ToBase() == device.Account.Jid || jid.ToBase() == device.Account.Lid;

    private void Retry(LinkedSession session, SentMessage message, Node receipt, Jid to)
    {
        if (RetryRules.Read(session.Device, message, receipt, to, out var keys) is { } fault)
        {
            server.Refuse(RefusalKind.BadReceipt, fault, session.Identity);
            return;
        }

        message.Retries++;
        try
        {
            message.Sender.Resend(session.Device, message, keys);
        }
        catch (SignalException)
        {
            server.Refuse(RefusalKind.BadSignature, "The signed pre-key of a retry receipt does not verify.", session.Identity);
        }
    }
}

/// <summary>The form of a message to the own phone. Sync section 1.13.</summary>
internal static class PeerRules
{
    /// <summary>What is wrong with it; <see langword="null"/> when nothing is.</summary>
    public static string? Fault(LinkedDevice device, Node message, Jid to)
    {
        if (to != device.Account.Jid)
        {
            return "A peer message goes to the own phone number without a device.";
        }

        if (message["category"] != "peer" || message["type"] != "text" || message["push_priority"] is not ("high" or "high_force"))
        {
            return "A peer message has category peer, type text and a push_priority.";
        }

        if (message.Child("meta")?["appdata"] != "default")
        {
            return "A peer message has a meta element with appdata default.";
        }

        if (message.Child("enc") is not { } encrypted || encrypted["v"] != "2" || encrypted["type"] is not ("pkmsg" or "msg")
            || encrypted.ContentBytes.IsEmpty)
        {
            return "A peer message has one encrypted part of version 2, pkmsg or msg.";
        }

        return encrypted["type"] == "msg"
            ? null
            : IdentityFault(device, message.Child("device-identity")?.ContentBytes ?? default, "A pkmsg");
    }

    /// <summary>What is wrong with the device identity that goes along with something.</summary>
    public static string? IdentityFault(LinkedDevice device, ReadOnlyMemory<byte> bytes, string what)
    {
        if (bytes.IsEmpty)
        {
            return $"{what} comes without device-identity.";
        }

        try
        {
            return ADVSignedDeviceIdentity.Parser.ParseFrom(bytes.Span).Equals(device.SignedIdentity)
                ? null
                : $"{what} comes with a device identity that is not the device's complete one.";
        }
        catch (InvalidProtocolBufferException)
        {
            return $"{what} comes with a device identity that is not valid protobuf.";
        }
    }
}
