using Wuts.Simulator;
using Wuts.Testing;
using Wuts.Testing.Mirror;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;
using Wuts.WhatsApp.Mirror;
using Wuts.WhatsApp.Notifications;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;
using GroupMember = Wuts.WhatsApp.Queries.GroupMember;
using GroupRole = Wuts.WhatsApp.Queries.GroupRole;

namespace Wuts.WhatsApp.Tests.Mirror;

/// <summary>
/// Every notification over a whole client: it is acknowledged, whatever it is, and what it tells becomes the event that says what
/// is void from then on. Sync section 10.
/// </summary>
public sealed class NotificationTableTests(NotificationTableTests.Fixture fixture) : IClassFixture<NotificationTableTests.Fixture>
{
    private static readonly Jid VectorGroup = Jid.Parse("120363021234567890@g.us");
    private static readonly Jid Alice = Jid.Parse("491700000001@s.whatsapp.net");

    // The documented stanzas by name, and the event that each becomes; nothing where there is nothing to tell.
    private static readonly Dictionary<string, string?> Documented = new(StringComparer.Ordinal)
    {
        ["privacy-token-notification"] = nameof(NotificationItem.PrivacyTokenReceived),
        ["biz-notification-verified-name"] = nameof(NotificationItem.BusinessNameChanged),
        ["biz-notification-verified-name-hash"] = nameof(NotificationItem.BusinessNameChanged),
        ["biz-notification-remove"] = nameof(NotificationItem.BusinessRemoved),
        ["biz-notification-profile"] = nameof(NotificationItem.BusinessProfileChanged),
        ["blocklist-notification"] = nameof(AccountEvent.BlocklistChanged),
        ["blocklist-notification-refetch"] = nameof(AccountEvent.BlocklistChanged),
        ["gp2-add"] = nameof(AccountEvent.GroupChanged),
        ["gp2-remove"] = nameof(AccountEvent.GroupChanged),
        ["gp2-promote"] = nameof(AccountEvent.GroupChanged),
        ["gp2-demote"] = nameof(AccountEvent.GroupChanged),
        ["gp2-modify"] = nameof(AccountEvent.GroupChanged),
        ["gp2-subject"] = nameof(AccountEvent.GroupChanged),
        ["gp2-description"] = nameof(AccountEvent.GroupChanged),
        ["gp2-description-delete"] = nameof(AccountEvent.GroupChanged),
        ["gp2-announcement"] = nameof(AccountEvent.GroupChanged),
        ["gp2-not-announcement"] = nameof(AccountEvent.GroupChanged),
        ["gp2-locked"] = nameof(AccountEvent.GroupChanged),
        ["gp2-unlocked"] = nameof(AccountEvent.GroupChanged),
        ["gp2-ephemeral"] = nameof(AccountEvent.GroupChanged),
        ["gp2-not-ephemeral"] = nameof(AccountEvent.GroupChanged),
        ["gp2-member-add-mode"] = nameof(AccountEvent.GroupChanged),
        ["gp2-approval-mode"] = nameof(AccountEvent.GroupChanged),
        ["gp2-invite"] = null,
        ["gp2-create"] = nameof(AccountEvent.GroupChanged),
        ["gp2-delete"] = nameof(AccountEvent.GroupLeft),
        ["gp2-link-parent"] = nameof(AccountEvent.GroupChanged),
        ["gp2-unlink"] = nameof(AccountEvent.GroupChanged),
        ["picture-set"] = nameof(NotificationItem.PictureSet),
        ["picture-set-hash-only"] = nameof(NotificationItem.PictureSet),
        ["picture-delete"] = nameof(NotificationItem.PictureRemoved),
        ["picture-bare"] = nameof(NotificationItem.PictureRemoved),
        ["picture-set-group"] = nameof(NotificationItem.PictureSet),
        ["status-set"] = nameof(NotificationItem.AboutChanged),
        ["status-set-hash"] = nameof(NotificationItem.AboutChanged),
        ["contacts-update"] = nameof(NotificationItem.ContactChanged),
        ["contacts-update-hash"] = nameof(NotificationItem.ContactChanged),
        ["contacts-modify"] = nameof(NotificationItem.NumberChanged),
        ["contacts-sync"] = nameof(NotificationItem.ContactRefreshDue),
        ["contacts-add"] = null,
        ["devices-add"] = nameof(NotificationItem.DevicesChanged),
        ["devices-remove"] = nameof(NotificationItem.DevicesChanged),
        ["devices-update-hash"] = nameof(NotificationItem.DevicesChanged),
        ["devices-own"] = nameof(NotificationItem.OwnDevicesChanged),
        ["account-sync-pushname"] = nameof(AccountEvent.OwnPushNameChanged),
        ["account-sync-picture"] = nameof(NotificationItem.OwnPictureChanged),
        ["account-sync-status"] = nameof(NotificationItem.OwnAboutChanged),
        ["account-sync-privacy"] = nameof(NotificationItem.PrivacySettingsChanged),
        ["server-sync"] = nameof(AccountEvent.CollectionHealthChanged),
        ["encrypt-identity"] = nameof(WhatsAppEvent.IdentityChanged),
        ["encrypt-count"] = null,
        ["disappearing-mode"] = nameof(NotificationItem.DisappearingModeChanged),
        ["mex-linked-profiles"] = null,
        ["unknown-type"] = null,
        ["mediaretry"] = null,
        ["mediaretry-error"] = null,
    };

