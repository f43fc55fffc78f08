using Wuts.WhatsApp.Binary;

namespace Wuts.Simulator.History;

/// <summary>What an account has in common with the people of the world, as its history tells it. Sync section 2.3.</summary>
internal sealed class WorldChats(Account account, SimulatorServer server, PhoneHistory history, AddressBook book)
{
    private readonly Person _self = server.People.Of(account);

    /// <summary>One chat per person that the account knows, then one per group that it is in.</summary>
    public IEnumerable<HistoryChat> All()
    {
        var seen = new HashSet<Jid>();
        foreach (var entry in book.All)
        {
            var person = server.People.Find(entry.Jid);
            if (seen.Add(person?.Jid ?? entry.Jid))
            {
                yield return person is null
                    ? new HistoryChat(entry.Jid, TitleOf(entry)) { Username = entry.Username, Alternative = entry.Alternative }
                    : Of(person, TitleOf(entry));
            }
        }

        foreach (var person in _self.Contacts.OrderBy(person => person.Phone, StringComparer.Ordinal))
        {
            if (seen.Add(person.Jid))
            {
                yield return Of(person, person.PushName ?? $"+{person.Phone}");
            }
        }

        foreach (var group in Groups)
        {
            yield return new HistoryChat(group.Jid, group.Subject)
            {
                Participants = [.. group.Members.Select(member => group.LidAddressing ? member.Person.Lid : member.Person.Jid)],
            };
        }
    }

    /// <summary>Everybody whose name the phone has seen.</summary>
    public IEnumerable<Person> Acquaintances() => book.All.Select(entry => server.People.Find(entry.Jid)).OfType<Person>()
        .Concat(_self.Contacts.OrderBy(person => person.Phone, StringComparer.Ordinal))
        .Concat(Groups.SelectMany(group => group.Members).Select(member => member.Person))
        .Distinct();

    /// <summary>The address under which the history speaks of a person.</summary>
    public Jid AddressOf(Person person) => history.ByLid ? person.Lid : person.Jid;

    private IEnumerable<Group> Groups => _self.Groups.OrderBy(group => group.Jid.User, StringComparer.Ordinal);

    private static string? TitleOf(PhoneContact entry) => entry.FullName ?? entry.FirstName ?? entry.Username;

    private HistoryChat Of(Person person, string? title)
    {
        var token = server.World.Tokens.Find(owner: person, holder: _self);
        return new HistoryChat(AddressOf(person), title)
        {
            Alternative = !person.LidIsKnown ? null : history.ByLid ? person.Jid : person.Lid,
            Username = person.Username,
            PushName = person.PushName,
            BusinessName = person.Business?.Name,
            Token = token?.Bytes ?? default,
            TokenIssuedAt = token?.IssuedAt,
        };
    }
}
