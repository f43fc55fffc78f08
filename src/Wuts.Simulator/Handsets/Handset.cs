using Google.Protobuf;
using Wuts.Simulator.AppState;
using Wuts.Simulator.EndToEnd;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using AppStateCollection = Wuts.WhatsApp.AppState.AppStateCollection;

namespace Wuts.Simulator;

/// <summary>
/// What the phone of an account does end to end: it holds the address book and the rest of the app state, shares the keys to
/// it, tells new devices the history, and answers what devices ask of it. While it is off it keeps what devices send for
/// later; changes still reach the server, as if they had been made just before. Safe for concurrent use.
/// </summary>
public sealed partial class Handset
{
    private readonly Lock _gate = new();
    private readonly Account _account;
    private readonly SimulatorServer _server;
    private readonly SimulatorRandom _random;
    private readonly Lazy<MessageSender> _sender;
    private readonly HashSet<LinkedDevice> _welcomed = [];
    private readonly Queue<(LinkedDevice Device, Node Stanza)> _inbox = new();
    private bool _isOn;

    internal Handset(Account account, SimulatorServer server, bool isOn)
    {
        _account = account;
        _server = server;
        _isOn = isOn;
        _random = account.Primary.Random.Fork("handset");
        _sender = new(() => new MessageSender(server, new SignalEnd(account.Primary.Identity, account.Primary.Keys, _random)));
        AppState = new AccountAppState(account, server, _random);
        AddressBook = new AddressBook(AppState, server.Time);
        if (account.PushName is { } name)
        {
            Set(AppStateCollection.CriticalBlock, 1, new SyncActionValue { PushNameSetting = new() { Name = name } }, "setting_pushName");
        }
    }

    /// <summary>Whether the phone is on: only then it talks to linked devices.</summary>
    public bool IsOn
    {
        get
        {
            lock (_gate)
            {
                return _isOn;
            }
        }
    }

    /// <summary>The address book.</summary>
    public AddressBook AddressBook { get; }

    /// <summary>How the server hands out the app state.</summary>
    public SyncSettings Sync => AppState.Settings;

    /// <summary>Whether new devices get the app-state keys unasked. Default: yes.</summary>
    public bool SharesKeys { get; set; } = true;

    internal AccountAppState AppState { get; }

    /// <summary>Switches the phone on: it welcomes devices that are new and answers what has come meanwhile.</summary>
    public void SwitchOn()
    {
        lock (_gate)
        {
            _isOn = true;
            foreach (var device in _account.Devices)
            {
                WelcomeLocked(device);
            }

            while (_inbox.TryDequeue(out var waiting))
            {
                OpenLocked(waiting.Device, waiting.Stanza);
            }
        }
    }

    /// <summary>Switches the phone off.</summary>
    public void SwitchOff()
    {
        lock (_gate)
        {
            _isOn = false;
        }
    }

    /// <summary>Sends every app-state key to a device, or to all of them.</summary>
    public void ShareKeys(int? device = null)
    {
        lock (_gate)
        {
            foreach (var target in _account.Devices.Where(target => device is null || target.Id == device))
            {
                ShareKeysLocked(target);
            }
        }
    }

    /// <summary>Makes a new app-state key, as phones do from time to time.</summary>
    /// <param name="share">Whether it is shared at once; otherwise devices have to ask for it.</param>
    public void RotateKey(bool share = true)
    {
        lock (_gate)
        {
            AppState.RotateKey();
            foreach (var device in share ? _account.Devices : [])
            {
                ShareKeysLocked(device);
            }
        }
    }

    /// <summary>The phone loses its sessions with all devices, as when an old backup is restored: it cannot read what they send next.</summary>
    public void ForgetSessions()
    {
        lock (_gate)
        {
            foreach (var device in _account.Devices)
            {
                _sender.Value.Forget(device);
            }
        }
    }

