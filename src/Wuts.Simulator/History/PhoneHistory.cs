using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator;

/// <summary>
/// What the phone of an account tells new devices about earlier times. Most of it comes from the simulated world: the address
/// book, the contacts that the server knows, groups, tokens. More can be added. Sync section 2. Safe for concurrent use.
/// </summary>
public sealed class PhoneHistory
{
    private const int KeptDeliveries = 10_000;

    private readonly Lock _gate = new();
    private readonly List<HistoryChat> _chats = [];
    private readonly List<(Jid Person, string Name)> _pushNames = [];
    private readonly List<(Jid Phone, Jid Lid)> _pairs = [];
    private readonly List<PastMember> _pastMembers = [];
    private readonly OrderedDictionary<string, HistoryDelivery> _deliveries = new(StringComparer.Ordinal);

    /// <summary>Whether new devices get the history unasked. Default: no, so that a test sees only what it causes.</summary>
    public bool IsOn { get; set; }

    /// <summary>Whether a bootstrap stands in the message itself when the device takes that. Default: no.</summary>
    public bool InlineBootstrap { get; set; }

    /// <summary>Whether the address book goes along with the bootstrap. Default: no.</summary>
    public bool InlineContacts { get; set; }

    /// <summary>Whether chats are made of the world. Otherwise only what was added is told. Default: yes.</summary>
    public bool IncludesWorld { get; set; } = true;

    /// <summary>Whether people are chatted with by LID, as on accounts that have migrated. Default: yes.</summary>
    public bool ByLid { get; set; } = true;

    /// <summary>When the chats moved to LIDs; <see langword="null"/> says nothing about it. Default.</summary>
    public DateTimeOffset? LidMigratedAt { get; set; }

    /// <summary>How many chats one blob holds at most. Default 100, at least 1.</summary>
    public int ChatsPerBlob
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    } = 100;

    /// <summary>How many messages stand in each chat. Default 2, at least 0.</summary>
    public int MessagesPerChat
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 0.");
    } = 2;

    /// <summary>Length of each message body, which is ballast, in bytes. Default 100; 0 to 1 MiB.</summary>
    public int MessageBytes
    {
        get;
        set => field = value is >= 0 and <= 1 << 20 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 1 MiB.");
    } = 100;

    /// <summary>What happens when a device asks for a lost file again. Default: it is uploaded again.</summary>
    public ReuploadAnswer OnReupload { get; set; }

    /// <summary>What was announced so far, oldest first. The latest 10,000 are kept.</summary>
    public IReadOnlyList<HistoryDelivery> Deliveries
    {
        get
        {
            lock (_gate)
            {
                return [.. _deliveries.Values];
            }
        }
    }

    /// <summary>The chats that were added.</summary>
    internal IReadOnlyList<HistoryChat> Chats => Copy(_chats);

    internal IReadOnlyList<(Jid Person, string Name)> PushNames => Copy(_pushNames);

    internal IReadOnlyList<(Jid Phone, Jid Lid)> Pairs => Copy(_pairs);

    internal IReadOnlyList<PastMember> PastMembers => Copy(_pastMembers);

    /// <summary>Adds a chat in front of those of the world.</summary>
    public void Add(HistoryChat chat)
    {
        ArgumentNullException.ThrowIfNull(chat);
        Append(_chats, chat);
    }

    /// <summary>Adds an entry to the list of push names, whoever it is about.</summary>
    public void AddPushName(Jid person, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Append(_pushNames, (person, name));
    }

    /// <summary>Adds an entry to the list of pairs.</summary>
    public void AddPair(Jid phone, Jid lid) => Append(_pairs, (phone, lid));

    /// <summary>Adds somebody who is no longer in a group.</summary>
    public void AddPastMember(PastMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        Append(_pastMembers, member);
    }

    internal void Record(HistoryDelivery delivery)
    {
        lock (_gate)
        {
            if (_deliveries.Count >= KeptDeliveries)
            {
                _deliveries.RemoveAt(0);
            }

            _deliveries[delivery.MessageId] = delivery;
        }
    }

    internal void Change(string messageId, Func<HistoryDelivery, HistoryDelivery> change)
    {
        lock (_gate)
        {
            if (_deliveries.TryGetValue(messageId, out var delivery))
            {
                _deliveries[messageId] = change(delivery);
            }
        }
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }

    private void Append<T>(List<T> list, T item)
    {
        lock (_gate)
        {
            list.Add(item);
        }
    }
}
