using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The history that a phone tells a new device: its parts, its content, its receipts.</summary>
public class HandsetHistoryTests
{
    private static readonly Jid Anna = Jid.Parse("15550100001@s.whatsapp.net");
    private static readonly Jid AnnaLid = Jid.Parse("200000000000001@lid");
    private static readonly Jid Bert = Jid.Parse("15550100002@s.whatsapp.net");

    [Fact]
    public async Task Whole_history_comes_in_parts_with_order_and_progress()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = Create(simulator);
        account.Handset.History.ChatsPerBlob = 2;
        for (var i = 1; i <= 7; i++)
        {
            account.Handset.History.Add(new HistoryChat(Jid.Parse($"20000000000010{i}@lid"), $"Chat {i}"));
        }

        await using var companion = await Companion.LinkAsync(simulator, account, props => props.RequireFullSync = true);

        var parts = new List<(HistoryKind, uint, uint, int)>();
        for (var i = 0; i < 6; i++)
        {
            var piece = await ReceivedHistory.TakeAsync(simulator, companion);
            Assert.Equal(
                ((int)piece.Content.SyncType, piece.Content.ChunkOrder, piece.Content.Progress),
                ((int)piece.Announcement.SyncType, piece.Announcement.ChunkOrder, piece.Announcement.Progress));
            parts.Add(((HistoryKind)piece.Announcement.SyncType, piece.Announcement.ChunkOrder, piece.Announcement.Progress, piece.Content.Conversations.Count));
        }

        Assert.Equal(
        [
            (HistoryKind.InitialBootstrap, 1, 100, 2), (HistoryKind.PushName, 1, 100, 0), (HistoryKind.NonBlockingData, 1, 100, 0),
            (HistoryKind.Recent, 1, 50, 2), (HistoryKind.Recent, 2, 100, 2), (HistoryKind.Full, 1, 100, 1),
        ], parts);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Content_comes_from_the_world_and_from_what_was_added()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = Create(simulator);
        var world = simulator.Server;
        var anna = world.People.Add(new PersonSpec { Phone = Anna.User, Lid = AnnaLid.User, PushName = "Annchen", Username = "anna.oz" });
        var bert = world.People.Add(new PersonSpec { Phone = Bert.User, PushName = "Bert", LidIsKnown = false });
        var self = world.People.Of(account);
        self.AddContact(bert);
        var token = anna.Trust(self);
        var group = world.Groups.Create(new GroupSpec { Subject = "Chess", Creator = anna, Members = [self, bert], LidAddressing = true });
        var history = account.Handset.History;
        account.Handset.AddressBook.Add(new PhoneContact(Anna, "Anna Öz", "Anna", Alternative: AnnaLid));
        account.Handset.SetNctSalt([1, 2, 3]);
        history.InlineContacts = true;
        history.LidMigratedAt = DateTimeOffset.FromUnixTimeSeconds(1750000000);
        var moved = new HistoryChat(Jid.Parse("15550100009@s.whatsapp.net")) { MovedTo = Jid.Parse("15550100010@s.whatsapp.net") };
        history.Add(moved);
        history.AddPushName(Jid.Parse("15550100011@s.whatsapp.net"), "Carla");
        history.AddPastMember(new PastMember(group.Jid, Bert, WasRemoved: true, DateTimeOffset.FromUnixTimeSeconds(1751000000)));
        await using var companion = await Companion.LinkAsync(simulator, account);

        var bootstrap = (await ReceivedHistory.TakeAsync(simulator, companion)).Content;
        var names = (await ReceivedHistory.TakeAsync(simulator, companion)).Content;
        var rest = (await ReceivedHistory.TakeAsync(simulator, companion)).Content;

