using Wuts.Testing;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;

namespace Wuts.WhatsApp.Tests.Mirror;

public class AccountLearningTests
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jid Alice = Jid.Parse("491700000001@s.whatsapp.net");
    private static readonly Jid AliceLid = Jid.Parse("100000000000001@lid");
    private static readonly Jid OtherLid = Jid.Parse("100000000000010@lid");
    private static readonly Jid Group = Jid.Parse("120363021234567890@g.us");
    private static readonly AddressPair Own = Pair(Jid.Parse("491700000000@s.whatsapp.net"), Jid.Parse("100000000000099@lid"));

    private readonly InMemoryAccountStore _store = new();
    private readonly List<AccountEvent> _events = [];
    private readonly AccountMirror _mirror;

    public AccountLearningTests() => _mirror = new AccountMirror(
        _store,
        (raised, _) =>
        {
            _events.Add(raised);
            return ValueTask.CompletedTask;
        },
        () => Own);

    [Fact]
    public async Task History_names_titles_and_pairs_are_kept_by_source()
    {
        await LearnHistoryAsync(
            new HistoryItem.PushName(Alice, "Ali", HistoryNameSource.List),
            new HistoryItem.ChatTitle(Alice, "Alice Doe"),
            new HistoryItem.IdentityPair(Alice, AliceLid, HistoryPairSource.MappingList),
            new HistoryItem.InlineContact(Alice, AliceLid, "Alice Example", "Alice", null));

        var contact = await ContactAsync(Alice);
        Assert.Equal(("Ali", "Alice Doe", "Alice Example"), (contact.PushName, contact.ChatTitle, contact.AddressBook?.FullName));
        Assert.Equal(Pair(Alice, AliceLid), Assert.Single(await _store.FindPairsAsync([AliceLid], default)).Pair);
        Assert.Contains(new AccountEvent.PairLearned(Pair(Alice, AliceLid), ObservationSource.History), _events);
    }

    [Fact]
    public async Task History_that_is_read_twice_changes_nothing()
    {
        HistoryItem[] items =
        [
            new HistoryItem.PushName(Alice, "Ali", HistoryNameSource.List),
            new HistoryItem.IdentityPair(Alice, AliceLid, HistoryPairSource.Conversation),
        ];
        await LearnHistoryAsync(items);
        _events.Clear();

        await LearnHistoryAsync(items);

        Assert.Empty(_events);
    }

    [Fact]
    public async Task Live_push_name_is_not_replaced_by_history()
    {
        await EditAsync(editor => editor.PushName(Alice, "Alice now", Noon));

        await LearnHistoryAsync(new HistoryItem.PushName(Alice, "Alice then", HistoryNameSource.List));

        Assert.Equal("Alice now", (await ContactAsync(Alice)).PushName);
    }

    [Fact]
    public async Task Older_push_name_does_not_replace_a_newer_one_and_a_newer_one_is_told()
    {
        await EditAsync(editor => editor.PushName(Alice, "B", Noon));
        await EditAsync(editor => editor.PushName(Alice, "A", Noon.AddDays(-1)));
        await EditAsync(editor => editor.PushName(Alice, "C", Noon.AddDays(1)));

        Assert.Equal("C", (await ContactAsync(Alice)).PushName);
        Assert.Equal(
            [new AccountEvent.PushNameChanged(Alice, null, "B"), new AccountEvent.PushNameChanged(Alice, "B", "C")], _events);
    }

    [Fact]
    public async Task Removed_entry_takes_its_name_and_leaves_the_push_name()
    {
        await EditAsync(editor =>
        {
            editor.Apply(new AppStateChange.ContactSet(Alice, new ContactNames("Alice Example", "Alice"), AliceLid, null, true));
            editor.PushName(Alice, "Ali", Noon);
        });

        await EditAsync(editor => editor.Apply(new AppStateChange.ContactRemoved(Alice)));

        var contact = await ContactAsync(Alice);
        Assert.False(contact.IsSaved);
        Assert.Equal("Ali", contact.PushName);
    }

    [Fact]
    public async Task Contact_about_which_nothing_is_known_any_more_is_deleted()
    {
        await EditAsync(editor => editor.Apply(new AppStateChange.ContactSet(Alice, new ContactNames("A", null), null, null, false)));
        await EditAsync(editor => editor.Apply(new AppStateChange.ContactRemoved(Alice)));

        Assert.Empty(await _store.FindContactsAsync([Alice], default));
    }

    [Fact]
    public async Task Number_that_moves_to_another_lid_ends_the_pair_and_is_told()
    {
        await _mirror.LearnPairsAsync([new Observation(Pair(Alice, AliceLid), ObservationSource.Group, Noon)], default);

        await _mirror.LearnPairsAsync([new Observation(Pair(Alice, OtherLid), ObservationSource.UserQuery, Noon)], default);

        Assert.Equal(Pair(Alice, OtherLid), Assert.Single(await _store.FindPairsAsync([Alice], default)).Pair);
        Assert.Empty(await _store.FindPairsAsync([AliceLid], default));
        Assert.Equal((Pair(Alice, AliceLid), Noon), Assert.Single(_store.EndedPairs));
        Assert.Equal(new AccountEvent.PhoneReassigned(Pair(Alice, OtherLid), Pair(Alice, AliceLid)), _events[^1]);
    }

    [Fact]
    public async Task Contradiction_of_a_weak_source_is_asked_about_and_changes_nothing()
    {
        var lookUps = 0;
        _mirror.LookUp = () => lookUps++;
        await _mirror.LearnPairsAsync([new Observation(Pair(Alice, AliceLid), ObservationSource.UserQuery, Noon)], default);

        await _mirror.LearnPairsAsync([new Observation(Pair(Alice, OtherLid), ObservationSource.MessageHeader, Noon)], default);

        Assert.Equal(1, lookUps);
        Assert.Equal([Alice], await _store.LoadDueLookupsAsync(10, default));
        Assert.Equal(Pair(Alice, AliceLid), Assert.Single(await _store.FindPairsAsync([Alice], default)).Pair);
    }

    [Fact]
    public async Task Group_follows_its_notifications()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, Subject = "Old", MembersVersion = "1", Members = [Member(Alice)] });

        await NotifyAsync(new GroupChange.Subject("New", Noon, Alice));
        await NotifyAsync(new GroupChange.Added([Member(AliceLid)], "1", "2"));
        await NotifyAsync(new GroupChange.Promoted([Member(Alice)]));
        await NotifyAsync(new GroupChange.Removed([Member(AliceLid)], "2", "3"));

        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.Equal(("New", "3", 1), (record.Info.Subject, record.Info.MembersVersion, record.Info.Size));
        Assert.Equal(GroupRole.Admin, Assert.Single(record.Info.Members).Role);
        Assert.False(record.IsStale);
    }

    [Fact]
    public async Task Missed_member_change_makes_the_group_stale()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, MembersVersion = "1" });

        await NotifyAsync(new GroupChange.Added([Member(Alice)], "2", "3"));

        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.True(record.IsStale);
        Assert.Empty(record.Info.Members);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("1")]
    public async Task Member_change_that_is_told_again_or_is_older_than_what_was_read_changes_nothing(string version)
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, MembersVersion = "2", Members = [Member(Alice)] });
        _events.Clear();

        await NotifyAsync(new GroupChange.Removed([Member(Alice)], "0", version));
        await NotifyAsync(new GroupChange.Removed([Member(Own.Lid)], "0", version));

        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.Equal((true, false, 1), (record.IsJoined, record.IsStale, record.Info.Members.Count));
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Change_of_a_group_that_was_left_does_not_join_it_again()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, Subject = "Old" });
        await NotifyAsync(new GroupChange.Removed([Member(Own.Lid)], null, null));

        var needs = await NotifyAsync(new GroupChange.Subject("New", Noon, Alice));

        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.Equal((false, true, RefreshNeeds.StaleGroups), (record.IsJoined, record.IsStale, needs));
    }

    [Fact]
    public async Task List_does_not_overrule_what_was_told_while_it_was_asked_for()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, Subject = "Old" });
        await NotifyAsync(new GroupChange.Subject("New", Noon, Alice));

        await LearnGroupsAsync([Group], new GroupInfo { Jid = Group, Subject = "Old" });

        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.Equal(("New", true), (record.Info.Subject, record.IsStale));
    }

    [Fact]
    public async Task Block_list_that_has_to_be_read_is_remembered_with_the_notification()
    {
        await NotifyAsync(new NotificationItem.BlocklistStale());

        Assert.NotNull(await _store.FindSettingAsync(AccountSetting.BlocklistIsStale, default));
    }

    [Fact]
    public async Task Block_list_change_that_is_told_again_changes_nothing()
    {
        var blocked = new BlockedPerson(null, AliceLid);
        await WriteAsync(new AccountWrite.BlockedPeople(new Blocklist([], "1")));
        await NotifyAsync(new NotificationItem.BlocklistModified([blocked], [], "2", "1"));
        _events.Clear();

        var needs = await NotifyAsync(new NotificationItem.BlocklistModified([blocked], [], "2", "1"));

        Assert.Equal(RefreshNeeds.None, needs);
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Commit_carries_the_events_that_follow_it()
    {
        var draft = new AccountDraft();
        await _mirror.LearnAsync(
            draft,
            async filled =>
            {
                var editor = await ContactEditor.LoadAsync(_store, [Alice], default);
                editor.PushName(Alice, "Ali", Noon);
                editor.Finish(filled);
            },
            default);

        Assert.Equal([new AccountEvent.PushNameChanged(Alice, null, "Ali")], draft.Commit.Events);
        Assert.Equal(draft.Commit.Events, _events);
    }

    [Fact]
    public async Task Group_that_is_missing_in_the_complete_list_was_left()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group, Subject = "Gone" });
        _events.Clear();

        await LearnGroupsAsync();

        Assert.Equal([new AccountEvent.GroupLeft(Group)], _events);
        var record = (await _store.FindGroupAsync(Group, default))!;
        Assert.False(record.IsJoined);
        Assert.Equal("Gone", record.Info.Subject);
    }

    [Fact]
    public async Task Own_removal_leaves_the_group()
    {
        await LearnGroupsAsync(new GroupInfo { Jid = Group });

        await NotifyAsync(new GroupChange.Removed([Member(Own.Lid)], null, null));

        Assert.False((await _store.FindGroupAsync(Group, default))!.IsJoined);
    }

    [Fact]
    public async Task Blocklist_change_applies_only_to_the_list_it_builds_on()
    {
        var blocked = new BlockedPerson(null, AliceLid);
        await WriteAsync(new AccountWrite.BlockedPeople(new Blocklist([], "1")));

        var needs = await NotifyAsync(new NotificationItem.BlocklistModified([blocked], [], "2", "1"));
        Assert.Equal(RefreshNeeds.None, needs);
        Assert.Equal([blocked], (await _store.LoadBlocklistAsync(default))!.People);

        needs = await NotifyAsync(new NotificationItem.BlocklistModified([], [blocked], "9", "8"));
        Assert.Equal(RefreshNeeds.Blocklist, needs);
        Assert.Equal("2", (await _store.LoadBlocklistAsync(default))!.Hash);
    }

    [Fact]
    public async Task Older_token_does_not_replace_a_newer_one()
    {
        var newer = new PrivacyToken(new byte[] { 1 }, Noon);
        await WriteAsync(new AccountWrite.Token(AliceLid, newer));
        await WriteAsync(new AccountWrite.Token(AliceLid, new PrivacyToken(new byte[] { 2 }, Noon.AddDays(-1))));

        Assert.Equal(newer, await _store.FindTokenAsync(AliceLid, default));
    }

    [Fact]
    public async Task Receiver_may_learn_something_itself_without_waiting_for_ever()
    {
        AccountMirror? mirror = null;
        var seen = new List<AccountEvent>();
        mirror = new AccountMirror(
            _store,
            async (raised, token) =>
            {
                seen.Add(raised);
                if (seen.Count == 1)
                {
                    await mirror!.RaiseAsync(new AccountEvent.GroupChanged(Group), token);
                }
            },
            () => Own);

        await mirror.RaiseAsync(new AccountEvent.BlocklistChanged(), default).AsTask().Within();
        await mirror.RaiseAsync(new AccountEvent.ContactChanged(Alice), default).AsTask().Within();

        Assert.Equal(
            [new AccountEvent.BlocklistChanged(), new AccountEvent.GroupChanged(Group), new AccountEvent.ContactChanged(Alice)], seen);
    }

    [Fact]
    public async Task Store_that_fails_tells_nothing()
    {
        var learning = _mirror.LearnAsync(
            new AccountDraft(),
            draft =>
            {
                draft.Raise(new AccountEvent.BlocklistChanged());
                throw new WhatsAppStoreException("no");
            },
            default).AsTask();

        await Assert.ThrowsAsync<WhatsAppStoreException>(() => learning);
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Group_listed_without_its_members_keeps_those_that_are_known_and_is_read_by_itself()
    {
        var info = new GroupInfo { Jid = Group, Subject = "Before", Members = [Member(Alice)], Size = 1, MembersVersion = "1" };
        await LearnGroupsAsync(info);

        await LearnGroupsAsync(info with { Members = [], Subject = "After" });
        var same = await _store.FindGroupAsync(Group, default);
        await LearnGroupsAsync(info with { Members = [], Subject = "After", Size = 2, MembersVersion = "2" });
        var changed = await _store.FindGroupAsync(Group, default);

        Assert.Equal(("After", false, 1), (same!.Info.Subject, same.IsStale, same.Info.Members.Count));
        Assert.Equal((true, 1), (changed!.IsStale, changed.Info.Members.Count));
    }

    private static AddressPair Pair(Jid phone, Jid lid) =>
        AddressPair.TryCreate(phone, lid, out var pair) ? pair : throw new ArgumentException("no pair");

    private static GroupMember Member(Jid jid) =>
        new(jid, jid.IsPhone ? jid : null, jid.IsLid ? jid : null, GroupRole.Member, null, null);

    private async Task<ContactRecord> ContactAsync(Jid jid) => Assert.Single(await _store.FindContactsAsync([jid], default));

    private async Task LearnHistoryAsync(params HistoryItem[] items) => await _mirror.LearnAsync(
        new AccountDraft(), draft => HistoryLearner.FillAsync(_store, items, Own, draft, default), default);

    private Task LearnGroupsAsync(params GroupInfo[] groups) => LearnGroupsAsync([], groups);

    private async Task LearnGroupsAsync(Jid[] changed, params GroupInfo[] groups) => await _mirror.LearnAsync(
        new AccountDraft(), draft => GroupLearner.FillAllAsync(_store, groups, changed.ToHashSet(), Own, Noon, draft, default), default);

    private async Task WriteAsync(AccountWrite write) => await _mirror.LearnAsync(
        new AccountDraft(),
        draft =>
        {
            draft.Add(write);
            return ValueTask.CompletedTask;
        },
        default);

    private async Task EditAsync(Action<ContactEditor> edit) => await _mirror.LearnAsync(
        new AccountDraft(),
        async draft =>
        {
            var editor = await ContactEditor.LoadAsync(_store, [Alice], default);
            edit(editor);
            editor.Finish(draft);
        },
        default);

    private Task<RefreshNeeds> NotifyAsync(GroupChange change) =>
        NotifyAsync(new NotificationItem.GroupChanged(Group, Alice, change));

    private async Task<RefreshNeeds> NotifyAsync(NotificationItem item)
    {
        var needs = RefreshNeeds.None;
        var notification = new Notification("1", "x", Group, Noon, false, [item], []);
        await _mirror.LearnAsync(
            new AccountDraft(),
            async draft => needs = await NotificationLearner.FillAsync(_store, notification, Own, Noon, draft, default),
            default);
        return needs;
    }
}