    // Types about which there is nothing to tell, and stanzas that are not as they should be. All are acknowledged.
    private static readonly Dictionary<string, Node> Others = new(StringComparer.Ordinal)
    {
        ["no type"] = Stanza(null),
        ["type of tomorrow"] = Stanza("something_new", new Node("anything", [("a", "b")], [1, 2, 3])),
        ["newsletter"] = Stanza("newsletter"),
        ["psa"] = Stanza("psa"),
        ["server"] = Stanza("server"),
        ["pay"] = Stanza("pay"),
        ["fb:update"] = Stanza("fb:update"),
        ["waffle"] = Stanza("waffle"),
        ["digital_commerce_subscription"] = Stanza("digital_commerce_subscription"),
        ["link_code_companion_reg"] = Stanza("link_code_companion_reg", new Node("link_code_companion_reg")),
        ["companion_reg_refresh"] = Stanza("companion_reg_refresh"),
        ["passkey_prologue_request"] = Stanza("passkey_prologue_request"),
        ["registration"] = Stanza("registration"),
        ["hosted"] = Stanza("hosted"),
        ["crsc_continuation"] = Stanza("crsc_continuation"),
        ["encrypt digest"] = Stanza("encrypt", new Node("digest")),
        ["encrypt of nobody"] = Stanza("encrypt", new Node("identity")),
        ["encrypt without a number"] = Stanza("encrypt", new Node("count", [("value", "many")])),
        ["picture without an id"] = Stanza("picture", new Node("set", [("jid", Alice)])),
        ["picture that is asked for"] = Stanza("picture", new Node("request", [("jid", Alice)])),
        ["status without content"] = Stanza("status"),
        ["contacts without addresses"] = Stanza("contacts", new Node("modify")),
        ["contacts with half of them"] = Stanza("contacts", new Node("modify", [("old", Alice)])),
        ["contacts unknown child"] = Stanza("contacts", new Node("something")),
        ["devices without content"] = Stanza("devices"),
        ["account_sync terms of service"] = Stanza("account_sync", new Node("tos"), new Node("notice", [("id", "1")])),
        ["server_sync without names"] = Stanza("server_sync", new Node("collection"), new Node("collection", [("name", "no_such")])),
        ["business without content"] = Stanza("business"),
        ["token without time"] = Stanza("privacy_token", new Node("tokens", [], [new Node("token", [("type", "trusted_contact")], [1])])),
        ["token of nobody"] = Stanza("privacy_token", new Node("tokens")),
        ["disappearing mode for ever"] = Stanza("disappearing_mode", new Node("disappearing_mode", [("duration", "-1")])),
        ["w:gp2 of no group"] = Stanza("w:gp2", new Node("subject", [("subject", "x")])),
        ["w:gp2 of a person"] = new("notification", [("from", Alice), ("id", "0"), ("type", "w:gp2")], [new Node("create")]),
        ["mediaretry without content"] = Stanza("mediaretry"),
        ["mediaretry with garbage"] = Stanza("mediaretry", new Node("encrypt", [], [new Node("enc_p", [], [1]), new Node("enc_iv", [], [2])])),
        ["mex with garbage"] = Stanza("mex", new Node("update", [("op_name", "x")], [0xFF])),
    };