        Assert.Equal([moved.Jid.ToString(), AnnaLid.ToString(), bert.Lid.ToString(), group.Jid.ToString()], bootstrap.Conversations.Select(c => c.Id));
        Assert.Equal("15550100010@s.whatsapp.net", bootstrap.Conversations[0].NewJid);
        var chat = bootstrap.Conversations[1];
        Assert.Equal(("Anna Öz", "anna.oz", Anna.ToString()), (chat.DisplayName, chat.Username, chat.PnJid));
        Assert.Equal(token.ToArray(), chat.TcToken.ToByteArray());
        Assert.Equal("Annchen", chat.Messages[0].Message.PushName);
        Assert.True(chat.Messages[1].Message.Key.FromMe);
        Assert.Equal(("Bert", false), (bootstrap.Conversations[2].DisplayName, bootstrap.Conversations[2].HasPnJid));
        Assert.Equal(("Chess", 3), (bootstrap.Conversations[3].Name, bootstrap.Conversations[3].Participant.Count));
        Assert.Contains(new PhoneNumberToLIDMapping { PnJid = Anna.ToString(), LidJid = AnnaLid.ToString() }, bootstrap.PhoneNumberToLidMappings);
        Assert.DoesNotContain(bootstrap.PhoneNumberToLidMappings, pair => pair.PnJid == Bert.ToString());
        Assert.Equal([1, 2, 3], bootstrap.NctSalt.ToByteArray());
        Assert.Equal(1750000000, bootstrap.GlobalSettings.ChatDbLidMigrationTimestamp);
        Assert.Equal(account.Lid.ToString(), Assert.Single(bootstrap.Accounts).Lid);
        Assert.Equal("Anna Öz", Assert.Single(bootstrap.InlineContacts).FullName);
        Assert.Contains(new Pushname { Id = AnnaLid.ToString(), Pushname_ = "Annchen" }, names.Pushnames);
        Assert.Contains(new Pushname { Id = "15550100011@s.whatsapp.net", Pushname_ = "Carla" }, names.Pushnames);
        var left = Assert.Single(Assert.Single(rest.PastParticipants).PastParticipants_);
        Assert.Equal((Bert.ToString(), 1, 1751000000UL), (left.UserJid, left.LeaveReason, left.LeaveTs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bootstrap_stands_in_the_message_when_the_device_takes_that(bool takes)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = Create(simulator);
        account.Handset.History.InlineBootstrap = true;
        account.Handset.History.Add(new HistoryChat(AnnaLid, "Anna"));
        await using var companion = await Companion.LinkAsync(
            simulator, account, props => props.HistorySyncConfig = new() { InlineInitialPayloadInE2EeMsg = takes });

        var bootstrap = await ReceivedHistory.TakeAsync(simulator, companion);

        Assert.Equal((takes, !takes), (bootstrap.Announcement.HasInitialHistBootstrapInlinePayload, bootstrap.Announcement.HasDirectPath));
        Assert.Equal("Anna", Assert.Single(bootstrap.Content.Conversations).DisplayName);
        Assert.Equal(takes, account.Handset.History.Deliveries[0].IsInline);
    }

    [Fact]
    public async Task Receipt_is_recorded_and_one_that_stays_out_is_complained_about()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        var account = Create(simulator);
        await using var companion = await Companion.LinkAsync(simulator, account);
        var first = await ReceivedHistory.TakeAsync(simulator, companion);
        var second = await ReceivedHistory.TakeAsync(simulator, companion, withReceipts: false);
        await companion.SendAckedAsync(Companion.Receipt(second.Message.Stanza, "peer_msg"));
        await ReceivedHistory.TakeAsync(simulator, companion);

        var deliveries = account.Handset.History.Deliveries.ToDictionary(delivery => delivery.MessageId);
        Assert.NotNull(deliveries[first.Message.Id].HandledAt);
        Assert.Null(deliveries[second.Message.Id].HandledAt);
        Assert.Empty(simulator.Server.Refusals);

        time.Advance(TimeSpan.FromMinutes(11));

        await simulator.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.Refused).WaitAsync(TestClient.Guard);
        Assert.Equal(RefusalKind.MissingReceipt, simulator.Server.Refusals[0].Kind);
    }

    [Fact]
    public async Task Phone_tells_nothing_while_history_is_off_and_everything_on_demand_of_the_script()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        await using var companion = await Companion.LinkAsync(simulator, account);
        Assert.Empty(account.Handset.History.Deliveries);

        account.Handset.SendHistory();

        Assert.Equal(3, account.Handset.History.Deliveries.Count);
        Assert.Equal(HistorySyncNotification.Types.HistorySyncType.InitialBootstrap,
            (await ReceivedHistory.TakeAsync(simulator, companion)).Announcement.SyncType);
    }

    [Fact]
    public async Task Filled_piece_has_the_size_that_was_asked_for_and_compresses_like_text()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.History.MessagesPerChat = 20;
        account.Handset.History.MessageBytes = 500;
        await using var companion = await Companion.LinkAsync(simulator, account);

        account.Handset.SendFilledHistory(HistoryKind.Full, 2_000_000);

        var piece = await ReceivedHistory.TakeAsync(simulator, companion);
        var delivery = Assert.Single(account.Handset.History.Deliveries);
        Assert.InRange(delivery.UnpackedBytes, 2_000_000, 2_020_000);
        Assert.InRange(delivery.EncryptedBytes, 1_000_000, 2_000_000);
        Assert.InRange(piece.Content.Conversations.Count, 160, 200);
        Assert.All(piece.Content.Conversations, chat => Assert.Equal(20, chat.Messages.Count));
    }

    [Fact]
    public async Task Chat_that_a_device_asks_for_comes_under_the_id_of_its_request()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.History.Add(new HistoryChat(AnnaLid, "Anna"));
        await using var companion = await Companion.LinkAsync(simulator, account);
        var request = await companion.PeerMessageAsync(new ProtocolMessage
        {
            Type = ProtocolMessage.Types.Type.PeerDataOperationRequestMessage,
            PeerDataOperationRequestMessage = new PeerDataOperationRequestMessage
            {
                PeerDataOperationRequestType = PeerDataOperationRequestType.HistorySyncOnDemand,
                HistorySyncOnDemandRequest = new HistorySyncOnDemandRequest { ChatJid = AnnaLid.ToString(), OnDemandMsgCount = 50 },
            },
        });

        await companion.SendAckedAsync(request);

        var piece = await ReceivedHistory.TakeAsync(simulator, companion);
        Assert.Equal(HistorySyncNotification.Types.HistorySyncType.OnDemand, piece.Announcement.SyncType);
        Assert.Equal(request["id"], piece.Announcement.PeerDataRequestSessionId);
        Assert.Equal("Anna", Assert.Single(piece.Content.Conversations).DisplayName);
    }

    [Theory]
    [InlineData(HistoryDefect.NotCompressed)]
    [InlineData(HistoryDefect.Truncated)]
    [InlineData(HistoryDefect.NotProtobuf)]
    public async Task Spoilt_piece_has_right_hashes_and_cannot_be_read(HistoryDefect defect)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = Create(simulator);
        account.Handset.History.Add(new HistoryChat(AnnaLid, "Anna"));
        simulator.Server.Faults.Add(new Fault.History { Defect = defect, Account = account.Phone });
        await using var companion = await Companion.LinkAsync(simulator, account);

        var spoilt = await ReceivedHistory.TakeAsync(simulator, companion);
        var next = await ReceivedHistory.TakeAsync(simulator, companion);

        Assert.ThrowsAny<Exception>(() => spoilt.Content);
        Assert.Equal(HistorySyncNotification.Types.HistorySyncType.PushName, next.Content.SyncType);
    }

    private static Account Create(SimulatorHost simulator)
    {
        var account = simulator.Server.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        account.Handset.History.IsOn = true;
        return account;
    }
}
