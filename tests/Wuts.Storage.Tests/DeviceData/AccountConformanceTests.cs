using System.Globalization;
using System.Text;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Storage.Tests.DeviceData;

/// <summary>The same commits lead to the same reads as in the client's own store, whatever the commits are.</summary>
public class AccountConformanceTests
{
    [Theory, EachDatabase]
    public async Task Random_commits_read_as_they_do_from_memory(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        for (var seed = 0; seed < 3; seed++)
        {
            var (_, _, data) = await test.AddOwnedDeviceAsync();
            var memory = new InMemoryAccountStore();
            var random = new Random(seed);
            var current = new Dictionary<Jid, AddressPair>();
            for (var round = 0; round < 12; round++)
            {
                var commit = RandomCommit(random, current);
                await memory.CommitAsync(commit, default);
                await data.Account.CommitAsync(commit, default);
            }

            Assert.Equal(await DescribeAsync(memory), await DescribeAsync(data.Account));
        }
    }

    private static AccountCommit RandomCommit(Random random, Dictionary<Jid, AddressPair> current)
    {
        var commit = new AccountCommit();
        for (var i = random.Next(1, 60); i > 0; i--)
        {
            foreach (var write in RandomWrites(random, current))
            {
                commit.Add(write);
            }
        }

        return commit;
    }

