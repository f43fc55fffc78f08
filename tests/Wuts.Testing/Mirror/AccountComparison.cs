using Wuts.Simulator;
using Wuts.Simulator.Groups;
using Wuts.WhatsApp;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Queries;

namespace Wuts.Testing.Mirror;

/// <summary>
/// Compares what a device keeps about its account with what the phone and the network hold, field by field and in both
/// directions: nothing is missing, and nothing is there that should not be.
/// </summary>
public sealed class AccountComparison
{
    private const int MaxReported = 15;

    private readonly List<string> _found = [];
    private readonly Dictionary<Jid, Jid> _numbers = [];
    private int _count;

    private AccountComparison()
    {
    }

    /// <summary>The differences, each with what is compared, what is expected and what is there; the first of them, and how many more.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(IAccountStore store, MirrorScene scene, Familiar familiar)
    {
        var comparison = new AccountComparison();
        await comparison.CompareAppStateAsync(store, scene.Account);
        await comparison.CompareContactsAsync(store, scene.Account, familiar);
        await comparison.ComparePairsAsync(store, scene);
        await comparison.CompareGroupsAsync(store, scene, familiar);
        await comparison.CompareBlocklistAsync(store, scene.Owner);
        comparison.Expect("own push name", scene.Account.PushName, await store.FindSettingAsync(AccountSetting.OwnPushName, default));
        comparison.Expect("history that waits", 0, (await store.LoadHistoryTasksAsync(default)).Count);
        comparison.Expect("numbers to look up", 0, (await store.LoadDueLookupsAsync(10, default)).Count);
        if (comparison._count > MaxReported)
        {
            comparison._found.Add($"… and {comparison._count - MaxReported} more");
        }

        return comparison._found;
    }

