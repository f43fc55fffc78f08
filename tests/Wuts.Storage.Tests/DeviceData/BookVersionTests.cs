using Wuts.Core.Stores;
using Wuts.Storage.DeviceData;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;

namespace Wuts.Storage.Tests.DeviceData;

public class BookVersionTests
{
    private static readonly DateTimeOffset Noon = TestStorage.Noon;

    [Theory, EachDatabase]
    public async Task The_version_grows_once_per_commit_that_changes_a_contact_or_a_pair(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var contact = new AccountWrite.Contact(People.FullContact(People.Alice));
        var pair = new AccountWrite.PairSeen(People.Pair(People.Bob, People.BobLid), ObservationSource.Group, Noon);

        Assert.Equal(0, await data.GetBookVersionAsync(default));
        await data.Account.CommitAsync(People.Commit(contact, pair), default);
        Assert.Equal(1, await data.GetBookVersionAsync(default));
        Assert.Equal([People.Alice, People.Bob, People.BobLid], Ordered(await data.FindChangedAsync(0, default)));

        // The same again, a later sight of the same pair, and what is no part of the book.
        await data.Account.CommitAsync(People.Commit(contact, pair with { At = Noon.AddDays(2) }), default);
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Setting(AccountSetting.OwnPushName, "Me")), default);
        Assert.Equal(1, await data.GetBookVersionAsync(default));
        Assert.Equal([], await data.FindChangedAsync(1, default));

        await data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(contact.Record with { PushName = "New" })), default);
        Assert.Equal(2, await data.GetBookVersionAsync(default));
        Assert.Equal([People.Alice], await data.FindChangedAsync(1, default));
    }

    [Theory, EachDatabase]
    public async Task Deleted_contacts_and_ended_pairs_are_among_the_changes(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var pair = People.Pair(People.Bob, People.BobLid);
        await data.Account.CommitAsync(
            People.Commit(
                new AccountWrite.Contact(People.FullContact(People.Alice)), new AccountWrite.PairSeen(pair, ObservationSource.Group, Noon)),
            default);

        await data.Account.CommitAsync(
            People.Commit(new AccountWrite.Contact(new ContactRecord(People.Alice)), new AccountWrite.PairEnded(pair, Noon)), default);
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(new ContactRecord(People.Lid(77)))), default);

        Assert.Equal(2, await data.GetBookVersionAsync(default));
        Assert.Equal([People.Alice, People.Bob, People.BobLid], Ordered(await data.FindChangedAsync(1, default)));
        Assert.Empty(await People.ToListAsync(data.Account.ReadContactsAsync(default)));

        // A contact that is back is changed, not removed.
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(People.FullContact(People.Alice))), default);
        Assert.Equal([People.Alice], await data.FindChangedAsync(2, default));
    }

    [Theory, EachDatabase]
    public async Task A_cursor_older_than_the_remembered_deletions_is_too_old(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var all = Enumerable.Range(0, BookRows.MaxRemovals + 2).Select(People.Phone).ToArray();
        await data.Account.CommitAsync(
            People.Commit([.. all.Select(jid => new AccountWrite.Contact(new ContactRecord(jid) { PushName = "P" }))]), default);
        await data.Account.CommitAsync(People.Commit(Blank(all[0]), Blank(all[1])), default);
        Assert.Equal(2, (await data.FindChangedAsync(1, default))!.Count);

        await data.Account.CommitAsync(People.Commit([.. all.Skip(2).Select(Blank)]), default);

        Assert.Null(await data.FindChangedAsync(1, default));
        Assert.Equal(BookRows.MaxRemovals, (await data.FindChangedAsync(2, default))!.Count);
    }

    [Theory, EachDatabase]
    public async Task Forgetting_the_account_leaves_a_version_that_outdates_every_cursor(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(People.FullContact(People.Alice))), default);

        await data.DeleteAccountDataAsync(default);

        Assert.Equal(2, await data.GetBookVersionAsync(default));
        Assert.Null(await data.FindChangedAsync(1, default));
        Assert.Equal([], await data.FindChangedAsync(2, default));
        Assert.Empty(await People.ToListAsync(data.Account.ReadContactsAsync(default)));
    }

    [Theory, EachDatabase]
    public async Task A_pending_edit_and_the_name_that_it_sets_are_stored_together(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var first = new PendingEdit(People.Alice, "Al", "Al Ice", Noon);
        var second = first with { FullName = "Al Ice II", At = Noon.AddSeconds(1) };
        var other = new PendingEdit(People.Bob, "Bob", "Bob", Noon.AddTicks(5));

        await data.SavePendingEditAsync(first, People.FullContact(People.Alice), default);
        await data.SavePendingEditAsync(second, People.FullContact(People.Alice) with { ChatTitle = "2" }, default);
        await data.SavePendingEditAsync(other, People.FullContact(People.Bob), default);
        await data.RemovePendingEditAsync(first, default);
        Assert.Equal([other, second], await data.LoadPendingEditsAsync(default));
        Assert.Equal(3, await data.GetBookVersionAsync(default));

        await data.RemovePendingEditAsync(second, default);
        Assert.Equal([other], await data.LoadPendingEditsAsync(default));
    }

    [Theory, EachDatabase]
    public async Task Of_two_edits_of_the_same_moment_only_the_one_that_is_named_is_removed(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var first = new PendingEdit(People.Alice, "Al", "Al Ice", Noon);
        var second = first with { FirstName = "Ali" };

        await data.SavePendingEditAsync(first, People.FullContact(People.Alice), default);
        await data.SavePendingEditAsync(second, People.FullContact(People.Alice), default);
        await data.RemovePendingEditAsync(first, default);

        Assert.Equal([second], await data.LoadPendingEditsAsync(default));
    }

    [Theory, EachDatabase]
    public async Task A_person_counts_as_changed_when_an_edit_goes_that_hid_another_name(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var edit = new PendingEdit(People.Alice, "Al", "Al Ice", Noon);
        var contact = new ContactRecord(People.Alice) { AddressBook = edit.Names };
        var overwritten = contact with { AddressBook = new("By Phone", "By") };

        await data.SavePendingEditAsync(edit, contact, default);
        await data.RemovePendingEditAsync(edit, default);
        Assert.Equal(1, await data.GetBookVersionAsync(default));

        await data.SavePendingEditAsync(edit, contact, default);
        await data.Account.CommitAsync(People.Commit(new AccountWrite.Contact(overwritten)), default);
        Assert.Equal(2, await data.GetBookVersionAsync(default));
        await data.RemovePendingEditAsync(edit, default);
        Assert.Equal([People.Alice], await data.FindChangedAsync(2, default));
        Assert.Equal(3, await data.GetBookVersionAsync(default));
    }

    [Theory, EachDatabase]
    public async Task A_person_counts_as_changed_when_an_edit_gives_way_to_one_whose_name_is_stored(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var (_, _, data) = await test.AddOwnedDeviceAsync();
        var edit = new PendingEdit(People.Alice, "Al", "Al Ice", Noon);
        var back = edit with { FirstName = "Ali", At = Noon.AddSeconds(1) };
        var contact = new ContactRecord(People.Alice) { AddressBook = edit.Names };

        await data.SavePendingEditAsync(edit, contact, default);
        await data.SavePendingEditAsync(back, contact, default);

        Assert.Equal([People.Alice], await data.FindChangedAsync(1, default));
    }

    private static AccountWrite.Contact Blank(Jid jid) => new(new ContactRecord(jid));

    private static List<Jid> Ordered(IReadOnlyList<Jid>? jids) => [.. jids!.OrderBy(jid => jid.ToString(), StringComparer.Ordinal).OrderBy(jid => jid.IsLid)];
}
