using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>
/// A linked device with its store, and the parties that write to it. The own phone's Signal identity is the account key.
/// </summary>
internal sealed class TestDevice
{
    public const string OwnPhone = "491700000000@s.whatsapp.net";
    public const string OwnLid = "100000000000099@lid";

    private TestDevice(SignalParty self, SignalParty phone, LocalDevice device)
    {
        (Self, Phone, Device) = (self, phone, device);
        Memory.AddSignedPreKey(self.SignedPreKey.Id, self.SignedPreKey.KeyPair);
        foreach (var (id, pair) in self.PreKeys)
        {
            Memory.AddPreKey(id, pair);
        }
    }

    /// <summary>The keys of the device itself.</summary>
    public SignalParty Self { get; }

    /// <summary>The own phone.</summary>
    public SignalParty Phone { get; }

    public LocalDevice Device { get; }

    public InMemorySignalStore Memory { get; } = new();

    public SignalGate Gate { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public Dictionary<Jid, Jid> Lids { get; } = [];

    public static TestDevice Create(int seed = 1)
    {
        var entropy = new SeededEntropySource(seed);
        var (self, phone) = (SignalParty.Create(entropy, preKeys: 3), SignalParty.Create(entropy));
        var account = new OwnAccount(Jid.Parse(OwnPhone).WithDevice(12), Jid.Parse(OwnLid).WithDevice(12));
        return new TestDevice(
            self, phone, new LocalDevice(account, self.Identity, phone.Identity.KeyPair.PublicKey.ToArray(), [1, 2, 3]));
    }

    /// <summary>A decryptor on this device's store, as a newly started process has one.</summary>
    public MessageDecryptor Decryptor(ISignalStore? store = null) =>
        new(Device, store ?? Memory, Gate, new Directory(Lids), Time, new SeededEntropySource(7));

    public PeerOutbox Outbox() => new(Device, Memory, Gate, Time, new SeededEntropySource(8));

    public async Task<MessageOutcome> ReceiveAsync(Node stanza, ISignalStore? store = null)
    {
        Assert.True(MessageSource.TryParse(stanza, Device.Account, out var source));
        return await Decryptor(store).DecryptAsync(stanza, source, CancellationToken.None);
    }

    public async Task<SignalTransaction> LoadAsync(params Jid[] people)
    {
        var query = new SignalQuery();
        query.Users.UnionWith(people.Select(person => SignalAddress.FromJid(person).User));
        query.PreKeys.UnionWith([1, 2, 3]);
        return await Memory.LoadAsync(query, CancellationToken.None);
    }

    /// <summary>The account's word for a companion's identity key.</summary>
    public static byte[] Vouch(SignalParty account, SignalParty companion)
    {
        var details = new ADVDeviceIdentity { KeyIndex = 3 }.ToByteArray();
        var (identity, key) = (companion.Identity.KeyPair, account.Identity.KeyPair);
        return new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(details),
            AccountSignature = ByteString.CopyFrom(
                XEdDsa.Sign(key.PrivateKey, [.. AdvSignatures.AccountPrefix, .. details, .. identity.PublicKey])),
            DeviceSignature = ByteString.CopyFrom(AdvSignatures.SignDevice(identity, details, key.PublicKey)),
        }.ToByteArray();
    }

    private sealed class Directory(Dictionary<Jid, Jid> lids) : ILidDirectory
    {
        public ValueTask<Jid> FindLidAsync(Jid phone, CancellationToken cancellationToken) =>
            ValueTask.FromResult(lids.GetValueOrDefault(phone));
    }
}

/// <summary>Message stanzas from a party.</summary>
internal static class TestStanzas
{
    public static Node Enc(string type, byte[] payload) => new("enc", [("v", "2"), ("type", type)], payload);

    /// <summary>Encrypts a message as the next one of a party.</summary>
    public static Node Enc(this SignalParty party, Message message)
    {
        var encrypted = party.Send(MessagePadding.Pad(message.ToByteArray(), 3));
        return Enc(encrypted.IsPreKeyMessage ? "pkmsg" : "msg", encrypted.Payload);
    }

    public static Node Message(string id, string from, params ReadOnlySpan<Node> children) =>
        new("message", [("id", id), ("from", Jid.Parse(from)), ("type", "text"), ("t", "1780000000")], children);

    public static Node PeerMessage(string id, string from, params ReadOnlySpan<Node> children) =>
        new("message", [("id", id), ("from", Jid.Parse(from)), ("type", "text"), ("category", "peer")], children);

    public static Message Text(string text) => new() { Conversation = text };

    public static Message KeyShare() => Protos.Message.Parser.ParseFrom(
        VectorFile.Open("misc.json").GetProperty("peer_messages").GetProperty("key_share").HexOf("message"));
}
