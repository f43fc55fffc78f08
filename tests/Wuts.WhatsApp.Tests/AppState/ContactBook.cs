using Wuts.WhatsApp.AppState;

namespace Wuts.WhatsApp.Tests.AppState;

/// <summary>The simplest consumer of changes: the last entry per contact.</summary>
internal sealed class ContactBook
{
    public SortedDictionary<string, AppStateChange> Entries { get; } = new(StringComparer.Ordinal);

    public void Apply(IEnumerable<AppStateChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case AppStateChange.ContactSet set:
                    Entries[set.Contact.ToString()] = set;
                    break;
                case AppStateChange.LidContactSet set:
                    Entries[set.Contact.ToString()] = set;
                    break;
                case AppStateChange.ContactRemoved removed:
                    Entries.Remove(removed.Contact.ToString());
                    break;
                case AppStateChange.LidContactRemoved removed:
                    Entries.Remove(removed.Contact.ToString());
                    break;
                default:
                    break;
            }
        }
    }
}
