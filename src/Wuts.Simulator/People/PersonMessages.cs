using Google.Protobuf;
using Wuts.Simulator.EndToEnd;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

/// <summary>A message of somebody to an account.</summary>
/// <param name="Text">What it says.</param>
public sealed record PersonMessage(string Text)
{
    /// <summary>The group it is written in; the sender and the account are members. Default: to the account alone.</summary>
    public Group? Group { get; init; }

    /// <summary>Whether it comes from the LID; a group decides that itself. Default: from the number.</summary>
    public bool ByLid { get; init; }

    /// <summary>Whether the sender's other address is left out. Default: no. Sync section 1.1.</summary>
    public bool OmitOtherAddress { get; init; }

    /// <summary>The push name that goes along. Default: the sender's.</summary>
    public string? PushName { get; init; }
}

public sealed partial class Person
{
    private MessageSender? _sender;

    /// <summary>
    /// Sends a message to every linked device of an account, end-to-end encrypted, with the push name and both addresses of the
    /// sender. From then on the two have to do with each other.
    /// </summary>
    /// <returns>The id of the message; <see langword="null"/> when the account has blocked the sender.</returns>
    /// <exception cref="ArgumentException">One of the two is not in the group.</exception>
    public string? SendMessage(Account to, PersonMessage message)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(message);
        var receiver = _world.People.Of(to);
        if (message.Group is { } group && !(group.HasMember(this) && group.HasMember(receiver)))
        {
            throw new ArgumentException("Sender and receiver of a message in a group are members of it.", nameof(message));
        }

        if (receiver.HasBlocked(this))
        {
            return null;
        }

        if (message.Group is null)
        {
            AddChat(receiver);
        }

        var id = Convert.ToHexString(_world.Server.Random.Bytes(16));
        var sender = Sender();
        var content = new Message { Conversation = message.Text }.ToByteArray();
        foreach (var device in to.Devices)
        {
            sender.Send(device, new SentMessage
            {
                Id = id,
                Kind = MessageKind.Chat,
                From = message.Group?.Jid ?? (message.ByLid ? Lid : Jid),
                Sender = sender,
                Plaintext = content,
                Attributes = Attributes(message),
                Topic = "chat",
            });
        }

        return id;
    }

    private (string, AttributeValue)[] Attributes(PersonMessage message)
    {
        var byLid = message.Group?.LidAddressing ?? message.ByLid;
        var other = message.OmitOtherAddress ? default(AttributeValue) : byLid ? Jid : Lid;
        var role = message.Group is null ? "sender" : "participant";
        return
        [
            ("participant", message.Group is null ? default(AttributeValue) : byLid ? Lid : Jid),
            ("notify", message.PushName ?? PushName),
            (byLid ? $"{role}_pn" : $"{role}_lid", other),
            ("addressing_mode", byLid ? "lid" : "pn"),
            ($"{role}_username", Username),
        ];
    }

    private MessageSender Sender()
    {
        var phone = _world.People.AccountOf(this).Primary;
        lock (Gate)
        {
            return _sender ??= new MessageSender(
                _world.Server, new SignalEnd(phone.Identity, phone.Keys, phone.Random.Fork("messages")));
        }
    }
}
