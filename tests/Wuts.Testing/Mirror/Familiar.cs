using Wuts.WhatsApp.Binary;

namespace Wuts.Testing.Mirror;

/// <summary>What a client can have learnt only from what was told to it, and not from phone or directory.</summary>
public sealed class Familiar
{
    /// <summary>The push name that somebody's latest message or the history told, by the address that it came from.</summary>
    public Dictionary<Jid, string> PushNames { get; } = [];

    /// <summary>How the phone titles its chats, by the address that the history uses.</summary>
    public Dictionary<Jid, string> ChatTitles { get; } = [];

    /// <summary>
    /// Whether contacts came or went since groups were read: which numbers a group shows depends on them, and no group tells it.
    /// </summary>
    public bool ContactsChanged { get; init; }

    /// <summary>Adds what the phone's history will tell about the people and groups that there are now.</summary>
    public void LearnHistory(MirrorScene scene)
    {
        var people = scene.Server.People;
        var entries = scene.Account.Handset.AddressBook.All.ToList();
        foreach (var entry in entries)
        {
            if (people.Find(entry.Jid) is { } person && (entry.FullName ?? entry.FirstName ?? entry.Username) is { } title)
            {
                ChatTitles.TryAdd(person.Lid, title);
            }
        }

        var members = scene.Owner.Groups.SelectMany(g => g.Members).Select(m => m.Person);
        foreach (var person in entries.Select(e => people.Find(e.Jid)).OfType<Wuts.Simulator.Person>().Concat(members))
        {
            if (person != scene.Owner && person.PushName is { } name)
            {
                PushNames[person.Lid] = name;
            }
        }
    }
}