    public static TheoryData<string> DocumentedNames => [.. Documented.Keys];

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    [Fact]
    public void Table_holds_every_documented_notification() => Assert.Equal(
        StanzaVectors.AllNames.Where(name => StanzaVectors.Node(name).Tag == "notification").Order(StringComparer.Ordinal),
        Documented.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(DocumentedNames))]
    public async Task Documented_notification_is_acknowledged_and_becomes_its_event(string name)
    {
        await fixture.PrepareAsync(name);

        var since = await fixture.PushAsync(StanzaVectors.Node(name));

        if (Documented[name] is { } expected)
        {
            await fixture.ToldAsync(expected, since);
        }
        else
        {
            Assert.Empty(fixture.ToldSince(since).Intersect(Told, StringComparer.Ordinal));
        }

        fixture.AssertNothingFailed();
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public async Task Other_notification_is_acknowledged_and_tells_nothing(string name)
    {
        var since = await fixture.PushAsync(Others[name]);

        Assert.Empty(fixture.ToldSince(since).Intersect(Told, StringComparer.Ordinal));
        fixture.AssertNothingFailed();
    }

    [Fact]
    public async Task Person_who_is_named_by_a_hash_is_found_among_those_who_are_known()
    {
        var person = fixture.Scene.AddPeople(1)[0];
        await fixture.KnowAsync(person);
        var byPhone = Stanza("picture", new Node("set", [("hash", ContactHash.Of(person.Jid)), ("id", "17")]));
        var byLid = Stanza("status", new Node("set", [("hash", ContactHash.Of(person.Lid))]));
        var unknown = Stanza("contacts", new Node("update", [("hash", "AAAA")]));

        await fixture.PushAsync(byPhone);
        await fixture.PushAsync(byLid);
        await fixture.PushAsync(unknown);

        var items = fixture.Watch.Changes.OfType<AccountEvent.Notified>().Select(told => told.Item).TakeLast(3);
        Assert.Equal(
            [
                new NotificationItem.PictureSet(new ContactRef(person.Jid, null), "17", null),
                new NotificationItem.AboutChanged(new ContactRef(person.Lid, null), null),
                new NotificationItem.ContactChanged(new ContactRef(null, "AAAA")),
            ],
            items);
    }

    [Fact]
    public async Task Announced_collections_are_fetched()
    {
        var latest = fixture.Scene.Server.Events.Latest;

        await fixture.PushAsync(StanzaVectors.Node("server-sync"));

        foreach (var collection in new[] { "critical_unblock_low", "regular_low" })
        {
            await fixture.Scene.Server.Events.WaitForAsync(
                e => e.Kind == SimulatorEventKind.AppStateFetched && e.Detail!.StartsWith(collection, StringComparison.Ordinal), latest)
                .Within(collection);
        }
    }

    // What only a notification can have caused; other events may be the end of work that an earlier one began.
    private static IEnumerable<string> Told =>
    [
        .. typeof(NotificationItem).GetNestedTypes().Select(type => type.Name),
        nameof(WhatsAppEvent.IdentityChanged), nameof(AccountEvent.OwnPushNameChanged),
    ];

    private static Node Stanza(string? type, params ReadOnlySpan<Node> children)
    {
        (string, AttributeValue)[] attributes = [("from", Jid.WhatsApp), ("id", "0"), ("type", type), ("t", 1_780_000_000)];
        return children.IsEmpty ? new Node("notification", attributes) : new Node("notification", attributes, children);
    }

    /// <summary>One linked client for all rows of the table.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private WhatsAppClient? _client;
        private MortalStore? _store;
        private int _pushed;

        internal MirrorScene Scene { get; private set; } = null!;

        internal EventWatch Watch { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Scene = await MirrorScene.StartAsync();
            (Watch, _store) = MortalStore.WithWatch();
            _client = await Scene.LinkAsync(Watch, _store);
            await Scene.MirroredAsync(_store, Watch);
        }

        public async Task DisposeAsync()
        {
            await _client!.DisposeAsync();
            await Scene.DisposeAsync();
        }

        /// <summary>Lets the client know what a notification changes, so that there is something to tell.</summary>
        internal async Task PrepareAsync(string name)
        {
            if (name.StartsWith("blocklist", StringComparison.Ordinal))
            {
                await KeepAsync(new AccountWrite.BlockedPeople(new Blocklist([], "1779000000001")));
                await KeepAsync(new AccountWrite.BlockedPeople(
                    new Blocklist([new BlockedPerson(Alice, null)], "1779000000001")));
            }
            else if (name.StartsWith("gp2", StringComparison.Ordinal))
            {
                var isOn = name is "gp2-not-announcement" or "gp2-unlocked" or "gp2-not-ephemeral" or "gp2-approval-mode";
                await KeepAsync(new AccountWrite.Group(new GroupInfo
                {
                    Jid = VectorGroup,
                    Subject = "Before",
                    Description = "Before",
                    DescriptionId = "0",
                    IsAnnounce = isOn,
                    IsLocked = isOn,
                    JoinApproval = isOn,
                    Members =
                    [
                        Member("100000000000002@lid", GroupRole.Member),
                        Member("100000000000004@lid", name == "gp2-demote" ? GroupRole.Admin : GroupRole.Member),
                    ],
                    Ephemeral = isOn ? TimeSpan.FromDays(1) : TimeSpan.Zero,
                    LinkedParent = name == "gp2-unlink" ? VectorGroup : null,
                }));
            }
        }

        /// <summary>Lets the client know a person by both addresses.</summary>
        internal Task KnowAsync(Person person)
        {
            Assert.True(AddressPair.TryCreate(person.Jid, person.Lid, out var pair));
            return KeepAsync(new AccountWrite.PairSeen(pair, ObservationSource.UserQuery, DateTimeOffset.UnixEpoch));
        }

        /// <summary>Sends a notification under an id of its own and waits until it is acknowledged.</summary>
        /// <returns>How many events there were before.</returns>
        internal async Task<int> PushAsync(Node notification)
        {
            var before = Watch.Events.Count;
            var id = $"row-{Interlocked.Increment(ref _pushed)}";
            (string, AttributeValue)[] attributes =
                [.. notification.Attributes.ToArray().Where(a => a.Name != "id").Select(a => (a.Name, a.Value)), ("id", id)];
            await Scene.PushAsync(notification.HasChildList
                ? new Node("notification", attributes, notification.Children.ToArray())
                : new Node("notification", attributes));
            return before;
        }

        internal async Task ToldAsync(string expected, int since)
        {
            while (true)
            {
                var next = Watch.NextAsync();
                if (ToldSince(since).Contains(expected))
                {
                    return;
                }

                await next.Within(expected);
            }
        }

        internal IEnumerable<string> ToldSince(int since) => Watch.Events.Skip(since).Select(happened => happened switch
        {
            WhatsAppEvent.AccountChanged { Change: AccountEvent.Notified told } => told.Item.GetType().Name,
            WhatsAppEvent.AccountChanged changed => changed.Change.GetType().Name,
            _ => happened.GetType().Name,
        });

        internal void AssertNothingFailed()
        {
            Assert.DoesNotContain("acknowledged as rejected", Scene.Log.ToString(), StringComparison.Ordinal);
            Assert.Equal(WhatsAppState.Connected, _client!.State);
            Scene.AssertNothingRefused();
        }

        private static GroupMember Member(string lid, GroupRole role) =>
            new(Jid.Parse(lid), null, Jid.Parse(lid), role, null, null);

        private async Task KeepAsync(AccountWrite write)
        {
            var commit = new AccountCommit();
            commit.Add(write);
            await _store!.CommitAsync(commit, default);
        }
    }
}
