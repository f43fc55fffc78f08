using Wuts.Simulator.People;
using Wuts.Simulator.Phones;
using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>A person on the simulated network: a number, a LID, a phone that holds the account's keys, and linked devices.</summary>
public sealed class Account
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, LinkedDevice> _devices = [];
    private readonly int _firstDeviceId;
    private readonly bool _phoneIsOn;
    private readonly Lazy<PasskeyAuthenticator> _passkey;
    private readonly Lazy<Handset> _handset;
    private int _issued;
    private int _reserved;
    private volatile PersonAddresses _addresses;
    private volatile bool _hasDevices;

    internal Account(AccountSpec spec, string phone, string lid, PrimaryPhone primary, DateTimeOffset createdAt, Func<Account, bool, Handset> handset)
    {
        _addresses = new PersonAddresses(new Jid(phone, JidServers.User), new Jid(lid, JidServers.Lid));
        PushName = spec.PushName;
        Platform = spec.Platform;
        BusinessName = spec.BusinessName;
        Hosted = spec.Hosted;
        RequiresPasskey = spec.RequiresPasskey;
        RefreshOnScan = spec.RefreshOnScan;
        MaxDevices = spec.MaxDevices;
        CreatedAt = createdAt;
        Primary = primary;
        _passkey = new(() => new PasskeyAuthenticator(primary.Random.Bytes(32)));
        _handset = new(() => handset(this, spec.PhoneIsOn));
        _phoneIsOn = spec.PhoneIsOn;
        _firstDeviceId = spec.FirstDeviceId;
    }

    /// <summary>The phone number, digits only. It names the account in the control API.</summary>
    public string Phone => _addresses.Jid.User;

    /// <summary>The account by phone number.</summary>
    public Jid Jid => _addresses.Jid;

    /// <summary>The account by LID.</summary>
    public Jid Lid => _addresses.Lid;

    /// <summary>The name the person chose.</summary>
    public string? PushName { get; internal set; }

    /// <summary>What the phone is.</summary>
    public string Platform { get; }

    /// <summary>The name of the business, if it is one.</summary>
    public string? BusinessName { get; }

    /// <summary>Whether a provider hosts the account.</summary>
    public bool Hosted { get; }

    /// <summary>Whether linking needs a passkey assertion. May be changed at any time.</summary>
    public bool RequiresPasskey { get; set; }

    /// <summary>Whether the first scan of a QR asks for a renewed secret. May be changed at any time.</summary>
    public bool RefreshOnScan { get; set; }

    /// <summary>How many devices may be linked at a time.</summary>
    public int MaxDevices { get; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>The linked devices by number.</summary>
    public IReadOnlyList<LinkedDevice> Devices
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values];
            }
        }
    }

    /// <summary>The owner's passkey; made when it is first asked for.</summary>
    public PasskeyAuthenticator Passkey => _passkey.Value;

    /// <summary>What the phone does end to end: address book, app state, history, messages. Made when it is first needed.</summary>
    public Handset Handset => _handset.Value;

    /// <summary>Whether a device is linked.</summary>
    internal bool HasDevices => _hasDevices;

    /// <summary>The phone, which holds the account's keys.</summary>
    internal PrimaryPhone Primary { get; }

    /// <summary>The linked device with a number, or <see langword="null"/>.</summary>
    public LinkedDevice? Device(int id)
    {
        lock (_gate)
        {
            return _devices.GetValueOrDefault(id);
        }
    }

    /// <summary>Whether the phone's address book has an entry about somebody.</summary>
    internal bool HasSaved(Person person) => _handset is { IsValueCreated: true, Value.AddressBook.MayHaveOthers: true }
        && (Handset.AddressBook.Find(person.Jid) ?? Handset.AddressBook.Find(person.Lid) ?? Handset.AddressBook.Find(person.Lid, ContactKind.LidContact)) is not null;

    internal void MoveTo(PersonAddresses addresses) => _addresses = addresses;

    /// <summary>A device is ready for messages. A phone that was never switched on does not hear of it.</summary>
    internal void OnActive(LinkedDevice device)
    {
        if (_phoneIsOn || _handset.IsValueCreated)
        {
            Handset.OnActive(device);
        }
    }

    /// <summary>A number for a device that is about to be linked; <see langword="null"/> when the account is full.</summary>
    internal int? ReserveDevice()
    {
        lock (_gate)
        {
            if (_devices.Count + _reserved >= MaxDevices)
            {
                return null;
            }

            // Numbers of unlinked devices are not used again, until they run out.
            for (var i = 0; i < 255; i++)
            {
                var id = ((_firstDeviceId - 1 + _issued++) % 255) + 1;
                if (!_devices.ContainsKey(id))
                {
                    _reserved++;
                    return id;
                }
            }

            return null;
        }
    }

    /// <summary>Gives up a number that was reserved.</summary>
    internal void CancelReservation()
    {
        lock (_gate)
        {
            _reserved--;
        }
    }

    /// <summary>Links the device whose number was reserved.</summary>
    internal void Add(LinkedDevice device)
    {
        lock (_gate)
        {
            _reserved--;
            _devices.Add(device.Id, device);
            _hasDevices = true;
        }
    }

    /// <summary>Unlinks a device; <see langword="null"/> when there is none with that number.</summary>
    internal LinkedDevice? Remove(int id)
    {
        lock (_gate)
        {
            _devices.Remove(id, out var device);
            _hasDevices = _devices.Count > 0;
            return device;
        }
    }
}
