using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.DeviceData;

/// <summary>People that tests speak of.</summary>
internal static class People
{
    public static readonly Jid Alice = Phone(1);
    public static readonly Jid AliceLid = Lid(1);
    public static readonly Jid Bob = Phone(2);
    public static readonly Jid BobLid = Lid(2);
    public static readonly Jid Group = Jid.Parse("120363021234567890@g.us");

    public static Jid Phone(int i) => Jid.Parse($"4917{i:D8}@s.whatsapp.net");

    public static Jid Lid(int i) => Jid.Parse($"1{i:D14}@lid");

    public static AddressPair Pair(Jid phone, Jid lid)
    {
        Assert.True(AddressPair.TryCreate(phone, lid, out var pair));
        return pair;
    }

    public static ContactRecord FullContact(Jid jid) => new(jid)
    {
        AddressBook = new ContactNames("Alice Müller 🙂", "Alice", "alice"),
        SavedOnPhone = true,
        LidEntry = new ContactNames(null, null, "al.ice"),
        OutEntry = default(ContactNames),
        PushName = "Ali\u200d\u202e",
        PushNameAt = TestStorage.Noon.AddTicks(3),
        ChatTitle = "'; DROP TABLE wuts_contacts; --",
        BusinessName = "Größe GmbH",
        BusinessIssuer = "ent:wa",
        Username = "ali",
    };

    public static AccountCommit Commit(params AccountWrite[] writes)
    {
        var commit = new AccountCommit();
        foreach (var write in writes)
        {
            commit.Add(write);
        }

        return commit;
    }

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> rows)
    {
        var found = new List<T>();
        await foreach (var row in rows)
        {
            found.Add(row);
        }

        return found;
    }
}
