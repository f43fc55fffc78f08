using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using KeyShareType = Wuts.WhatsApp.Protos.ProtocolMessage.Types.Type;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The phone's end-to-end messages to its linked devices and back: delivery, receipts, retries.</summary>
public class HandsetMessageTests
{
    private static readonly AccountSpec Online = new() { PhoneIsOn = true };

    [Fact]
    public async Task New_device_gets_the_key_share_from_the_accounts_identity()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(Online);
        await using var companion = await Companion.LinkAsync(simulator, account);

        var message = await companion.TakeMessageAsync();

        Assert.Equal(("peer", "text", account.Jid.ToString()), (message.Stanza["category"], message.Stanza["type"], message.Stanza["from"]));
        Assert.Equal("pkmsg", message.Stanza.Child("enc")!["type"]);
        Assert.Equal(account.Primary.Identity.PublicKey.ToArray(), companion.LastIdentity);
        Assert.Equal(KeyShareType.AppStateSyncKeyShare, message.Protocol.Type);
        var key = Assert.Single(message.Protocol.AppStateSyncKeyShare.Keys);
        Assert.Equal((6, 32), (key.KeyId.KeyId.Length, key.KeyData.KeyData.Length));
        Assert.Contains(companion.Linked.KeyIndex, key.KeyData.Fingerprint.DeviceIndexes);
    }

    [Fact]
    public async Task Phone_that_is_off_says_nothing_until_it_is_switched_on()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        await using var companion = await Companion.LinkAsync(simulator, account);
        Assert.Equal(0, companion.Linked.QueuedStanzas);

        account.Handset.SwitchOn();

        Assert.Equal(KeyShareType.AppStateSyncKeyShare, (await companion.TakeMessageAsync()).Protocol.Type);
    }

    [Fact]
    public async Task Peer_message_comes_again_after_a_disconnect_until_its_receipt()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        var first = await companion.TakeMessageAsync();

        await companion.ReconnectAsync();

        var second = await companion.TakeAsync(node => node.Tag == "message");
        Assert.Equal((first.Id, "0"), (second["id"], second["offline"]));
        Assert.Equal(first.Stanza.Child("enc")!.ContentBytes.ToArray(), second.Child("enc")!.ContentBytes.ToArray());
        await companion.SendAckedAsync(Companion.Receipt(second, "peer_msg"));
        Assert.Equal((0, 0), (companion.Linked.QueuedStanzas, companion.Linked.Mailbox.Count));
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Retry_receipt_brings_the_message_again_with_its_id_and_count_in_a_new_session()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        var lost = await companion.TakeAsync(node => node.Tag == "message");

        await companion.SendAckedAsync(companion.RetryReceipt(lost, count: 1, withKeys: false));
        var again = await companion.TakeAsync(node => node.Tag == "message");
        await companion.SendAckedAsync(companion.RetryReceipt(again, count: 2, withKeys: true));
        var third = await companion.TakeMessageAsync();

        Assert.Equal((lost["id"], "1"), (again["id"], again.Child("enc")!["count"]));
        Assert.Equal((lost["id"], "2", "pkmsg"), (third.Id, third.Stanza.Child("enc")!["count"], third.Stanza.Child("enc")!["type"]));
        Assert.Equal(KeyShareType.AppStateSyncKeyShare, third.Protocol.Type);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Theory]
    [InlineData("count")]
    [InlineData("no-keys")]
    [InlineData("category")]
    [InlineData("registration")]
    public async Task Malformed_retry_receipt_is_refused(string defect)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        var lost = await companion.TakeAsync(node => node.Tag == "message");
        if (defect == "no-keys")
        {
            await companion.SendAckedAsync(companion.RetryReceipt(lost, count: 1, withKeys: true));
            lost = await companion.TakeAsync(node => node.Tag == "message");
        }

        await companion.SendAckedAsync(defect switch
        {
            "count" => companion.RetryReceipt(lost, count: 2, withKeys: true),
            "no-keys" => companion.RetryReceipt(lost, count: 2, withKeys: false),
            "category" => companion.RetryReceipt(Without(lost, "category"), count: 1, withKeys: false),
            _ => WithRegistration(companion.RetryReceipt(lost, count: 1, withKeys: false), [9, 9, 9, 9]),
        });

        Assert.Equal(RefusalKind.BadReceipt, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Theory]
    [InlineData("read", null)]
    [InlineData("hist_sync", null)]
    [InlineData("peer_msg", "device")]
    [InlineData("peer_msg", "lid")]
    public async Task Receipt_that_does_not_fit_a_peer_message_is_refused_and_settles_nothing(string type, string? address)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(Online);
        await using var companion = await Companion.LinkAsync(simulator, account);
        var message = await companion.TakeMessageAsync();
        Jid? to = address switch
        {
            "device" => account.Jid.WithDevice(3),
            "lid" => account.Lid,
            _ => null,
        };

        await companion.SendAckedAsync(Companion.Receipt(message.Stanza, type, to));

        Assert.Equal(RefusalKind.BadReceipt, Assert.Single(simulator.Server.Refusals).Kind);
        Assert.Equal(1, companion.Linked.QueuedStanzas);
    }

    [Fact]
    public async Task Missing_receipt_of_a_message_that_was_acknowledged_is_recorded()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        var since = simulator.Server.Events.Latest;
        var message = await companion.TakeMessageAsync();
        await companion.Client.AckAsync(message.Stanza);
        await simulator.Server.Events
            .WaitForAsync(e => e.Kind == SimulatorEventKind.StanzaAcknowledged, since)
            .WaitAsync(TestClient.Guard);

        time.Advance(TimeSpan.FromSeconds(62));

        var refused = await simulator.Server.Events.WaitForAsync(e => e.Kind == SimulatorEventKind.Refused).WaitAsync(TestClient.Guard);
        Assert.StartsWith("missing-receipt", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Phone_answers_a_key_request_and_says_which_key_it_does_not_have()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        var share = await companion.TakePeerAsync(KeyShareType.AppStateSyncKeyShare);
        var known = share.Protocol.AppStateSyncKeyShare.Keys[0];

        var ack = await companion.SendAckedAsync(await companion.PeerMessageAsync(KeyRequest(known.KeyId.KeyId.ToByteArray(), [0, 0, 0, 0, 9, 9])));
        var answer = await companion.TakePeerAsync(KeyShareType.AppStateSyncKeyShare);

        Assert.Null(ack["error"]);
        Assert.Equal("msg", answer.Stanza.Child("enc")!["type"]);
        Assert.Equal(known, answer.Protocol.AppStateSyncKeyShare.Keys[0]);
        Assert.Null(answer.Protocol.AppStateSyncKeyShare.Keys[1].KeyData);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Phone_asks_again_for_what_it_cannot_read_and_then_reads_it()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        await using var companion = await Companion.LinkAsync(simulator, simulator.Server.Accounts.Create(Online));
        await companion.TakePeerAsync(KeyShareType.AppStateSyncKeyShare);
        var request = await companion.PeerMessageAsync(KeyRequest([0, 0, 0, 0, 9, 9]), "3EB0FFFFFFFFFFFFFFFFFF");
        await companion.SendAckedAsync(Corrupted(request));

        var retry = await companion.TakeAsync(node => node.Tag == "receipt" && node["type"] == "retry");
        await companion.Client.AckAsync(retry);
        companion.Restart(retry.Child("keys")!, registrationId: 1);
        await companion.SendAckedAsync(await companion.PeerMessageAsync(KeyRequest([0, 0, 0, 0, 9, 9]), retry["id"], count: 1));

        Assert.Equal((request["id"], "peer", "1"), (retry["id"], retry["category"], retry.Child("retry")!["count"]));
        var answer = await companion.TakePeerAsync(KeyShareType.AppStateSyncKeyShare);
        Assert.Null(Assert.Single(answer.Protocol.AppStateSyncKeyShare.Keys).KeyData);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Theory]
    [InlineData("category")]
    [InlineData("push_priority")]
    [InlineData("meta")]
    [InlineData("device-identity")]
    public async Task Peer_message_without_a_due_part_gets_error_479(string part)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        await using var companion = await Companion.LinkAsync(simulator, account);
        var message = await companion.PeerMessageAsync(KeyRequest([1]));
        var spoiled = message.TryGetAttribute(part, out _)
            ? Without(message, part)
            : new Node("message", message.Attributes, [.. message.Children.ToArray().Where(child => child.Tag != part)]);

        var ack = await companion.SendAckedAsync(spoiled);

        Assert.Equal("479", ack["error"]);
        Assert.Equal(RefusalKind.BadMessage, Assert.Single(simulator.Server.Refusals).Kind);
    }

    internal static ProtocolMessage KeyRequest(params byte[][] ids)
    {
        var request = new AppStateSyncKeyRequest();
        request.KeyIds.AddRange(ids.Select(id => new AppStateSyncKeyId { KeyId = Google.Protobuf.ByteString.CopyFrom(id) }));
        return new ProtocolMessage { Type = KeyShareType.AppStateSyncKeyRequest, AppStateSyncKeyRequest = request };
    }

    private static Node Without(Node node, string attribute) => new(
        node.Tag, [.. node.Attributes.ToArray().Where(other => other.Name != attribute)], node.Children);

    private static Node WithRegistration(Node receipt, byte[] id) => new(
        receipt.Tag,
        receipt.Attributes,
        [.. receipt.Children.ToArray().Select(child => child.Tag == "registration" ? new Node("registration", [], id) : child)]);

    private static Node Corrupted(Node message) => new(
        message.Tag,
        message.Attributes,
        [.. message.Children.ToArray().Select(child => child.Tag != "enc" ? child : new Node("enc", child.Attributes, Flip(child.ContentBytes.ToArray())))]);

    private static byte[] Flip(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }
}
