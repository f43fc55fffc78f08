using Wuts.Simulator.Delivery;
using Wuts.Simulator.EndToEnd;
using Wuts.Simulator.Sessions;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;

namespace Wuts.Simulator;

/// <summary>A companion device of an account, as the server knows it.</summary>
public sealed class LinkedDevice
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _dirty = new(StringComparer.Ordinal);
    private LinkedSession? _session;
    private int _logins;

    internal LinkedDevice(
        Account account,
        int id,
        uint keyIndex,
        CompanionRegistration registration,
        ADVSignedDeviceIdentity signedIdentity,
        DeliveryQueue queue,
        DateTimeOffset linkedAt)
    {
        Account = account;
        Id = id;
        KeyIndex = keyIndex;
        Jid = account.Jid.WithDevice((ushort)id);
        Lid = account.Lid.WithDevice((ushort)id);
        Registration = registration;
        SignedIdentity = signedIdentity;
        PreKeys = new PreKeyStock(registration.SignedPreKey);
        Queue = queue;
        LinkedAt = linkedAt;
    }

    /// <summary>The account it is linked to.</summary>
    public Account Account { get; }

    /// <summary>The number of the device, 1 to 255.</summary>
    public int Id { get; }

    /// <summary>The index under which the phone signed it.</summary>
    public uint KeyIndex { get; }

    /// <summary>Its address by phone number.</summary>
    public Jid Jid { get; }

    /// <summary>Its address by LID.</summary>
    public Jid Lid { get; }

    /// <summary>The name shown in the phone's list of linked devices.</summary>
    public string Os => Registration.Properties.Os;

    /// <summary>The kind of client it says it is, for example <c>Chrome</c>.</summary>
    public string PlatformType => Registration.Properties.PlatformType.ToString();

    /// <summary>When it was linked.</summary>
    public DateTimeOffset LinkedAt { get; }

    /// <summary>Number of its connection while it is logged in.</summary>
    public long? Connection => Session?.Connection.Id;

    /// <summary>Whether it is logged in and has left passive mode.</summary>
    public bool IsActive => Session?.IsActive ?? false;

    /// <summary>How often it has logged in.</summary>
    public int Logins => Volatile.Read(ref _logins);

    /// <summary>How many one-time pre-keys are in stock.</summary>
    public int PreKeyCount => PreKeys.Count;

    /// <summary>How many stanzas wait for it or for its ack.</summary>
    public int QueuedStanzas => Queue.Count;

    /// <summary>How many stanzas were sent to it and are not acknowledged.</summary>
    public int MissingAcks => Queue.Unacknowledged;

    /// <summary>How often a stanza was sent to it again because the ack was missing.</summary>
    public long Redeliveries => Queue.Redeliveries;

    internal CompanionRegistration Registration { get; }

    /// <summary>The complete signed identity, with account key and device signature.</summary>
    internal ADVSignedDeviceIdentity SignedIdentity { get; }

    internal PreKeyStock PreKeys { get; }

    internal DeliveryQueue Queue { get; }

    /// <summary>The end-to-end messages that wait for its receipts.</summary>
    internal Mailbox Mailbox { get; } = new();

    internal LinkedSession? Session
    {
        get
        {
            lock (_gate)
            {
                return _session;
            }
        }
    }

    /// <summary>
    /// The notifications that wait for the device are lost, and it finds dirty bits for them at its next login, as far as there are
    /// any. Sync section 10.8.
    /// </summary>
    /// <returns>How many were lost.</returns>
    public int LoseBacklog() => Queue.ForgetNotifications();

    /// <summary>Makes a session the device's only one; returns the one that it replaces.</summary>
    internal LinkedSession? Attach(LinkedSession session)
    {
        lock (_gate)
        {
            var replaced = _session;
            _session = session;
            _logins++;
            return replaced;
        }
    }

    /// <summary>Forgets the session; <see langword="false"/> when another one has replaced it already.</summary>
    internal bool Detach(LinkedSession session)
    {
        lock (_gate)
        {
            if (_session != session)
            {
                return false;
            }

            _session = null;
            return true;
        }
    }

    /// <summary>Marks server state that changed while the device was away (6.4); it is told so at every login until it cleans it.</summary>
    internal void MarkDirty(string type, long timestamp)
    {
        lock (_gate)
        {
            _dirty[type] = timestamp;
        }
    }

    /// <summary>Takes a mark away; <see langword="false"/> when there is no such mark with that time.</summary>
    internal bool Clean(string type, long timestamp)
    {
        lock (_gate)
        {
            return _dirty.TryGetValue(type, out var marked) && marked == timestamp && _dirty.Remove(type);
        }
    }

    internal IReadOnlyList<(string Type, long Timestamp)> DirtyMarks()
    {
        lock (_gate)
        {
            return [.. _dirty.Select(mark => (mark.Key, mark.Value))];
        }
    }
}
