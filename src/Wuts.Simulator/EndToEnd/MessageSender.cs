using Wuts.Simulator.Faults;
using Wuts.WhatsApp.Signal;

namespace Wuts.Simulator.EndToEnd;

/// <summary>
/// Sends end-to-end messages of one phone to linked devices and reads what they send to it. Messages go through the queue of
/// the device, so they survive its disconnects. Safe for concurrent use.
/// </summary>
internal sealed class MessageSender(SimulatorServer server, SignalEnd signal)
{
    private readonly Lock _gate = new();

    public SignalEnd Signal => signal;

    /// <summary>Encrypts a message and puts it into the queue of a device.</summary>
    public void Send(LinkedDevice device, SentMessage message)
    {
        lock (_gate)
        {
            device.Mailbox.Add(message);
            Deliver(device, message);
        }
    }

    /// <summary>Answers a retry receipt: the same message under the same id, in a new session.</summary>
    /// <param name="device">Who asks.</param>
    /// <param name="message">What it asks for.</param>
    /// <param name="keys">The keys that came along; without them the bundle is fetched again.</param>
    /// <exception cref="SignalException">The keys are not signed by the device.</exception>
    public void Resend(LinkedDevice device, SentMessage message, PreKeyBundle? keys)
    {
        lock (_gate)
        {
            if (keys is null)
            {
                signal.Forget(device);
            }
            else
            {
                signal.Restart(device, keys);
            }

            // The retry receipt has settled the delivery before.
            device.Queue.AcknowledgeMessage(message.Id, message.From.ToString());
            Deliver(device, message);
        }
    }

    /// <summary>Decrypts what a device sent.</summary>
    /// <exception cref="SignalException">It cannot be read.</exception>
    public byte[] Open(LinkedDevice device, string type, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            return signal.Open(device, type, payload);
        }
    }

    /// <summary>Drops the sessions with a device.</summary>
    public void Forget(LinkedDevice device)
    {
        lock (_gate)
        {
            signal.Forget(device);
        }
    }

    private void Deliver(LinkedDevice device, SentMessage message)
    {
        var who = new SessionIdentity(device.Connection, device.Account.Phone, device.Id);
        var defect = server.Faults.Take<Fault.Message>(who, fault => fault.Topic is null || fault.Topic == message.Topic)?.Defect;
        var content = Spoil(
            signal.Seal(
                device,
                defect == MessageDefect.NotProtobuf ? new byte[] { 0 } : message.Plaintext,
                () => DeviceBundles.Take(server, device)),
            defect);
        server.Events.Add(SimulatorEventKind.MessageSent, who, $"{message.Topic} {message.Id}");
        device.Queue.Enqueue(message.ToStanza(content, server.Time.GetUtcNow()));
    }

    // In the middle: there the keys, the text or the codes are, whatever the form. No field has the number 0.
    private SealedContent Spoil(SealedContent content, MessageDefect? defect)
    {
        switch (defect)
        {
            case MessageDefect.Corrupted:
                content.Payload[content.Payload.Length / 2] ^= 1;
                return content;
            case MessageDefect.Garbage:
                return content with { Payload = server.Random.Bytes(content.Payload.Length) };
            default:
                return content;
        }
    }
}