    /// <summary>Changes the own push name.</summary>
    public void SetPushName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _account.PushName = name;
        Set(AppStateCollection.CriticalBlock, 1, new SyncActionValue { PushNameSetting = new() { Name = name } }, "setting_pushName");
    }

    /// <summary>Records which phone number a LID chat belongs to.</summary>
    public void SetNumberOfLidChat(Jid lid, Jid phone) => Set(
        AppStateCollection.Regular,
        8,
        new SyncActionValue { PnForLidChatAction = new() { PnJid = phone.ToString() } },
        "pnForLidChat",
        lid.ToString());

    /// <summary>Changes the salt of client-side tokens.</summary>
    public void SetNctSalt(ReadOnlySpan<byte> salt) => Set(
        AppStateCollection.RegularHigh,
        1,
        new SyncActionValue { NctSaltSyncAction = new() { Salt = ByteString.CopyFrom(salt) } },
        "nct_salt_sync");

    /// <summary>Pins a chat, or unpins it.</summary>
    public void SetPinned(Jid chat, bool pinned) => Set(
        AppStateCollection.RegularLow, 5, new SyncActionValue { PinAction = new() { Pinned = pinned } }, "pin_v1", chat.ToString());

    /// <summary>Mutes a chat until a time; <see langword="null"/> ends that.</summary>
    public void SetMuted(Jid chat, DateTimeOffset? until) => Set(
        AppStateCollection.RegularHigh,
        2,
        new SyncActionValue
        {
            MuteAction = until is { } end ? new() { Muted = true, MuteEndTimestamp = end.ToUnixTimeMilliseconds() } : new() { Muted = false },
        },
        "mute",
        chat.ToString());

    /// <summary>Sets any action, also one that nobody knows, from the encoded fields of its value.</summary>
    /// <param name="collection">Name of the collection on the wire.</param>
    /// <param name="actionVersion">Schema version of the action.</param>
    /// <param name="encodedValue">An encoded SyncActionValue; the time is added when it has none.</param>
    /// <param name="index">The parts of the index.</param>
    /// <exception cref="ArgumentException">There is no such collection, or the value is not protobuf.</exception>
    public void SetAction(string collection, int actionVersion, ReadOnlySpan<byte> encodedValue, params string[] index)
    {
        var name = CollectionOf(collection);
        SyncActionValue value;
        try
        {
            value = SyncActionValue.Parser.ParseFrom(encodedValue);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ArgumentException("The value is not an encoded SyncActionValue.", nameof(encodedValue), e);
        }

        Set(name, actionVersion, value, index);
    }

    /// <summary>Removes an action; nothing happens when there is none with this index.</summary>
    /// <exception cref="ArgumentException">There is no such collection.</exception>
    public void RemoveAction(string collection, params string[] index) =>
        AppState.Change(CollectionOf(collection), new PhoneEdit(PhoneEdit.IndexOf(index), null, 1));

    /// <summary>Marks the app state as changed, which devices are told at once or at their next login. Sync section 10.8.</summary>
    public void MarkAppStateDirty()
    {
        var now = _server.Time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var device in _account.Devices)
        {
            device.MarkDirty("syncd_app_state", now);
            device.Session?.Connection.TrySend(new Node(
                "ib", [("from", Jid.WhatsApp)], [new Node("dirty", [("type", "syncd_app_state"), ("timestamp", now)])]));
        }
    }

    /// <summary>A device is ready for messages: a new one is welcomed.</summary>
    internal void OnActive(LinkedDevice device)
    {
        lock (_gate)
        {
            if (_isOn)
            {
                WelcomeLocked(device);
            }
        }
    }

    private static AppStateCollection CollectionOf(string name) =>
        Wuts.WhatsApp.AppState.AppStateCollections.TryParse(name, out var collection)
            ? collection
            : throw new ArgumentException("There is no app-state collection with this name.", nameof(name));

    private void Set(AppStateCollection collection, int version, SyncActionValue value, params ReadOnlySpan<string> index)
    {
        if (!value.HasTimestamp)
        {
            value.Timestamp = _server.Time.GetUtcNow().ToUnixTimeMilliseconds();
        }

        AppState.Change(collection, new PhoneEdit(PhoneEdit.IndexOf(index), value, version));
    }

    private void WelcomeLocked(LinkedDevice device)
    {
        // Without pre-keys the device has not logged in for the first time.
        if (!device.PreKeys.EverUploaded || !_welcomed.Add(device))
        {
            return;
        }

        if (SharesKeys)
        {
            ShareKeysLocked(device);
        }

        if (History.IsOn)
        {
            SendHistoryLocked(device);
        }
    }

    private void ShareKeysLocked(LinkedDevice device)
    {
        var devices = ADVKeyIndexList.Parser.ParseFrom(_account.Primary.KeyIndexList.Details);
        var share = new AppStateSyncKeyShare();
        share.Keys.AddRange(AppState.Keys.All.Select(key => SyncKeyRing.ToWire(key, devices)));
        SendLocked(device, MessageKind.Peer, "key-share", new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.AppStateSyncKeyShare,
            AppStateSyncKeyShare = share,
        });
    }

    private string SendLocked(LinkedDevice device, MessageKind kind, string topic, ProtocolMessage content)
    {
        var id = NextMessageId();
        _sender.Value.Send(device, new SentMessage
        {
            Id = id,
            Kind = kind,
            From = _account.Jid,
            Sender = _sender.Value,
            Plaintext = new Message { ProtocolMessage = content }.ToByteArray(),
            Preamble = [new Node("meta", [("appdata", "default")])],
            Topic = topic,
        });
        return id;
    }

    // Phones write 32 hexadecimal digits.
    private string NextMessageId() => Convert.ToHexString(_random.Bytes(16));
}
