using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Wire;

namespace Wuts.WhatsApp.History;

internal sealed partial class HistoryReader
{
    // What the messages of the current chat say about people; the newest message counts.
    private readonly Dictionary<Jid, (string Name, ulong Time)> _pushNames = [];
    private readonly Dictionary<Jid, (string Name, ulong Time)> _businessNames = [];
    private Jid? _receiver;
    private bool _receiversDiffer;

    private void ReadConversation(WireType type)
    {
        Conversations++;
        _pushNames.Clear();
        _businessNames.Clear();
        _receiver = null;
        _receiversDiffer = false;
        var chat = new Chat();
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    chat.Jid = ReadJid(type);
                    break;
                case 2:
                    ReadHistoryMessage(type, chat.Jid);
                    break;
                case 3:
                    chat.NewJid = ReadPerson(type);
                    break;
                case 4:
                    chat.OldJid = ReadPerson(type);
                    break;
                case 13:
                    chat.Name = ReadText(type);
                    break;
                case 21:
                    chat.Token = ReadToken(type);
                    break;
                case 22:
                    chat.TokenIssued = _reader.ReadVarint(type);
                    break;
                case 28:
                    chat.TokenSent = _reader.ReadVarint(type);
                    break;
                case 38:
                    chat.DisplayName = ReadText(type);
                    break;
                case 39:
                    chat.PhoneJid = ReadPerson(type);
                    break;
                case 42:
                    chat.LidJid = ReadPerson(type);
                    break;
                case 43:
                    chat.Username = ReadText(type);
                    break;
                case 49:
                    chat.AccountLid = ReadPerson(type);
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        Report(chat);
    }

    private void Report(in Chat chat)
    {
        if (chat.Jid is { IsGroup: true } group)
        {
            if (chat.Name is { } subject)
            {
                _pending.Enqueue(new HistoryItem.GroupSubject(group, subject));
            }
        }
        else if (chat.Jid is { } person && IsOrdinaryPerson(person))
        {
            ReportPerson(person, chat);
        }
        else
        {
            return;
        }

        foreach (var (sender, (name, _)) in _pushNames)
        {
            _pending.Enqueue(new HistoryItem.PushName(sender, name, HistoryNameSource.Message));
        }

        foreach (var (sender, (name, _)) in _businessNames)
        {
            _pending.Enqueue(new HistoryItem.BusinessName(sender, name));
        }
    }

    private void ReportPerson(Jid person, in Chat chat)
    {
        if ((chat.DisplayName ?? chat.Name ?? chat.Username) is { } title)
        {
            _pending.Enqueue(new HistoryItem.ChatTitle(person, title));
        }

        if (person.IsPhone)
        {
            AddPair(person, chat.LidJid ?? chat.AccountLid, HistoryPairSource.Conversation);
        }
        else if (chat.PhoneJid is { } phone)
        {
            AddPair(phone, person, HistoryPairSource.Conversation);
        }
        else if (!_receiversDiffer)
        {
            AddPair(_receiver, person, HistoryPairSource.Receipt);
        }

        if (chat.Token is { } token)
        {
            _pending.Enqueue(new HistoryItem.PrivacyToken(person, token, Seconds(chat.TokenIssued), Seconds(chat.TokenSent)));
        }

        if (chat.NewJid is { } newJid && newJid != person)
        {
            _pending.Enqueue(new HistoryItem.ChatMoved(person, newJid));
        }

        if (chat.OldJid is { } oldJid && oldJid != person)
        {
            _pending.Enqueue(new HistoryItem.ChatMoved(oldJid, person));
        }
    }

    private void ReadHistoryMessage(WireType type, Jid? chat)
    {
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            if (field == 1)
            {
                ReadMessage(type, chat);
            }
            else
            {
                _reader.Skip(type);
            }
        }

        _reader.Leave(outer);
    }

    private void ReadMessage(WireType type, Jid? chat)
    {
        var header = new MessageHeader();
        Jid? participant = null, receiver = null;
        string? pushName = null, businessName = null;
        var time = 0UL;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 1:
                    header = ReadKey(type);
                    break;
                case 3:
                    time = _reader.ReadVarint(type);
                    break;
                case 5:
                    participant = ReadPerson(type);
                    break;
                case 19:
                    pushName = ReadText(type);
                    break;
                case 37:
                    businessName = ReadText(type);
                    break;
                case 40:
                    receiver = ReadReceiver(type) ?? receiver;
                    break;
                default:
                    // Field 2 is the body.
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        if (header.FromMe)
        {
            NoteReceiver(receiver);
        }
        else if ((participant ?? header.Participant ?? chat) is { } sender && IsOrdinaryPerson(sender))
        {
            NoteName(_pushNames, sender, pushName, time);
            NoteName(_businessNames, sender, businessName, time);
        }
    }

    private MessageHeader ReadKey(WireType type)
    {
        var header = new MessageHeader();
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            switch (field)
            {
                case 2:
                    header.FromMe = _reader.ReadVarint(type) != 0;
                    break;
                case 4:
                    header.Participant = ReadPerson(type);
                    break;
                default:
                    _reader.Skip(type);
                    break;
            }
        }

        _reader.Leave(outer);
        return header;
    }

    private Jid? ReadReceiver(WireType type)
    {
        Jid? receiver = null;
        var outer = _reader.Enter(type);
        while (_reader.TryReadTag(out var field, out type))
        {
            if (field == 1)
            {
                receiver = ReadPerson(type) is { IsPhone: true } phone ? phone : null;
            }
            else
            {
                _reader.Skip(type);
            }
        }

        _reader.Leave(outer);
        return receiver;
    }

    // Two people who confirmed messages in one chat: one of them is somebody else, and guessing is worse than not knowing.
    private void NoteReceiver(Jid? receiver)
    {
        if (receiver is not null && receiver != _ownPhone)
        {
            _receiversDiffer |= _receiver is not null && _receiver != receiver;
            _receiver = receiver;
        }
    }

    private void NoteName(Dictionary<Jid, (string Name, ulong Time)> names, Jid sender, string? name, ulong time)
    {
        if (!IsName(name))
        {
            return;
        }

        if (names.TryGetValue(sender, out var known) ? time > known.Time : names.Count < _limits.MaxNamesPerChat)
        {
            names[sender] = (name!, time);
        }
    }

    private struct Chat
    {
        public Jid? Jid;
        public Jid? NewJid;
        public Jid? OldJid;
        public Jid? PhoneJid;
        public Jid? LidJid;
        public Jid? AccountLid;
        public string? Name;
        public string? DisplayName;
        public string? Username;
        public byte[]? Token;
        public ulong TokenIssued;
        public ulong TokenSent;
    }

    private struct MessageHeader
    {
        public bool FromMe;
        public Jid? Participant;
    }
}
