using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>A decrypted message with the stanza that it came in.</summary>
internal sealed record Received(Node Stanza, Message Content)
{
    public string Id => Stanza["id"]!;

    public ProtocolMessage Protocol => Content.ProtocolMessage;
}

/// <summary>
/// The least linked device that can speak end to end with the simulator's phones: Signal primitives, and stanzas by hand. It
/// keeps what comes while it waits for something else, and sends a receipt only when it is told to.
/// </summary>
internal sealed class Companion : IAsyncDisposable, IPreKeySource
{
    private const int FirstPreKey = 1;
    private const int PreKeyCount = 30;

    private readonly SimulatorHost _simulator;
    private readonly Dictionary<uint, KeyPair> _preKeys = [];
    private readonly Dictionary<string, SessionRecord> _sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<Node> _inbox = [];
    private readonly LocalIdentity _identity;
    private TestClient? _client;
    private int _lastId;

    private Companion(SimulatorHost simulator, Account account)
    {
        _simulator = simulator;
        Account = account;
        _identity = new LocalIdentity(Device.Identity, BinaryPrimitives.ReadUInt32BigEndian(Device.RegistrationId));
        for (var id = FirstPreKey; id < FirstPreKey + PreKeyCount; id++)
        {
            _preKeys[(uint)id] = KeyPair.Generate();
        }
    }

    public Account Account { get; }

    public TestDevice Device { get; } = new();

    public LinkedDevice Linked => Account.Device(Device.Jid.Device)!;

    public TestClient Client => _client!;

    private byte[] SignedIdentity => Linked.SignedIdentity.ToByteArray();

    /// <summary>Links a device, uploads its pre-keys and goes active.</summary>
    public static async Task<Companion> LinkAsync(SimulatorHost simulator, Account account, Action<DeviceProps>? describe = null)
    {
        var companion = new Companion(simulator, account);
        describe?.Invoke(companion.Device.Properties);
        await TestClient.LinkAsync(simulator, account, companion.Device);
        await companion.LoginAsync();
        Assert.Equal("result", (await companion.AskAsync(companion.Upload()))["type"]);
        await companion.GoActiveAsync();
        return companion;
    }

    /// <summary>Logs in without going active.</summary>
    public async Task LoginAsync()
    {
        _client = await TestClient.ConnectAsync(_simulator, Device.Noise, Device.Login());
        _inbox.Clear();
        await TakeAsync(node => node.Tag == "success");
    }

    /// <summary>Leaves passive mode and waits for the end of the backlog, which is kept for reading.</summary>
    public async Task GoActiveAsync()
    {
        Assert.Equal("result", (await AskAsync("set", "passive", new Node("active")))["type"]);
        await TakeAsync(node => node.Child("offline") is not null);
    }

    /// <summary>Loses the connection without a word, logs in again and goes active.</summary>
    public async Task ReconnectAsync()
    {
        await DisconnectAsync();
        await LoginAsync();
        await GoActiveAsync();
    }

