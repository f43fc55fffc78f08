using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Simulator.EndToEnd;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>Somebody with a phone who writes to the devices of an account, in Signal sessions of their own.</summary>
internal sealed class Correspondent
{
    private readonly SimulatorServer _server;
    private readonly MessageSender _sender;
    private int _written;

    public Correspondent(SimulatorServer server)
    {
        _server = server;
        Account = server.Accounts.Create();
        var random = Account.Primary.Random.Fork("correspondent");
        _sender = new MessageSender(server, new SignalEnd(Account.Primary.Identity, Account.Primary.Keys, random));
    }

    public Account Account { get; }

    /// <summary>Writes a message to a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pushName">The name that goes along.</param>
    /// <param name="byLid">Whether the message is from the LID; otherwise from the number.</param>
    public void Write(LinkedDevice device, string pushName, bool byLid = true) => _sender.Send(device, new SentMessage
    {
        Id = $"3EB0{Account.Phone}{++_written:X8}",
        Kind = MessageKind.Chat,
        From = byLid ? Account.Lid : Account.Jid,
        Sender = _sender,
        Plaintext = new Message { Conversation = "Hello" }.ToByteArray(),
        Attributes =
        [
            ("notify", pushName),
            byLid ? ("sender_pn", Account.Jid) : ("sender_lid", Account.Lid),
        ],
        Topic = "hello",
    });

    /// <summary>The person.</summary>
    public Person Person => _server.People.Of(Account);
}
