using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;

namespace Wuts.WhatsApp.Tests.Mirror;

public class HashedPeopleTests
{
    [Fact]
    public async Task New_value_counts_for_nobody_when_several_people_have_the_hash()
    {
        var (one, other) = TwoWithOneHash();
        var store = await StoreWithAsync(one, other, Jid.Parse("15550009999@s.whatsapp.net"));
        var who = new ContactRef(null, ContactHash.Of(one));

        var resolved = await HashedPeople.ResolveAsync(store, Telling(new NotificationItem.PictureSet(who, "17", null)), default);

        Assert.Equal(
            new[] { one, other }.Select(jid => new NotificationItem.ContactChanged(new ContactRef(jid, null))).ToHashSet(),
            resolved.Items.Cast<NotificationItem.ContactChanged>().ToHashSet());
    }

    [Fact]
    public async Task Addresses_that_are_too_long_for_a_hash_are_passed_over()
    {
        var one = Jid.Parse("15550001111@s.whatsapp.net");
        var store = await StoreWithAsync(new Jid(new string('9', ContactHash.LongestUser + 1), JidServers.Lid), one);
        var who = new ContactRef(null, ContactHash.Of(one));

        var resolved = await HashedPeople.ResolveAsync(store, Telling(new NotificationItem.BusinessRemoved(who)), default);

        Assert.Equal([new NotificationItem.BusinessRemoved(new ContactRef(one, null))], resolved.Items);
    }

    private static Notification Telling(NotificationItem item) => new("1", "picture", Jid.WhatsApp, null, Offline: false, [item], []);

    // A hash has 24 bits: among some thousands of numbers two have the same.
    private static (Jid One, Jid Other) TwoWithOneHash()
    {
        var seen = new Dictionary<string, Jid>(StringComparer.Ordinal);
        for (var number = 15_550_000_000; ; number++)
        {
            var jid = PhoneNumber.Parse($"{number}").ToJid();
            if (!seen.TryAdd(ContactHash.Of(jid), jid))
            {
                return (seen[ContactHash.Of(jid)], jid);
            }
        }
    }

    private static async Task<InMemoryAccountStore> StoreWithAsync(params Jid[] people)
    {
        var commit = new AccountCommit();
        foreach (var jid in people)
        {
            commit.Add(new AccountWrite.Contact(new ContactRecord(jid) { PushName = "x" }));
        }

        var store = new InMemoryAccountStore();
        await store.CommitAsync(commit, default);
        return store;
    }
}
