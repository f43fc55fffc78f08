using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.DeviceData;

/// <summary>The writes of a commit by the table they concern, with what a later one makes void left out.</summary>
internal sealed class SortedWrites
{
    public SortedWrites(IReadOnlyList<AccountWrite> writes)
    {
        foreach (var write in writes)
        {
            Add(write);
        }
    }

    /// <summary>The last state of each contact.</summary>
    public Dictionary<Jid, ContactRecord> Contacts { get; } = [];

    /// <summary>Pairs seen and ended, in order.</summary>
    public List<AccountWrite> Pairs { get; } = [];

    /// <summary>Whether the server has to be asked about each of these phone numbers.</summary>
    public Dictionary<Jid, bool> Lookups { get; } = [];

    /// <summary>The newest token of each person.</summary>
    public Dictionary<Jid, AccountWrite.Token> Tokens { get; } = [];

    /// <summary>Changes of groups, in order.</summary>
    public List<AccountWrite> Groups { get; } = [];

    /// <summary>The last value of each setting.</summary>
    public Dictionary<AccountSetting, string?> Settings { get; } = [];

    /// <summary>The last block list.</summary>
    public Blocklist? Blocklist { get; private set; }

    /// <summary>History notifications queued and done, in order.</summary>
    public List<AccountWrite> History { get; } = [];

    private void Add(AccountWrite write)
    {
        switch (write)
        {
            case AccountWrite.Contact contact:
                Contacts[contact.Record.Jid] = contact.Record;
                break;
            case AccountWrite.PairSeen or AccountWrite.PairEnded:
                Pairs.Add(write);
                break;
            case AccountWrite.LookupDue due:
                Lookups[due.Phone] = true;
                break;
            case AccountWrite.LookupDone done:
                Lookups[done.Phone] = false;
                break;
            case AccountWrite.Token token:
                if (!Tokens.TryGetValue(token.Owner, out var other) || other.Value.Timestamp < token.Value.Timestamp)
                {
                    Tokens[token.Owner] = token;
                }

                break;
            case AccountWrite.Group or AccountWrite.GroupLeft or AccountWrite.GroupStale:
                Groups.Add(write);
                break;
            case AccountWrite.BlockedPeople blocked:
                Blocklist = blocked.List;
                break;
            case AccountWrite.Setting setting:
                Settings[setting.Name] = setting.Value;
                break;
            case AccountWrite.HistoryQueued or AccountWrite.HistoryDone:
                History.Add(write);
                break;
            default:
                throw new ArgumentException($"The write {write} is not known to this store.", nameof(write));
        }
    }
}