    // The mirror ends a pair before it opens another with the same address; so does this.
    private static IEnumerable<AccountWrite> RandomWrites(Random random, Dictionary<Jid, AddressPair> current)
    {
        var (phone, lid) = (People.Phone(random.Next(8)), People.Lid(random.Next(8)));
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                yield return new AccountWrite.Contact(RandomContact(random, random.Next(2) == 0 ? phone : lid));
                break;
            case 3 or 4:
                foreach (var jid in (Jid[])[phone, lid])
                {
                    if (current.TryGetValue(jid, out var old) && old != People.Pair(phone, lid))
                    {
                        current.Remove(old.Phone);
                        current.Remove(old.Lid);
                        yield return new AccountWrite.PairEnded(old, Time(random));
                    }
                }

                current[phone] = current[lid] = People.Pair(phone, lid);
                yield return new AccountWrite.PairSeen(People.Pair(phone, lid), (ObservationSource)random.Next(11), Time(random));
                break;
            case 5:
                yield return new AccountWrite.Token(phone, new PrivacyToken(RandomBytes(random), Time(random)));
                break;
            case 6:
                yield return new AccountWrite.Group(RandomGroup(random));
                break;
            case 7:
                var group = RandomGroup(random).Jid;
                yield return random.Next(2) == 0 ? new AccountWrite.GroupLeft(group) : new AccountWrite.GroupStale(group);
                break;
            case 8:
                yield return new AccountWrite.BlockedPeople(
                    new Blocklist([new(phone, null), new(null, lid), new(phone, lid)], random.Next(100).ToString(CultureInfo.InvariantCulture)));
                break;
            case 9:
                yield return new AccountWrite.Setting((AccountSetting)random.Next(6), random.Next(3) == 0 ? null : Text(random));
                break;
            case 10:
                yield return random.Next(2) == 0 ? new AccountWrite.LookupDue(phone) : new AccountWrite.LookupDone(phone);
                break;
            default:
                var id = $"message {random.Next(4)}";
                yield return random.Next(3) == 0
                    ? new AccountWrite.HistoryDone(id)
                    : new AccountWrite.HistoryQueued(new HistoryTask(
                        random.Next(6), id, RandomBytes(random), random.Next(2) == 0 ? null : Time(random), random.Next(2) == 0, random.Next(2) == 0));
                break;
        }
    }

    private static ContactRecord RandomContact(Random random, Jid jid) => random.Next(4) == 0
        ? new ContactRecord(jid)
        : new ContactRecord(jid)
        {
            AddressBook = random.Next(2) == 0 ? null : new ContactNames(Text(random), Text(random), Text(random)),
            SavedOnPhone = random.Next(2) == 0,
            LidEntry = random.Next(2) == 0 ? null : new ContactNames(Text(random), null),
            OutEntry = random.Next(2) == 0 ? null : default(ContactNames),
            PushName = Text(random),
            PushNameAt = random.Next(2) == 0 ? null : Time(random),
            ChatTitle = Text(random),
            BusinessName = Text(random),
            BusinessIssuer = Text(random),
            Username = Text(random),
        };

    private static GroupInfo RandomGroup(Random random) => new()
    {
        Jid = Jid.Parse($"12036302123456789{random.Next(4)}@g.us"),
        Subject = Text(random) ?? "",
        SubjectSetAt = Time(random),
        SubjectSetBy = People.Lid(random.Next(8)),
        Creator = People.Phone(3),
        Description = Text(random),
        IsAnnounce = random.Next(2) == 0,
        IsLocked = random.Next(2) == 0,
        Ephemeral = TimeSpan.FromSeconds(random.Next(100)),
        JoinApproval = random.Next(2) == 0,
        LinkedParent = random.Next(2) == 0 ? null : People.Group,
        Size = random.Next(100),
        Members =
        [
            .. Enumerable.Range(0, random.Next(5)).Select(
                i => new GroupMember(People.Lid(i), People.Phone(i), null, (GroupRole)random.Next(3), Text(random), Text(random))),
        ],
    };

    private static string? Text(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => "Zoë 👩‍👩‍👧 \"quoted\" \\ '",
        2 => "",
        _ => new string((char)('a' + random.Next(26)), random.Next(1, 40)),
    };

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static DateTimeOffset Time(Random random) => TestStorage.Noon.AddTicks(random.NextInt64(TimeSpan.TicksPerDay));

    private static async Task<string> DescribeAsync(IAccountStore store)
    {
        var text = new StringBuilder();
        var jids = Enumerable.Range(0, 8).SelectMany(i => (Jid[])[People.Phone(i), People.Lid(i)]).ToArray();
        Lines(text, (await People.ToListAsync(store.ReadContactsAsync(default))).Select(Describe));
        Lines(text, (await store.FindContactsAsync([.. jids, .. jids], default)).Select(Describe).Distinct());
        Lines(text, (await People.ToListAsync(store.ReadPairsAsync(default))).Select(pair => $"{pair}"));
        Lines(text, (await store.FindPairsAsync(jids, default)).Select(pair => $"{pair}"));
        Lines(text, (await store.LoadDueLookupsAsync(100, default)).Select(jid => jid.ToString()));
        foreach (var jid in jids)
        {
            var token = await store.FindTokenAsync(jid, default);
            text.AppendLine(CultureInfo.InvariantCulture, $"{token?.Timestamp.UtcTicks} {Convert.ToHexString((token?.Bytes ?? default).Span)}");
        }

        var groups = await People.ToListAsync(store.ReadGroupsAsync(default));
        Lines(text, groups.Select(Describe));
        foreach (var group in groups)
        {
            Assert.Equal(Describe(group), Describe((await store.FindGroupAsync(group.Info.Jid, default))!));
        }

        var blocked = await store.LoadBlocklistAsync(default);
        text.AppendLine(CultureInfo.InvariantCulture, $"{blocked?.Hash} {string.Join(", ", blocked?.People ?? [])}");
        foreach (var setting in Enum.GetValues<AccountSetting>())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{setting} = {await store.FindSettingAsync(setting, default) ?? "(none)"}");
        }

        foreach (var task in await store.LoadHistoryTasksAsync(default))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{task.Order} {task.MessageId} {Convert.ToHexString(task.Notification.Span)} {task.AskedAgainAt:O} {task.IsAwaited}");
        }

        return text.ToString();
    }

    private static string Describe(ContactRecord contact) => string.Create(
        CultureInfo.InvariantCulture,
        $"{contact.Jid} {Describe(contact.AddressBook)} {contact.SavedOnPhone} {Describe(contact.LidEntry)} {Describe(contact.OutEntry)} {contact.PushName ?? "-"} {contact.PushNameAt?.UtcTicks} {contact.ChatTitle ?? "-"} {contact.BusinessName ?? "-"} {contact.Username ?? "-"} {contact.BusinessIssuer ?? "-"}");

    private static string Describe(ContactNames? names) =>
        names is { } value ? $"[{value.FullName ?? "-"}|{value.FirstName ?? "-"}|{value.Username ?? "-"}]" : "none";

    private static string Describe(GroupRecord group) =>
        $"{group.IsJoined} {group.IsStale} {group.Info with { Members = [] }} {string.Join(";", group.Info.Members)}".Replace(
            "System.Collections.Generic.List`1[Wuts.WhatsApp.Queries.GroupMember]", "", StringComparison.Ordinal);

    private static void Lines(StringBuilder text, IEnumerable<string> lines) =>
        text.AppendJoin('\n', lines.Order(StringComparer.Ordinal)).AppendLine().AppendLine("--");
}
