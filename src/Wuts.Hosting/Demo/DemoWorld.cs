using System.Globalization;
using Wuts.Simulator;
using Wuts.WhatsApp.Binary;

namespace Wuts.Hosting.Demo;

/// <summary>
/// Whom the demo account knows: people with everything that an answer can show, and people who show nothing. The same at every start.
/// </summary>
internal static class DemoWorld
{
    /// <summary>Makes ids, keys and links of the simulated WhatsApp the same at every start; nothing there is worth a secret.</summary>
    public const ulong Seed = 1;

    /// <summary>The id of Maria's picture; the others follow.</summary>
    public const long FirstPictureId = 1_718_000_000;

    /// <summary>The number of the account.</summary>
    public const string Phone = "5511977770000";

    /// <summary>A group of three that is pinned, has a picture, and was made by Maria.</summary>
    public const string TeamId = "120363039000000000";

    /// <summary>A group of <see cref="ChatSize"/> members with and without visible numbers.</summary>
    public const string ChatId = "120363406798553856";

    private const int ChatSize = 24;
    private static readonly DateTimeOffset TeamMade = new(2026, 1, 10, 14, 22, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset MutedUntil = new(2036, 6, 20, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Makes the account with everybody around it.</summary>
    public static Account Create(SimulatorServer server)
    {
        var account = server.Accounts.Create(new AccountSpec { Phone = Phone, Lid = "100200300400500", PushName = "Loja Demo", PhoneIsOn = true });
        var self = server.People.Of(account);
        var maria = server.People.Add(Business(new PersonSpec
        {
            Phone = "5511999999999",
            Lid = "112233445566777",
            PushName = "Maria",
            HasPicture = true,
        }));
        var joao = server.People.Add(new PersonSpec
        {
            Phone = "5511888888888",
            Lid = "112233445566778",
            PushName = "Joao",
            About = "At work",
            HasPicture = true,
        });
        var john = server.People.Add(new PersonSpec
        {
            Phone = "6281234567890",
            Lid = "1234567890987654321",
            PushName = "John Doe",
            About = "Available",
            HasPicture = true,
        });
        var alice = server.People.Add(new PersonSpec { Phone = "15551234567", Lid = "999888777", PushName = "Alice", About = "" });
        var layla = server.People.Add(new PersonSpec { Phone = "201234567890", Lid = "204060801001", PushName = "Layla", HasPicture = true });
        var promo = server.People.Add(new PersonSpec { Phone = "5511777777777", Lid = "112233445566779", PushName = "Promo" });
        john.AddCompanion(new CompanionDevice(1, 1));

        // Joao shows picture and about to those whom he has saved, and the account is not among them.
        joao.SetPrivacy(PrivacySettings.Picture, PrivacySettings.Contacts);
        joao.SetPrivacy(PrivacySettings.About, PrivacySettings.Contacts);
        server.ContactsOf(account).Save(
        [
            new PhoneContact(maria.Jid, "Maria Silva", "Maria", Alternative: maria.Lid),
            new PhoneContact(joao.Jid, "Joao Pereira", Alternative: joao.Lid),
            new PhoneContact(john.Jid, "John Doe", "John", Alternative: john.Lid),
            new PhoneContact(alice.Jid, "Alice from Gym", "Alice", Alternative: alice.Lid),
            new PhoneContact(layla.Jid, "Layla Hassan", "Layla", Alternative: layla.Lid),

            // Somebody in the address book who is not on WhatsApp.
            new PhoneContact(Jid.Parse("5511922222222@s.whatsapp.net"), "Tio Antonio", "Antonio"),
        ]);
        self.SetBlocked(promo, block: true);
        MakeGroups(server, self, maria, joao, john);
        var phone = account.Handset;
        phone.SetPinned(Group(TeamId), pinned: true);
        phone.SetMuted(Group(ChatId), MutedUntil);
        phone.History.IsOn = true;
        phone.History.InlineBootstrap = true;
        return account;
    }

    private static PersonSpec Business(PersonSpec person) => person with
    {
        Business = new BusinessCard
        {
            Name = "Silva Comercio",
            VerifiedLevel = "high",
            Profile = new BusinessDetails
            {
                Address = "Rua Augusta 1200, Sao Paulo",
                Email = "contato@silva.example",
                Description = "Tecidos desde 1990",
                Websites = ["https://silva.example/"],
                Categories = new Dictionary<string, string> { ["133436743388217"] = "Arts & Crafts Store" },
                TimeZone = "America/Sao_Paulo",
                Hours = [new OpeningHours("mon", "specific_hours", 540, 1080), new OpeningHours("tue", "specific_hours", 540, 1080)],
            },
        },
    };

    private static void MakeGroups(SimulatorServer server, Person self, Person maria, Person joao, Person john)
    {
        server.Groups.Create(new GroupSpec
        {
            Id = TeamId,
            Subject = "WUTS Team",
            Description = "Internal coordination",
            CreatedAt = TeamMade,
            Creator = maria,
            Members = [self, joao],
            HasPicture = true,
            Announce = false,
        });
        var budi = server.People.Add(new PersonSpec { Phone = "6289876543210", Lid = "150199452311700", PushName = "Budi" });
        var hidden = server.People.Add(new PersonSpec { Phone = "6281110001110", Lid = "150199452311775", PushName = "Sari", LidIsKnown = false });
        var others = Enumerable.Range(1, ChatSize - 4).Select(number => server.People.Add(new PersonSpec
        {
            Phone = string.Create(CultureInfo.InvariantCulture, $"6281500000{number:D3}"),
            Lid = string.Create(CultureInfo.InvariantCulture, $"150199452312{number:D3}"),
        }));
        server.Groups.Create(new GroupSpec
        {
            Id = ChatId,
            Subject = "My Group Chat",
            Description = "Group description or topic",
            CreatedAt = TeamMade.AddDays(7),
            Creator = john,
            Members = [self, budi, hidden, .. others],
            Admins = [budi],
            HiddenNumbers = [hidden],
            IsLocked = true,
            Announce = false,
        });
    }

    private static Jid Group(string id) => Jid.Parse($"{id}@g.us");
}