    private void Expect<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual) && ++_count <= MaxReported)
        {
            _found.Add($"{what}: expected {Show(expected)}, is {Show(actual)}");
        }
    }

    private static string Show<T>(T value) => value switch
    {
        null => "nothing",
        ContactNames names => $"'{names.FullName}', '{names.FirstName}', '{names.Username}'",
        string { Length: > 64 } text => $"'{text[..64]}…'",
        _ => $"'{value}'",
    };

    private async Task CompareAppStateAsync(IAccountStore store, Account account)
    {
        foreach (var collection in AppStateCollections.All)
        {
            var name = collection.WireName();
            var (isPublished, version, hash) = account.Handset.AppState.Locked(
                collection, phone => (phone.IsPublished, phone.Version, Convert.ToHexString(phone.Hash)));
            var state = await store.LoadStateAsync(collection, default);
            var health = await store.LoadHealthAsync(collection, default);
            Expect($"{name}, health", CollectionStatus.Healthy, health.Status);
            Expect($"{name}, on the server", true, isPublished);
            Expect($"{name}, version", version, state.Version);
            Expect($"{name}, hash", hash, Convert.ToHexString(state.Hash.Span));
        }
    }

    private async Task CompareContactsAsync(IAccountStore store, Account account, Familiar familiar)
    {
        var entries = account.Handset.AddressBook.All.ToLookup(entry => entry.Jid);
        var stored = new Dictionary<Jid, ContactRecord>();
        await foreach (var contact in store.ReadContactsAsync(default))
        {
            stored.Add(contact.Jid, contact);
        }

        foreach (var jid in entries.Select(e => e.Key).Union(familiar.PushNames.Keys).Union(familiar.ChatTitles.Keys).Union(stored.Keys))
        {
            var contact = stored.GetValueOrDefault(jid) ?? new ContactRecord(jid);
            var usual = entries[jid].FirstOrDefault(e => e.Kind == ContactKind.Contact);
            Expect($"{jid}, address book", NamesOf(usual), contact.AddressBook);
            Expect($"{jid}, saved on the phone", usual?.OnPhone ?? false, contact.SavedOnPhone);
            Expect($"{jid}, entry by LID", NamesOf(entries[jid].FirstOrDefault(e => e.Kind == ContactKind.LidContact)), contact.LidEntry);
            Expect($"{jid}, entry of another app", NamesOf(entries[jid].FirstOrDefault(e => e.Kind == ContactKind.OutContact)), contact.OutEntry);
            Expect($"{jid}, chat title", familiar.ChatTitles.GetValueOrDefault(jid), contact.ChatTitle);
            Expect($"{jid}, push name", familiar.PushNames.GetValueOrDefault(jid), contact.PushName);
        }
    }

    private static ContactNames? NamesOf(PhoneContact? entry) =>
        entry is null ? null : new ContactNames(entry.FullName, entry.FirstName, entry.Username);

    private async Task ComparePairsAsync(IAccountStore store, MirrorScene scene)
    {
        var stored = new Dictionary<Jid, Jid>();
        await foreach (var pair in store.ReadPairsAsync(default))
        {
            stored.Add(pair.Pair.Phone, pair.Pair.Lid);
            _numbers.Add(pair.Pair.Lid, pair.Pair.Phone);
        }

        foreach (var (phone, lid) in stored)
        {
            Expect($"{phone}, LID", scene.Server.People.Find(phone)?.Lid, lid);
        }

        foreach (var entry in scene.Account.Handset.AddressBook.All.Where(e => e is { Kind: ContactKind.Contact, Alternative: not null }))
        {
            var person = scene.Server.People.Find(entry.Jid);
            if (person is not null)
            {
                Expect($"{entry.Jid}, LID of a contact", person.Lid, stored.TryGetValue(person.Jid, out var lid) ? lid : default);
            }
        }

        Expect("own LID", scene.Account.Lid, stored.TryGetValue(scene.Account.Jid, out var own) ? own : default);
    }

    private async Task CompareGroupsAsync(IAccountStore store, MirrorScene scene, Familiar familiar)
    {
        var stored = new Dictionary<Jid, GroupRecord>();
        await foreach (var record in store.ReadGroupsAsync(default))
        {
            stored.Add(record.Info.Jid, record);
        }

        var present = scene.Owner.Groups.ToDictionary(g => g.Jid);
        foreach (var jid in present.Keys.Union(stored.Where(r => r.Value.IsJoined).Select(r => r.Key)))
        {
            Expect($"{jid}, member of it", present.ContainsKey(jid), stored.GetValueOrDefault(jid)?.IsJoined ?? false);
        }

        foreach (var group in present.Values.Where(g => stored.ContainsKey(g.Jid)))
        {
            Expect($"{group.Jid}, has to be read again", false, stored[group.Jid].IsStale);
            Compare(group, stored[group.Jid].Info, scene.Owner, familiar);
        }
    }

    private void Compare(Group group, GroupInfo info, Person viewer, Familiar familiar)
    {
        Expect($"{group.Jid}, subject", group.Subject, info.Subject);
        Expect($"{group.Jid}, subject set by", (Jid?)AddressIn(group, group.SubjectSetBy), info.SubjectSetBy);
        Expect($"{group.Jid}, description", group.Description?.Text, info.Description);
        Expect($"{group.Jid}, LID addressing", group.LidAddressing, info.LidAddressing);
        Expect($"{group.Jid}, announcement", group.IsAnnouncement, info.IsAnnounce);
        Expect($"{group.Jid}, locked", group.IsLocked, info.IsLocked);
        Expect($"{group.Jid}, approval", group.NeedsApproval, info.JoinApproval);
        Expect($"{group.Jid}, timer", group.DisappearingTimer, info.Ephemeral);
        Expect($"{group.Jid}, who adds", group.EveryoneAdds ? "all_member_add" : "admin_add", info.MemberAddMode);
        Expect($"{group.Jid}, suspended", group.IsSuspended, info.IsSuspended);
        Expect($"{group.Jid}, community", group.IsCommunity, info.IsCommunity);
        Expect($"{group.Jid}, belongs to", group.Community?.Jid, info.LinkedParent);
        Expect($"{group.Jid}, size", group.Size, info.Size);
        Expect($"{group.Jid}, creator", (Jid?)AddressIn(group, group.Creator), info.Creator);
        var stored = info.Members.ToDictionary(m => m.Jid);
        var present = group.Members.ToDictionary(m => AddressIn(group, m.Person));
        foreach (var jid in present.Keys.Union(stored.Keys))
        {
            var member = stored.GetValueOrDefault(jid);
            var expected = present.GetValueOrDefault(jid);
            Expect($"{group.Jid}, {jid}, role", expected?.Role.ToString(), member?.Role.ToString());
            if (expected is not null && member is not null)
            {
                var shown = !group.LidAddressing || GroupNodes.NumberIn(group, viewer, expected.Person) != default;
                if (!familiar.ContactsChanged)
                {
                    Expect($"{group.Jid}, {jid}, number is shown", shown, member.PhoneJid is not null);
                }

                // A number that changed is told as such and not again by every group: which one it is now, the pairs say.
                Expect($"{group.Jid}, {jid}, number", member.PhoneJid is null ? null : expected.Person.Jid, NumberOf(member));
                Expect($"{group.Jid}, {jid}, LID", expected.Person.Lid, member.LidJid);
            }
        }
    }

    private Jid? NumberOf(WhatsApp.Queries.GroupMember member) =>
        member is { PhoneJid: not null, LidJid: { } lid } && _numbers.TryGetValue(lid, out var phone) ? phone : member.PhoneJid;

    private static Jid AddressIn(Group group, Person person) => group.LidAddressing ? person.Lid : person.Jid;

    private async Task CompareBlocklistAsync(IAccountStore store, Person owner)
    {
        var stored = (await store.LoadBlocklistAsync(default))?.People.Select(p => p.LidJid ?? p.PhoneJid ?? default).ToHashSet();
        Expect("block list, known", true, stored is not null);
        foreach (var person in owner.Blocked.Select(p => p.Lid).Union(stored ?? []))
        {
            Expect($"{person}, blocked", owner.Blocked.Any(p => p.Lid == person), stored?.Contains(person) ?? false);
        }
    }
}
