using System.Globalization;
using Wuts.Simulator.Generation;

namespace Wuts.Simulator;

/// <summary>
/// Makes a world around an account: people with names, numbers, LIDs and profiles, an address book, groups, a block list. The
/// same plan in an empty world makes the same. Linked devices hear of contacts through app state, and of blocks; the rest was
/// there before.
/// </summary>
public sealed class WorldGenerator
{
    private const ulong Numbers = 100_000_000;
    private const ulong Lids = 80_000_000_000_000;
    private const ulong FirstLid = 110_000_000_000_000;
    private const string NumberPrefix = "4915";

    private readonly SimulatorServer _server;
    private readonly WorldPlan _plan;
    private ulong _made;

    private WorldGenerator(SimulatorServer server, WorldPlan plan)
    {
        _server = server;
        _plan = plan;
    }

    /// <summary>Makes what a plan says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the plan is out of its range.</exception>
    public static WorldOutcome Populate(SimulatorServer server, Account account, WorldPlan plan)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        return new WorldGenerator(server, plan).Populate(account);
    }

    private WorldOutcome Populate(Account account)
    {
        var self = _server.People.Of(account);
        var contacts = MakePeople(_plan.Contacts);

        // Groups draw from a circle of people that is large enough for the largest of them.
        var needed = _plan.Groups == 0 ? 0 : Math.Max(_plan.GroupMembers - 1 - _plan.Contacts, 0);
        var strangers = MakePeople(Math.Max(_plan.Strangers, needed));
        Save(account, self, contacts);
        Person[] circle = [.. contacts, .. strangers];
        var groups = MakeGroups(self, circle);
        for (var i = 0; i < Math.Min(_plan.Blocked, circle.Length); i++)
        {
            // From the end, so that strangers come first.
            self.SetBlocked(circle[^(i + 1)], block: true);
        }

        return new WorldOutcome(contacts, strangers, groups);
    }

    private Person[] MakePeople(int count)
    {
        var people = new Person[count];
        for (var i = 0; i < count; i++)
        {
            people[i] = MakePerson();
        }

        return people;
    }

    private Person MakePerson()
    {
        while (true)
        {
            var number = _made++;
            var draw = Mix(_plan.Seed, number);
            var phone = NumberPrefix + Permute(number, Numbers, 61_803_399).ToString("D8", CultureInfo.InvariantCulture);
            var lid = (FirstLid + Permute(number, Lids, 48_154_848_154_847)).ToString(CultureInfo.InvariantCulture);
            if (_server.People.IsTaken(phone, lid))
            {
                continue;
            }

            var given = NameList.GivenName(draw);
            var person = _server.People.Add(new PersonSpec
            {
                Phone = phone,
                Lid = lid,
                PushName = given,
                About = NameList.About(draw >> 8),
                HasPicture = Percent(draw >> 16) < _plan.PicturePercent,
                Business = Percent(draw >> 24) < _plan.BusinessPercent
                    ? new BusinessCard { Name = $"{NameList.FamilyName(draw >> 32)} & Co", Profile = new BusinessDetails { Description = "Since 1990" } }
                    : null,
            });
            if (Percent(draw >> 40) < _plan.PrivatePercent)
            {
                person.Privacy.Set(PrivacySettings.Picture, PrivacySettings.Contacts);
                person.Privacy.Set(PrivacySettings.About, PrivacySettings.Contacts);
            }

            return person;
        }
    }

    private void Save(Account account, Person self, Person[] people)
    {
        var entries = new PhoneContact[people.Length];
        for (var i = 0; i < people.Length; i++)
        {
            var draw = Mix(_plan.Seed ^ 0xC0, (ulong)i);
            var given = people[i].PushName ?? NameList.GivenName(draw);
            entries[i] = new PhoneContact(people[i].Jid, $"{given} {NameList.FamilyName(draw)}", given, Alternative: people[i].Lid);
            if (Percent(draw >> 32) < _plan.MutualPercent)
            {
                people[i].AddContact(self);
            }
        }

        if (entries.Length > 0)
        {
            _server.ContactsOf(account).Save(entries);
        }
    }

    private Group[] MakeGroups(Person self, Person[] circle)
    {
        var groups = new Group[_plan.Groups];
        for (var i = 0; i < groups.Length; i++)
        {
            var draw = Mix(_plan.Seed ^ 0x6E, (ulong)i);
            var others = Math.Min(Math.Max(_plan.GroupMembers - 1, 0), circle.Length);
            var first = circle.Length == 0 ? 0 : (int)(draw % (ulong)circle.Length);
            var members = Enumerable.Range(0, others).Select(offset => circle[(first + offset) % circle.Length]);
            groups[i] = _server.Groups.Create(new GroupSpec
            {
                // Every fourth group is the account's own, every eighth is known by numbers.
                Creator = i % 4 == 0 || others == 0 ? self : circle[first],
                Members = members.Append(self),
                Subject = string.Create(CultureInfo.InvariantCulture, $"{NameList.Topic(draw >> 32)} {i + 1}"),
                Description = i % 3 == 0 ? "What we talk about" : null,
                LidAddressing = i % 8 != 7,
                IsAnnouncement = i % 10 == 9,
                HasPicture = Percent(draw >> 16) < _plan.PicturePercent,
                Announce = false,
            });
        }

        return groups;
    }

    private static int Percent(ulong draw) => (int)(draw % 100);

    // Runs through all numbers below the limit in an order that looks random and repeats none: the factor has no divisor in common with it.
    private ulong Permute(ulong number, ulong limit, ulong factor) =>
        (ulong)(((UInt128)number * factor + (Mix(_plan.Seed, limit) % limit)) % limit);

    private static ulong Mix(ulong seed, ulong number)
    {
        var value = (seed * 0x9E3779B97F4A7C15) + (number * 0xD1B54A32D192ED03) + 0x632BE59BD9B4E019;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
