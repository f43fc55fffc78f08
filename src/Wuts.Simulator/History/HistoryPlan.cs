using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using SyncCollection = Wuts.WhatsApp.AppState.AppStateCollection;

namespace Wuts.Simulator.History;

/// <summary>
/// Divides a phone's history into blobs, in the order in which phones send them: the bootstrap, push names, what is not
/// urgent, and then further chats. Sync sections 2.1 and 2.2.
/// </summary>
internal sealed class HistoryPlan(Account account, Handset handset, WorldChats world, ConversationMaker maker)
{
    private readonly PhoneHistory _history = handset.History;

    /// <summary>All pieces for a device.</summary>
    /// <param name="wantsEverything">Whether the device asked for a full sync: half of the older chats then come as such.</param>
    public IEnumerable<HistoryPiece> Pieces(bool wantsEverything)
    {
        var chats = Chats().ToArray();
        var first = chats.Take(_history.ChatsPerBlob);
        yield return HistoryPiece.Create(HistoryKind.InitialBootstrap, 1, 100, first.Select(maker.Make), FillBootstrap);
        yield return HistoryPiece.Create(HistoryKind.PushName, 1, 100, [], FillPushNames);
        yield return HistoryPiece.Create(HistoryKind.NonBlockingData, 1, 100, [], FillRest);

        var older = chats.Skip(_history.ChatsPerBlob).Chunk(_history.ChatsPerBlob).ToArray();
        var recent = wantsEverything ? (older.Length + 1) / 2 : older.Length;
        for (var i = 0; i < older.Length; i++)
        {
            var isRecent = i < recent;
            var (number, count) = isRecent ? (i + 1, recent) : (i + 1 - recent, older.Length - recent);
            yield return HistoryPiece.Create(
                isRecent ? HistoryKind.Recent : HistoryKind.Full, (uint)number, (uint)(100 * number / count), older[i].Select(maker.Make));
        }
    }

    /// <summary>One chat that a device asked for; without chats when the phone does not have it.</summary>
    public HistoryPiece OnDemand(string chat) => HistoryPiece.Create(
        HistoryKind.OnDemand, 1, 100, Chats().Where(known => known.Jid.ToString() == chat).Take(1).Select(maker.Make));

    /// <summary>A piece of at least a size, filled with chats of people who do not exist.</summary>
    public HistoryPiece Filled(HistoryKind kind, long unpackedBytes) => HistoryPiece.Create(kind, 1, 100, MadeUp(unpackedBytes));

    private IEnumerable<Conversation> MadeUp(long unpackedBytes)
    {
        var written = 0L;
        foreach (var chat in ConversationMaker.MadeUp())
        {
            if (written >= unpackedBytes)
            {
                yield break;
            }

            var conversation = maker.Make(chat);
            written += conversation.CalculateSize();
            yield return conversation;
        }
    }

    private IEnumerable<HistoryChat> Chats() => _history.IncludesWorld ? _history.Chats.Concat(world.All()) : _history.Chats;

    private void FillBootstrap(HistorySync header)
    {
        AddPairs(header);
        header.Accounts.Add(new Wuts.WhatsApp.Protos.Account { Lid = account.Lid.ToString() });
        if (_history.LidMigratedAt is { } moved)
        {
            header.GlobalSettings = new GlobalSettings { ChatDbLidMigrationTimestamp = moved.ToUnixTimeSeconds() };
        }

        if (SaltOf(handset) is { } salt)
        {
            header.NctSalt = salt;
        }

        if (_history.InlineContacts)
        {
            header.InlineContactsProvided = true;
            header.InlineContacts.AddRange(handset.AddressBook.All.Select(Inline));
        }
    }

    private void FillPushNames(HistorySync header)
    {
        if (_history.IncludesWorld)
        {
            foreach (var person in world.Acquaintances())
            {
                if (person.PushName is { } name)
                {
                    header.Pushnames.Add(new Pushname { Id = world.AddressOf(person).ToString(), Pushname_ = name });
                }
            }
        }

        header.Pushnames.AddRange(_history.PushNames.Select(entry => new Pushname { Id = entry.Person.ToString(), Pushname_ = entry.Name }));
    }

    private void FillRest(HistorySync header)
    {
        AddPairs(header);
        foreach (var group in _history.PastMembers.GroupBy(member => member.Group))
        {
            var left = new PastParticipants { GroupJid = group.Key.ToString() };
            left.PastParticipants_.AddRange(group.Select(member => new PastParticipants.Types.PastParticipant
            {
                UserJid = member.Person.ToString(),
                LeaveReason = member.WasRemoved ? 1 : 0,
                LeaveTs = (ulong)member.At.ToUnixTimeSeconds(),
            }));
            header.PastParticipants.Add(left);
        }
    }

    private void AddPairs(HistorySync header)
    {
        var pairs = _history.IncludesWorld
            ? world.Acquaintances().Where(person => person.LidIsKnown).Select(person => (Phone: person.Jid, person.Lid)).Concat(_history.Pairs)
            : _history.Pairs;
        header.PhoneNumberToLidMappings.AddRange(
            pairs.Select(pair => new PhoneNumberToLIDMapping { PnJid = pair.Phone.ToString(), LidJid = pair.Lid.ToString() }));
    }

    private static ByteString? SaltOf(Handset handset) => handset.AppState.Locked(
        SyncCollection.RegularHigh, phone => phone.Find("""["nct_salt_sync"]""")?.Value.NctSaltSyncAction?.Salt);

    private static InlineContact Inline(PhoneContact entry)
    {
        var contact = new InlineContact();
        var (phone, lid) = entry.Jid.IsLid ? (entry.Alternative, (Jid?)entry.Jid) : (entry.Jid, entry.Alternative);
        Set(phone?.ToString(), text => contact.PnJid = text);
        Set(lid?.ToString(), text => contact.LidJid = text);
        Set(entry.FullName, text => contact.FullName = text);
        Set(entry.FirstName, text => contact.FirstName = text);
        Set(entry.Username, text => contact.Username = text);
        return contact;
    }

    private static void Set(string? text, Action<string> set)
    {
        if (text is not null)
        {
            set(text);
        }
    }
}
