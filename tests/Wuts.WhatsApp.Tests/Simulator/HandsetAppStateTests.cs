using Wuts.Simulator;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using PeerType = Wuts.WhatsApp.Protos.ProtocolMessage.Types.Type;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The phone's app state as a linked device gets it: snapshot, patches, live edits, keys.</summary>
public class HandsetAppStateTests
{
    private static readonly Jid Anna = Jid.Parse("15550100001@s.whatsapp.net");
    private static readonly Jid AnnaLid = Jid.Parse("200000000000001@lid");
    private static readonly Jid Bert = Jid.Parse("15550100002@s.whatsapp.net");

    [Fact]
    public async Task Snapshot_verifies_and_equals_the_address_book()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true, PushName = "Olivia" });
        account.Handset.AddressBook.AddRange(
        [
            new PhoneContact(Anna, "Anna Öz \"A\"", "Anna", Alternative: AnnaLid),
            new PhoneContact(Bert, "Bert"),
            new PhoneContact(AnnaLid, Username: "anna.oz") { Kind = ContactKind.LidContact },
            new PhoneContact(Bert, "Bert elsewhere") { Kind = ContactKind.OutContact },
        ]);
        await using var companion = await Companion.LinkAsync(simulator, account);
        var contacts = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);
        var names = await MirrorAsync(simulator, companion, AppStateCollection.CriticalBlock, contacts.Ring);
        var others = await MirrorAsync(simulator, companion, AppStateCollection.RegularLow, contacts.Ring);

        Assert.Equal(3, contacts.Entries.Count);
        var anna = contacts.Entries[$"""["contact","{Anna}"]"""].ContactAction;
        Assert.Equal(("Anna Öz \"A\"", "Anna", AnnaLid.ToString(), true),
            (anna.FullName, anna.FirstName, anna.LidJid, anna.SaveOnPrimaryAddressbook));
        Assert.Equal("anna.oz", contacts.Entries[$"""["lid_contact","{AnnaLid}"]"""].LidContactAction.Username);
        Assert.Equal("Olivia", names.Entries["""["setting_pushName"]"""].PushNameSetting.Name);
        Assert.Equal("Bert elsewhere", others.Entries[$"""["out_contact","{Bert}"]"""].OutContactAction.FullName);
        Assert.Equal(4, account.Handset.AddressBook.Count);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Empty_collection_is_answered_with_version_0_and_nothing_else()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        await using var companion = await Companion.LinkAsync(simulator, account);
        var mirror = new MirroredCollection(simulator, companion, AppStateCollection.CriticalUnblockLow);

        var answer = await mirror.AskAsync();

        Assert.Equal(("0", 0), (answer["version"], answer.Children.Length));
    }

    [Fact]
    public async Task Live_edits_arrive_as_server_sync_and_patches()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var book = account.Handset.AddressBook;
        book.Add(new PhoneContact(Anna, "Anna"));
        await using var companion = await Companion.LinkAsync(simulator, account);
        var mirror = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);

        Assert.True(book.Rename(Anna, "Anna Neu"));
        var notice = await companion.TakeNotificationAsync("server_sync");
        await companion.Client.AckAsync(notice);
        await mirror.FetchAsync();

        Assert.Equal(("critical_unblock_low", "2"), (notice.Child("collection")!["name"], notice.Child("collection")!["version"]));
        Assert.Equal("Anna Neu", mirror.NameOf(Anna));

        book.Add(new PhoneContact(Bert, "Bert"));
        Assert.True(book.Remove(Anna));
        Assert.False(book.Remove(Anna));
        Assert.Equal(1, await mirror.FetchAsync());
        Assert.Equal((null, "Bert", 4UL), (mirror.NameOf(Anna), mirror.NameOf(Bert), mirror.Version));
    }

    [Fact]
    public async Task Edits_while_the_device_is_away_are_told_at_its_return()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        await using var companion = await Companion.LinkAsync(simulator, account);
        var mirror = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);
        await companion.DisconnectAsync();
        account.Handset.AddressBook.Add(new PhoneContact(Anna, "Anna"));

        await companion.LoginAsync();
        await companion.GoActiveAsync();

        Assert.Equal("0", (await companion.TakeNotificationAsync("server_sync"))["offline"]);
        await mirror.FetchAsync();
        Assert.Equal("Anna", mirror.NameOf(Anna));
    }

    [Fact]
    public async Task Patches_come_in_pages_with_external_mutations_and_without_versions_on_demand()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var handset = account.Handset;
        handset.AddressBook.Add(new PhoneContact(Anna, "Anna"));
        await using var companion = await Companion.LinkAsync(simulator, account);
        var mirror = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);
        (handset.Sync.PatchesPerAnswer, handset.Sync.MaxInlineMutations, handset.Sync.OmitPatchVersions) = (2, 1, true);

        for (var i = 0; i < 5; i++)
        {
            handset.AddressBook.AddRange([new PhoneContact(Anna, $"Anna {i}"), new PhoneContact(Bert, $"Bert {i}")]);
        }

        var first = SyncdPatch.Parser.ParseFrom((await mirror.AskAsync()).Child("patches")!.Children[0].ContentBytes.Span);
        Assert.Equal((null, 0), (first.Version, first.Mutations.Count));
        Assert.Equal(3, await mirror.FetchAsync());
        Assert.Equal(("Anna 4", "Bert 4"), (mirror.NameOf(Anna), mirror.NameOf(Bert)));
    }

    [Fact]
    public async Task Snapshot_comes_with_the_patches_after_it()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var book = account.Handset.AddressBook;
        await using var companion = await Companion.LinkAsync(simulator, account);
        var early = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);
        book.Add(new PhoneContact(Anna, "Anna"));
        await early.FetchAsync();
        var first = await early.AskAsync(snapshot: true);
        book.Rename(Anna, "Anna 2");

        var fresh = new MirroredCollection(simulator, companion, AppStateCollection.CriticalUnblockLow);
        fresh.Learn(await ShareAsync(account, companion));
        var answer = await fresh.AskAsync();

        Assert.Null(first.Child("patches"));
        Assert.NotNull(answer.Child("snapshot"));
        Assert.Equal(1, answer.Child("patches")!.Children.Length);
        await fresh.ApplyAsync(answer);
        Assert.Equal("Anna 2", fresh.NameOf(Anna));
    }

    [Fact]
    public async Task New_key_is_shared_and_a_changed_entry_moves_to_it()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.AddressBook.AddRange([new PhoneContact(Anna, "Anna"), new PhoneContact(Bert, "Bert")]);
        await using var companion = await Companion.LinkAsync(simulator, account);
        var mirror = await MirrorAsync(simulator, companion, AppStateCollection.CriticalUnblockLow);

        account.Handset.RotateKey();
        mirror.Learn((await companion.TakePeerAsync(PeerType.AppStateSyncKeyShare)).Protocol.AppStateSyncKeyShare);
        account.Handset.AddressBook.Rename(Anna, "Anna 2");
        await mirror.FetchAsync();
        account.Handset.AddressBook.Remove(Bert);
        await mirror.FetchAsync();

        Assert.Equal(2, mirror.Ring.Count);
        var record = Assert.Single(mirror.Records);
        Assert.Equal(mirror.Ring.Newest!.Id, record.KeyId);
        Assert.Equal("Anna 2", mirror.NameOf(Anna));
    }

    [Fact]
    public async Task Other_actions_of_the_phone_reach_their_collections()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var handset = account.Handset;
        handset.SetPushName("Olivia");
        handset.SetNumberOfLidChat(AnnaLid, Anna);
        handset.SetNctSalt([1, 2, 3]);
        handset.SetAction("regular", 9, [0xAA, 0x3E, 0x02, 0x08, 0x01], "some_future_action", "x");
        await using var companion = await Companion.LinkAsync(simulator, account);
        var regular = await MirrorAsync(simulator, companion, AppStateCollection.Regular);
        var high = await MirrorAsync(simulator, companion, AppStateCollection.RegularHigh, regular.Ring);

        Assert.Equal(Anna.ToString(), regular.Entries[$"""["pnForLidChat","{AnnaLid}"]"""].PnForLidChatAction.PnJid);
        Assert.True(regular.Entries.ContainsKey("""["some_future_action","x"]"""));
        Assert.Equal([1, 2, 3], high.Entries["""["nct_salt_sync"]"""].NctSaltSyncAction.Salt.ToByteArray());

        handset.SetPushName("Olivia Neu");
        var names = await MirrorAsync(simulator, companion, AppStateCollection.CriticalBlock, regular.Ring);
        Assert.Equal("Olivia Neu", names.Entries["""["setting_pushName"]"""].PushNameSetting.Name);
        Assert.Equal("Olivia Neu", account.PushName);
    }

    [Theory]
    [InlineData("regular_medium", "1", "false")]
    [InlineData("regular", "x", "false")]
    [InlineData("regular", "1", "false")]
    [InlineData("regular", null, "false")]
    [InlineData("regular", "0", "maybe")]
    public async Task Malformed_fetch_gets_error_400_for_the_collection(string name, string? version, string snapshot)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create());

        var answer = await companion.AskAsync("set", "w:sync:app:state", new Node("sync", [], [
            new Node("collection", [("name", name), ("version", version), ("return_snapshot", snapshot)]),
            new Node("collection", [("name", "regular_high"), ("return_snapshot", "true")]),
        ]));

        var collections = answer.Child("sync")!.Children.ToArray();
        Assert.Equal(("error", "400"), (collections[0]["type"], collections[0].Child("error")!["code"]));
        Assert.Null(collections[1]["type"]);
        Assert.Equal(RefusalKind.BadAppState, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Dirty_mark_is_told_now_and_at_every_login_until_it_is_cleaned()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        await using var companion = await Companion.LinkAsync(simulator, account);

        account.Handset.MarkAppStateDirty();

        var mark = (await companion.TakeAsync(node => node.Child("dirty")?["type"] == "syncd_app_state")).Child("dirty")!;
        await companion.ReconnectAsync();
        Assert.NotNull(await companion.TakeAsync(node => node.Child("dirty")?["type"] == "syncd_app_state"));
        var cleaned = await companion.AskAsync(
            "set", "urn:xmpp:whatsapp:dirty", new Node("clean", [("type", "syncd_app_state"), ("timestamp", mark["timestamp"])]));
        Assert.Equal("result", cleaned["type"]);
        Assert.Empty(simulator.Server.Refusals);
    }

    /// <summary>A verified copy of a collection, with the keys of the phone's first share or with given ones.</summary>
    internal static async Task<MirroredCollection> MirrorAsync(
        SimulatorHost simulator, Companion companion, AppStateCollection name, AppStateKeyRing? ring = null)
    {
        var mirror = new MirroredCollection(simulator, companion, name);
        if (ring is null)
        {
            mirror.Learn((await companion.TakePeerAsync(PeerType.AppStateSyncKeyShare)).Protocol.AppStateSyncKeyShare);
        }
        else
        {
            mirror.Use(ring);
        }

        await mirror.FetchAsync();
        return mirror;
    }

    private static async Task<AppStateSyncKeyShare> ShareAsync(Wuts.Simulator.Account account, Companion companion)
    {
        account.Handset.ShareKeys();
        return (await companion.TakePeerAsync(PeerType.AppStateSyncKeyShare)).Protocol.AppStateSyncKeyShare;
    }
}