    public async Task DisconnectAsync()
    {
        var since = _simulator.Server.Events.Latest;
        await _client!.DisposeAsync();
        await _simulator.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.Disconnected, since).WaitAsync(TestClient.Guard);
    }

    public Task<Node> AskAsync(string type, string xmlns, params Node[] children) => AskAsync(
        new Node("iq", [("id", $"c.{++_lastId}"), ("to", Jid.WhatsApp), ("type", type), ("xmlns", xmlns)], children));

    public async Task<Node> AskAsync(Node iq)
    {
        await Client.SendAsync(iq);
        return await TakeAsync(node => node.Tag == "iq" && node["id"] == iq["id"]);
    }

    /// <summary>The first stanza that fits, among those that were kept or come; the others are kept.</summary>
    public async Task<Node> TakeAsync(Func<Node, bool> fits)
    {
        for (var kept = _inbox.First; kept is not null; kept = kept.Next)
        {
            if (fits(kept.Value))
            {
                _inbox.Remove(kept);
                return kept.Value;
            }
        }

        while (true)
        {
            var node = await Client.ReceiveAsync();
            if (fits(node))
            {
                return node;
            }

            _inbox.AddLast(node);
        }
    }

    public Task<Node> TakeNotificationAsync(string type) =>
        TakeAsync(node => node.Tag == "notification" && node["type"] == type);

    /// <summary>The next message, decrypted. Nothing is answered.</summary>
    public async Task<Received> TakeMessageAsync(Func<Node, bool>? fits = null)
    {
        var stanza = await TakeAsync(node => node.Tag == "message" && (fits is null || fits(node)));
        return new Received(stanza, Message.Parser.ParseFrom(Decrypt(stanza)));
    }

    /// <summary>The next peer message of a kind, with its receipts sent; other messages get theirs too.</summary>
    public async Task<Received> TakePeerAsync(ProtocolMessage.Types.Type type)
    {
        while (true)
        {
            var message = await TakeMessageAsync();
            await ReceiptAsync(message);
            if (message.Protocol?.Type == type)
            {
                return message;
            }
        }
    }

    /// <summary>Sends the receipts that are due.</summary>
    public async Task ReceiptAsync(Received message)
    {
        if (message.Stanza["category"] != "peer")
        {
            await Client.SendAsync(Receipt(message.Stanza, "inactive"));
            return;
        }

        await Client.SendAsync(Receipt(message.Stanza, "peer_msg"));
        if (message.Protocol.Type == ProtocolMessage.Types.Type.HistorySyncNotification)
        {
            await Client.SendAsync(Receipt(message.Stanza, "hist_sync"));
        }
    }

    public static Node Receipt(Node stanza, string? type, Jid? to = null, params Node[] children) => new("receipt",
    [
        ("id", stanza["id"]),
        ("to", to is { } other ? other : stanza.TryGetJid("from", out var from) ? from : default),
        ("participant", stanza["participant"]),
        ("type", type),
        ("category", type == "retry" ? stanza["category"] : null),
    ], children);

    /// <summary>A retry receipt for a stanza, with keys of a new one-time pre-key or without.</summary>
    public Node RetryReceipt(Node stanza, int count, bool withKeys)
    {
        var retry = new Node("retry", [("count", count), ("id", stanza["id"]), ("t", "1780000000"), ("v", "1")]);
        var registration = new Node("registration", [], Device.RegistrationId);
        if (!withKeys)
        {
            return Receipt(stanza, "retry", null, retry, registration);
        }

        var id = (uint)(1000 + count);
        _preKeys[id] = KeyPair.Generate();
        return Receipt(stanza, "retry", null, retry, registration, new Node("keys", [],
        [
            new Node("type", [], [5]),
            new Node("identity", [], Device.Identity.PublicKey.ToArray()),
            PreKeyNode(id),
            Device.SignedKeyNode(),
            new Node("device-identity", [], SignedIdentity),
        ]));
    }

    public byte[] Decrypt(Node stanza)
    {
        var encrypted = stanza.Child("enc")!;
        stanza.TryGetJid(stanza["participant"] is null ? "from" : "participant", out var sender);
        var before = _sessions.GetValueOrDefault(sender.ToString(), SessionRecord.Empty);
        var payload = encrypted.ContentBytes.Span;
        var decrypted = encrypted["type"] == "pkmsg"
            ? SessionCipher.Decrypt(before, PreKeySignalMessage.Parse(payload), _identity, this, SystemEntropySource.Instance)
            : SessionCipher.Decrypt(before, SignalMessage.Parse(payload), SystemEntropySource.Instance);
        _sessions[sender.ToString()] = decrypted.After;
        LastIdentity = decrypted.RemoteIdentity;
        Assert.True(MessagePadding.TryUnpad(decrypted.Plaintext, out var plaintext));
        return plaintext.ToArray();
    }

    /// <summary>The identity key of the sender of the last message.</summary>
    public byte[] LastIdentity { get; private set; } = [];

    /// <summary>A peer message to the phone, with the session it has or one from the phone's bundle.</summary>
    public async Task<Node> PeerMessageAsync(ProtocolMessage content, string? id = null, int count = 0)
    {
        var phone = Account.Jid.ToString();
        var session = _sessions.GetValueOrDefault(phone, SessionRecord.Empty);
        if (session.Current is null)
        {
            session = SessionCipher.Initiate(session, await FetchBundleAsync(Account.Jid), _identity, SystemEntropySource.Instance);
        }

        var padded = MessagePadding.Pad(new Message { ProtocolMessage = content }.ToByteArray(), SystemEntropySource.Instance);
        var encrypted = SessionCipher.Encrypt(session, padded, _identity);
        _sessions[phone] = encrypted.After;
        var type = encrypted.IsPreKeyMessage ? "pkmsg" : "msg";
        List<Node> children =
        [
            new Node("meta", [("appdata", "default")]),
            new Node("enc", [("v", "2"), ("type", type), ("count", count > 0 ? (AttributeValue)count : default)], encrypted.Payload),
        ];
        if (encrypted.IsPreKeyMessage)
        {
            children.Add(new Node("device-identity", [], SignedIdentity));
        }

        return new Node(
            "message",
            [
                ("id", id ?? $"3EB0{++_lastId:D18}"),
                ("to", Account.Jid),
                ("type", "text"),
                ("category", "peer"),
                ("push_priority", "high"),
            ],
            [.. children]);
    }

    /// <summary>Sends a stanza and returns the server's ack for it.</summary>
    public async Task<Node> SendAckedAsync(Node stanza)
    {
        await Client.SendAsync(stanza);
        return await TakeAsync(node => node.Tag == "ack" && node["id"] == stanza["id"] && node["class"] == stanza.Tag);
    }

    public async Task<PreKeyBundle> FetchBundleAsync(Jid jid)
    {
        var answer = await AskAsync("get", "encrypt", new Node("key", [], [new Node("user", [("jid", jid), ("reason", "identity")])]));
        var user = answer.Child("list")!.Child("user")!;
        var signed = user.Child("skey")!;
        var oneTime = user.Child("key")!;
        return new PreKeyBundle
        {
            RegistrationId = BinaryPrimitives.ReadUInt32BigEndian(user.Child("registration")!.ContentBytes.Span),
            IdentityKey = user.Child("identity")!.ContentBytes.ToArray(),
            SignedPreKeyId = IdOf(signed),
            SignedPreKey = signed.Child("value")!.ContentBytes.ToArray(),
            SignedPreKeySignature = signed.Child("signature")!.ContentBytes.ToArray(),
            OneTimePreKey = new RemotePreKey(IdOf(oneTime), oneTime.Child("value")!.ContentBytes.ToArray()),
        };
    }

    /// <summary>Starts a new session with the phone from keys that came with its retry receipt.</summary>
    public void Restart(Node keys, uint registrationId)
    {
        var phone = Account.Jid.ToString();
        var signed = keys.Child("skey")!;
        var oneTime = keys.Child("key")!;
        _sessions[phone] = SessionCipher.Initiate(
            _sessions.GetValueOrDefault(phone, SessionRecord.Empty),
            new PreKeyBundle
            {
                RegistrationId = registrationId,
                IdentityKey = keys.Child("identity")!.ContentBytes.ToArray(),
                SignedPreKeyId = IdOf(signed),
                SignedPreKey = signed.Child("value")!.ContentBytes.ToArray(),
                SignedPreKeySignature = signed.Child("signature")!.ContentBytes.ToArray(),
                OneTimePreKey = new RemotePreKey(IdOf(oneTime), oneTime.Child("value")!.ContentBytes.ToArray()),
            },
            _identity,
            SystemEntropySource.Instance);
    }

    public bool TryGetPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair) => _preKeys.TryGetValue(id, out pair);

    public bool TryGetSignedPreKey(uint id, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = id == 1 ? Device.SignedPreKey : null;
        return pair is not null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    private static uint IdOf(Node key)
    {
        var id = key.Child("id")!.ContentBytes.Span;
        return (uint)((id[0] << 16) | (id[1] << 8) | id[2]);
    }

    private Node PreKeyNode(uint id) => new("key", [],
    [
        new Node("id", [], [(byte)(id >> 16), (byte)(id >> 8), (byte)id]),
        new Node("value", [], _preKeys[id].PublicKey.ToArray()),
    ]);

    private Node Upload() => new(
        "iq",
        [("id", "upload"), ("to", Jid.WhatsApp), ("type", "set"), ("xmlns", "encrypt")],
        [
            new Node("registration", [], Device.RegistrationId),
            new Node("type", [], [5]),
            new Node("identity", [], Device.Identity.PublicKey.ToArray()),
            new Node("list", [], [.. _preKeys.Keys.Select(PreKeyNode)]),
            Device.SignedKeyNode(),
        ]);
}
