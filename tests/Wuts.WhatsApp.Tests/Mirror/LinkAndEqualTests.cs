using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Stores;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>A device that was linked comes to know what the phone and the network know about its account, and only that.</summary>
public sealed class LinkAndEqualTests
{
    [Fact]
    public async Task Account_with_ten_thousand_contacts_and_fifty_groups_is_mirrored_field_by_field()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(10_000);
        scene.Save(people);
        Populate(scene, people);
        scene.Account.Handset.History.IsOn = true;
        scene.Account.Handset.History.ChatsPerBlob = 2500;
        var familiar = new Familiar();
        familiar.LearnHistory(scene);
        var watch = new EventWatch();
        var store = new MortalStore(new InMemoryWhatsAppStore(), []) { Written = watch.Nudge };

        await using var client = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch, familiar);

        scene.AssertNothingRefused();
        foreach (var collection in (AppStateCollection[])
            [AppStateCollection.CriticalBlock, AppStateCollection.CriticalUnblockLow, AppStateCollection.RegularLow])
        {
            // Complete means stored, and is said once per collection with its version.
            var synced = Assert.Single(watch.Changes.OfType<AccountEvent.CollectionSynced>(), e => e.Collection == collection);
            Assert.Equal((await store.Account.LoadStateAsync(collection, default)).Version, synced.Version);
        }
    }

    [Fact]
    public async Task Device_that_is_linked_again_into_the_same_store_is_equal_again()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(30);
        scene.Save(people);
        Populate(scene, people);
        var watch = new EventWatch();
        var store = new InMemoryWhatsAppStore();
        var first = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch);

        await first.LogoutAsync().Within();
        scene.Account.Handset.AddressBook.Remove(people[0].Jid);
        scene.Account.Handset.AddressBook.Rename(people[1].Jid, "Another name");
        await first.DisposeAsync();
        await using var second = await scene.LinkAsync(watch, store);

        await scene.MirroredAsync(store, watch);
        scene.AssertNothingRefused();
    }

    [Fact]
    public async Task Client_that_was_logged_out_and_links_itself_again_reads_everything_again()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(5);
        scene.Save(people);
        var watch = new EventWatch();
        var store = new InMemoryWhatsAppStore();
        await using var client = await scene.LinkAsync(watch, store);
        await scene.MirroredAsync(store, watch);

        await client.LogoutAsync().Within();
        scene.Account.Handset.AddressBook.Rename(people[1].Jid, "Another name");
        await scene.PairAsync(client);

        await scene.MirroredAsync(store, watch);
    }

    [Fact]
    public async Task Comparison_tells_what_differs()
    {
        await using var scene = await MirrorScene.StartAsync();
        var people = scene.AddPeople(3);
        scene.Save(people);
        var watch = new EventWatch();
        var store = new InMemoryWhatsAppStore();
        await using (await scene.LinkAsync(watch, store))
        {
            await scene.MirroredAsync(store, watch);
        }

        scene.Account.Handset.AddressBook.Rename(people[0].Jid, "Another name");
        scene.Owner.SetBlocked(people[1], true);
        var differences = await AccountComparison.DifferencesAsync(store.Account, scene, new Familiar());

        Assert.Contains(differences, d => d.StartsWith($"{people[0].Jid}, address book: expected", StringComparison.Ordinal));
        Assert.Contains($"{people[1].Lid}, blocked: expected 'True', is 'False'", differences);
        Assert.Contains(differences, d => d.StartsWith("critical_unblock_low, version", StringComparison.Ordinal));
    }

    /// <summary>Groups of every kind, a block list, entries of other kinds.</summary>
    internal static void Populate(MirrorScene scene, Person[] people)
    {
        var owner = scene.Owner;
        var strangers = scene.AddPeople(20);
        var community = scene.Server.Groups.Create(new GroupSpec { Creator = owner, IsCommunity = true, Subject = "Community" });
        for (var i = 0; i < 50; i++)
        {
            var group = scene.Server.Groups.Create(new GroupSpec
            {
                Creator = i % 3 == 0 ? owner : people[i % people.Length],
                Members = [owner, .. people.Skip(i % people.Length).Take(8), strangers[i % strangers.Length]],
                Subject = $"Group {i} ñ – \"quoted\"",
                Description = i % 2 == 0 ? $"About {i}" : null,
                LidAddressing = i % 5 != 0,
                IsAnnouncement = i % 7 == 0,
                IsLocked = i % 11 == 0,
                NeedsApproval = i % 13 == 0,
                IsIncognito = i % 9 == 0,
                DisappearingTimer = i % 4 == 0 ? TimeSpan.FromDays(7) : TimeSpan.Zero,
                Community = i % 10 == 1 ? community : null,
            });
            group.SetNumberHidden(strangers[i % strangers.Length], i % 2 == 1);
        }

        foreach (var person in people.Take(5).Concat(strangers.Take(5)))
        {
            owner.SetBlocked(person, true);
        }

        var book = scene.Account.Handset.AddressBook;
        book.AddRange(
        [
            new PhoneContact(strangers[0].Lid, "By LID", "By", "bylid") { Kind = ContactKind.LidContact },
            new PhoneContact(strangers[1].Jid, "From another app", "From") { Kind = ContactKind.OutContact },
            new PhoneContact(strangers[2].Lid, "LID with number", Alternative: strangers[2].Jid),
            new PhoneContact(strangers[3].Jid) { OnPhone = false },
        ]);
    }
}
