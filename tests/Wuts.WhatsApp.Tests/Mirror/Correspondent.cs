using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Somebody with a phone who writes to the devices of an account, in Signal sessions of their own.</summary>
internal sealed class Correspondent
{
    private readonly SimulatorServer _server;
    private MessageSender _sender;
    private int _written;
    private int _installs;

    public Correspondent(SimulatorServer server)
    {
        _server = server;
        Account = server.Accounts.Create();
        var random = Account.Primary.Random.Fork("correspondent");
        _sender = new MessageSender(server, new SignalEnd(Account.Primary.Identity, Account.Primary.Keys, random));
    }

    public Account Account { get; }

    /// <summary>Sets the phone up anew: it has another identity key, and nobody is told.</summary>
    public void Reinstall()
    {
        var random = Account.Primary.Random.Fork($"installation/{++_installs}");
        var identity = random.NextKeyPair();
        _sender = new MessageSender(_server, new SignalEnd(identity, new PhoneKeys(identity, random), random));
    }

    /// <summary>The identity key of the phone.</summary>
    public byte[] Identity => _sender.Signal.Identity.PublicKey.ToArray();

    /// <summary>Writes a message to a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pushName">The name that goes along.</param>
    /// <param name="byLid">Whether the message is from the LID; otherwise from the number.</param>
    /// <param name="bothAddresses">Whether the message tells the other address.</param>
    /// <returns>The id of the message.</returns>
    public string Write(LinkedDevice device, string pushName, bool byLid = true, bool bothAddresses = true)
    {
        var id = $"3EB0{Account.Phone}{++_written:X8}";
        _sender.Send(device, Message(id, pushName, byLid, bothAddresses));
        return id;
    }

    /// <summary>Writes to a device what only the own phone of an account may write, as if it were the phone.</summary>
    /// <param name="device">The device.</param>
    /// <param name="content">The content.</param>
    /// <returns>The id of the message.</returns>
    public string Forge(LinkedDevice device, ProtocolMessage content)
    {
        var id = $"3EB0{Account.Phone}{++_written:X8}";
        _sender.Send(device, new SentMessage
        {
            Id = id,
            Kind = MessageKind.Peer,
            From = device.Account.Jid,
            Sender = _sender,
            Plaintext = new Message { ProtocolMessage = content }.ToByteArray(),
            Topic = "forged",
        });
        return id;
    }

    private SentMessage Message(string id, string pushName, bool byLid, bool bothAddresses) => new()
    {
        Id = id,
        Kind = MessageKind.Chat,
        From = byLid ? Account.Lid : Account.Jid,
        Sender = _sender,
        Plaintext = new Message { Conversation = "Hello" }.ToByteArray(),
        Attributes =
        [
            ("notify", pushName),
            (byLid ? "sender_pn" : "sender_lid", !bothAddresses ? default(AttributeValue) : byLid ? Account.Jid : Account.Lid),
        ],
        Topic = "hello",
    };

    /// <summary>The person.</summary>
    public Person Person => _server.People.Of(Account);
}
