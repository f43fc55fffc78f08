using Wuts.Testing;
using Wuts.WhatsApp.History;

namespace Wuts.WhatsApp.Tests.History;

/// <summary>The items of a blob, sorted by kind in the notation of the vector file.</summary>
internal sealed class HistoryFacts
{
    public HistoryFacts(IEnumerable<HistoryItem> items)
    {
        foreach (var item in items)
        {
            Add(item);
        }
    }

    public SortedSet<string> Mappings { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, HistoryPairSource> MappingSources { get; } = [];

    public SortedDictionary<string, string> ChatNames { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> PushNames { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> MessageNames { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, (string? Full, string? First)> AddressBook { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, (string Token, long Time)> Tokens { get; } = new(StringComparer.Ordinal);

    public List<HistoryItem> Others { get; } = [];

    public int Count { get; private set; }

    private void Add(HistoryItem item)
    {
        Count++;
        switch (item)
        {
            case HistoryItem.IdentityPair pair:
                Mappings.Add($"{pair.Phone} {pair.Lid}");
                MappingSources[$"{pair.Phone} {pair.Lid}"] = pair.Source;
                break;
            case HistoryItem.ChatTitle title:
                ChatNames.Add(title.Person.ToString(), title.Title);
                break;
            case HistoryItem.GroupSubject group:
                ChatNames.Add(group.Group.ToString(), group.Subject);
                break;
            case HistoryItem.PushName { Source: HistoryNameSource.List } name:
                PushNames.Add(name.Person.ToString(), name.Name);
                break;
            case HistoryItem.PushName name:
                MessageNames.Add(name.Person.ToString(), name.Name);
                break;
            case HistoryItem.InlineContact contact:
                AddressBook.Add((contact.Lid ?? contact.Phone)!.Value.ToString(), (contact.FullName, contact.FirstName));
                break;
            case HistoryItem.PrivacyToken token:
                Tokens.Add(token.Person.ToString(), (Hex.Text(token.Token.Span), token.IssuedAt?.ToUnixTimeSeconds() ?? 0));
                break;
            default:
                Others.Add(item);
                break;
        }
    }
}
