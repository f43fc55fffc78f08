using System.Globalization;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.Live;

/// <summary>The people and groups of the contracts' examples, around one account.</summary>
internal sealed class LiveWorld
{
    public const string GroupJid = "120363039000000000@g.us";

    private LiveWorld(SimulatorServer server, Account account)
    {
        Server = server;
        Account = account;
        Maria = server.People.Add(new PersonSpec { Phone = "5511999999999", Lid = "150199452311775", PushName = "Maria", HasPicture = true });
        Joao = server.People.Add(new PersonSpec { Phone = "5511888888888", Lid = "112233445566778", PushName = "Joao", About = "Available" });
        Hidden = server.People.Add(new PersonSpec { Phone = "5511777777777", PushName = "Private", HasPicture = true, About = "Secret" });
        Hidden.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Nobody);
        Hidden.SetPrivacy(PrivacySettings.About, PrivacySettings.Nobody);
        server.ContactsOf(account).Save([
            new PhoneContact(Maria.Jid, "Maria Silva", "Maria"),
            new PhoneContact(Joao.Jid, "Joao Pereira", Alternative: Joao.Lid),
        ]);
        Group = server.Groups.Create(new GroupSpec
        {
            Id = "120363039000000000",
            Subject = "WUTS Team",
            Description = "Internal coordination",
            Creator = Maria,
            Members = [Joao, server.People.Of(account)],
            Announce = false,
        });
    }

    public SimulatorServer Server { get; }

    /// <summary>The linked account: Ana.</summary>
    public Account Account { get; }

    /// <summary>In the address book; with a picture.</summary>
    public Person Maria { get; }

    /// <summary>In the address book, with the LID that the contract shows.</summary>
    public Person Joao { get; }

    /// <summary>Not in the address book; shows neither picture nor about.</summary>
    public Person Hidden { get; }

    /// <summary>With everybody in it but the hidden one.</summary>
    public Group Group { get; }

    /// <summary>Makes them.</summary>
    public static LiveWorld Create(SimulatorServer server) => new(server, NewAccount(server, "5511900000000", "Ana"));

    /// <summary>A phone that is switched on.</summary>
    public static Account NewAccount(SimulatorServer server, string phone, string name) =>
        server.Accounts.Create(new AccountSpec { Phone = phone, PushName = name, PhoneIsOn = true });

    /// <summary>Many people with the numbers that follow one, in the address book of an account under a name each.</summary>
    public static Person[] AddPeople(SimulatorServer server, Account account, int count, string name, long first = 4915100000000)
    {
        var people = new Person[count];
        for (var i = 0; i < count; i++)
        {
            var phone = (first + i).ToString(CultureInfo.InvariantCulture);
            people[i] = server.People.Find(new Jid(phone, JidServers.User)) ?? server.People.Add(new PersonSpec { Phone = phone });
        }

        server.ContactsOf(account).Save([.. people.Select((person, i) =>
            new PhoneContact(person.Jid, string.Create(CultureInfo.InvariantCulture, $"{name} {i}"), name, Alternative: i % 2 == 0 ? person.Lid : null))]);
        return people;
    }
}
