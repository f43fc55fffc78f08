using System.Text;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.History;

/// <summary>
/// Takes what concerns people out of an unpacked history blob, as a stream: message bodies are stepped over without being
/// held, so a blob of any size needs the same memory. Sync section 2.3.
/// </summary>
internal sealed partial class HistoryReader : IDisposable
{
    private readonly WireStreamReader _reader;
    private readonly HistoryLimits _limits;
    private readonly Jid _ownPhone;
    private readonly Queue<HistoryItem> _pending = new();

    /// <summary>Reads from an unpacked blob, which stays open.</summary>
    /// <param name="blob">The unpacked blob.</param>
    /// <param name="limits">What to pass over.</param>
    /// <param name="ownPhone">The own account, which is never the other side of a chat.</param>
    public HistoryReader(Stream blob, HistoryLimits limits, Jid ownPhone = default)
    {
        _reader = new WireStreamReader(blob);
        _limits = limits;
        _ownPhone = ownPhone.ToBase();
    }

    /// <summary>What the blob says it is; known after its first fields.</summary>
    public HistorySyncType? SyncType { get; private set; }

    /// <summary>Number of the blob among those of its type.</summary>
    public uint ChunkOrder { get; private set; }

    /// <summary>How much of its type has arrived, 0 to 100.</summary>
    public uint Progress { get; private set; }

    /// <summary>Number of chats that were passed.</summary>
    public int Conversations { get; private set; }

    /// <summary>Reads the items in the order of the blob. What was returned before an exception is right.</summary>
    /// <exception cref="WireFormatException">The blob is damaged, or unpacks to more than its limit.</exception>
    public IEnumerable<HistoryItem> ReadItems()
    {
        while (TryReadField())
        {
            while (_pending.TryDequeue(out var item))
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool TryReadField()
    {
        if (!_reader.TryReadTag(out var field, out var type))
        {
            return false;
        }

        switch (field)
        {
            case 1:
                SyncType = (HistorySyncType)_reader.ReadVarint(type);
                break;
            case 2:
                ReadConversation(type);
                break;
            case 5:
                ChunkOrder = (uint)_reader.ReadVarint(type);
                break;
            case 6:
                Progress = (uint)_reader.ReadVarint(type);
                break;
            case 7:
                ReadPushName(type);
                break;
            case 8:
                ReadGlobalSettings(type);
                break;
            case 15:
                ReadMapping(type);
                break;
            case 18:
                ReadAccount(type);
                break;
            case 19:
                if (ReadToken(type) is { } salt)
                {
                    _pending.Enqueue(new HistoryItem.ClientTokenSalt(salt));
                }

                break;
            case 20:
                ReadInlineContact(type);
                break;
            default:
                _reader.Skip(type);
                break;
        }

        return true;
    }

    private void ReadPushName(WireType type)
    {
        Jid? person = null;
        string? name = null;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    person = ReadPerson(type);
                    break;
                case 2:
                    name = ReadText(type);
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        if (person is { } known && IsName(name))
        {
            _pending.Enqueue(new HistoryItem.PushName(known, name!, HistoryNameSource.List));
        }
    }

    private void ReadGlobalSettings(WireType type)
    {
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            if (field == 20)
            {
                if (Seconds(_reader.ReadVarint(type)) is { } time)
                {
                    _pending.Enqueue(new HistoryItem.LidMigration(time));
                }
            }
            else
            {
                _reader.Skip(type);
            }
        }

        _reader.Leave(outer);
    }

    private void ReadMapping(WireType type)
    {
        Jid? one = null, other = null;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    one = ReadPerson(type);
                    break;
                case 2:
                    other = ReadPerson(type);
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        AddPair(one, other, HistoryPairSource.MappingList);
    }

    private void ReadAccount(WireType type)
    {
        Jid? lid = null;
        string? username = null, country = null;
        var deleted = false;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    lid = ReadPerson(type);
                    break;
                case 2:
                    username = ReadText(type);
                    break;
                case 3:
                    country = ReadText(type);
                    break;
                case 4:
                    deleted = _reader.ReadVarint(type) != 0;
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        if (lid is { IsLid: true } known)
        {
            _pending.Enqueue(new HistoryItem.OwnAccount(known, deleted ? null : username, country));
        }
    }

    private void ReadInlineContact(WireType type)
    {
        Jid? phone = null, lid = null;
        string? fullName = null, firstName = null, username = null;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    phone = ReadPerson(type) is { IsPhone: true } pn ? pn : null;
                    break;
                case 2:
                    lid = ReadPerson(type) is { IsLid: true } hidden ? hidden : null;
                    break;
                case 3:
                    fullName = ReadText(type);
                    break;
                case 4:
                    firstName = ReadText(type);
                    break;
                case 5:
                    username = ReadText(type);
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        if (phone is not null || lid is not null)
        {
            _pending.Enqueue(new HistoryItem.InlineContact(phone, lid, fullName, firstName, username));
            AddPair(phone, lid, HistoryPairSource.InlineContact);
        }
    }

    private void AddPair(Jid? one, Jid? other, HistoryPairSource source)
    {
        if (one is { IsLid: true })
        {
            (one, other) = (other, one);
        }

        if (one is { IsPhone: true } phone && other is { IsLid: true } lid)
        {
            _pending.Enqueue(new HistoryItem.IdentityPair(phone, lid, source));
        }
    }

    // Text and bytes are counted before they are read: what is longer than any name or address is stepped over.
    private string? ReadText(WireType type) =>
        _reader.TryReadBytes(type, _limits.MaxTextSize, out var text) && text.Length > 0 ? Encoding.UTF8.GetString(text) : null;

    private byte[]? ReadToken(WireType type) =>
        _reader.TryReadBytes(type, _limits.MaxTextSize, out var token) && token.Length > 0 ? token.ToArray() : null;

    private Jid? ReadJid(WireType type)
    {
        Span<char> text = stackalloc char[128];
        return _reader.TryReadBytes(type, text.Length, out var bytes)
            && Jid.TryParse(text[..Encoding.UTF8.GetChars(bytes, text)], out var jid)
            ? jid.ToBase()
            : null;
    }

    private Jid? ReadPerson(WireType type) => ReadJid(type) is { } jid && IsOrdinaryPerson(jid) ? jid : null;

    // 0@s.whatsapp.net is WhatsApp's own announcement account.
    private static bool IsOrdinaryPerson(Jid jid) => jid.IsPerson && !jid.IsBot && jid is not { User: "0", IsPhone: true };

    private static bool IsName(string? name) => name is { Length: > 0 } and not "-";

    private static DateTimeOffset? Seconds(ulong seconds) =>
        seconds is > 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
