using Google.Protobuf;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Message stanzas through decryption and store. Sync sections 1.3, 1.4, 1.8, 1.11 and 1.12.</summary>
public class MessageDecryptorTests
{
    private const string Alice = "491700000001@s.whatsapp.net";
    private const string AliceLid = "100000000000001@lid";
    private const string Group = "120363021234567890@g.us";

    private readonly TestDevice _device = TestDevice.Create();
    private readonly SignalParty _alice = SignalParty.Create(new SeededEntropySource(2));

    public MessageDecryptorTests()
    {
        _device.Phone.Initiate(_device.Self.Bundle(1));
        _alice.Initiate(_device.Self.Bundle(2));
    }

    [Fact]
    public async Task First_message_stores_session_and_identity_and_uses_up_the_pre_key()
    {
        var received = await Received(TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
        Assert.IsType<PeerContent.Ordinary>(Assert.Single(received.Payloads).Content);
        Assert.Null(received.ChangedIdentity);

        var rows = await _device.LoadAsync(Jid.Parse(AliceLid));
        Assert.True(rows.Sessions.TryGet(Address(AliceLid), out _));
        Assert.True(rows.Identities.TryGet(Address(AliceLid), out var identity));
        Assert.Equal(_alice.Identity.KeyPair.PublicKey.ToArray(), identity);
        Assert.Equal([1u, 3u], rows.PreKeys.Keys.Order());
    }

    [Fact]
    public async Task Repeated_delivery_of_an_ordinary_message_has_nothing_to_handle_and_its_body_is_not_kept()
    {
        var stanza = TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello")));
        var first = Assert.Single((await Received(stanza)).Payloads);
        Assert.Empty((await Received(stanza)).Payloads);
        Assert.False((await PayloadsOf(first.Id)).TryGet(first.Id, out _));
    }

    [Fact]
    public async Task Key_share_is_kept_until_it_is_handled_and_its_plaintext_no_longer()
    {
        var stanza = TestStanzas.PeerMessage("1", TestDevice.OwnPhone, _device.Phone.Enc(TestStanzas.KeyShare()));
        var first = Assert.Single((await Received(stanza)).Payloads);
        Assert.IsType<PeerContent.AppStateKeys>(first.Content);
        Assert.False(first.IsRepeated);

        var second = Assert.Single((await Received(stanza)).Payloads);
        Assert.IsType<PeerContent.AppStateKeys>(second.Content);
        Assert.Equal(first.Id, second.Id);
        Assert.True(second.IsRepeated);

        await _device.Decryptor().CompleteAsync([second], CancellationToken.None);
        Assert.Empty((await Received(stanza)).Payloads);
        Assert.True((await PayloadsOf(first.Id)).TryGet(first.Id, out var row));
        Assert.Null(row.Plaintext);
    }

    [Fact]
    public async Task Unreadable_message_is_asked_for_five_times_and_the_count_outlives_the_process()
    {
        _alice.Record = SessionRecord.Empty;
        _alice.Initiate(_device.Self.Bundle() with { SignedPreKeyId = 9 });
        for (var attempt = 1; attempt <= RetryPolicy.MaxAttempts + 2; attempt++)
        {
            var stanza = TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello")));
            var outcome = Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(stanza));
            Assert.Equal(SignalFailure.UnknownSignedPreKey, outcome.Failure);
            Assert.Equal(Math.Min(attempt, RetryPolicy.MaxAttempts + 1), Math.Min(outcome.Attempt, RetryPolicy.MaxAttempts + 1));
            Assert.Equal(attempt > RetryPolicy.MaxAttempts, outcome.IsFinal);
        }

        var other = TestStanzas.Message("2", AliceLid, _alice.Enc(TestStanzas.Text("hello")));
        Assert.Equal(1, Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(other)).Attempt);
    }

    [Fact]
    public async Task Message_that_was_sent_again_is_read_and_its_retry_count_forgotten()
    {
        var lost = TestStanzas.Message("1", AliceLid, TestStanzas.Enc("msg", [0x33]));
        Assert.Equal(
            SignalFailure.Malformed, Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(lost)).Failure);
        await Received(TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
        Assert.Equal(1, Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(lost)).Attempt);
    }

    [Fact]
    public async Task Changed_identity_of_another_person_is_accepted_and_reported()
    {
        await Received(TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
        var late = TestStanzas.Message("2", AliceLid, _alice.Enc(TestStanzas.Text("late")));
        var reinstalled = SignalParty.Create(new SeededEntropySource(3));
        reinstalled.Initiate(_device.Self.Bundle(3));

        var received = await Received(TestStanzas.Message("3", AliceLid, reinstalled.Enc(TestStanzas.Text("new phone"))));
        Assert.Equal(Address(AliceLid), received.ChangedIdentity);
        var rows = await _device.LoadAsync(Jid.Parse(AliceLid));
        Assert.True(rows.Identities.TryGet(Address(AliceLid), out var identity));
        Assert.Equal(reinstalled.Identity.KeyPair.PublicKey.ToArray(), identity);
        Assert.True(rows.Sessions.TryGet(Address(AliceLid), out var session));
        Assert.Empty(SessionRecord.Decode(session).Archived);
        Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(late));
    }

    [Fact]
    public async Task Changed_identity_that_proves_nothing_changes_nothing()
    {
        await Received(TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
        var before = await _device.LoadAsync(Jid.Parse(AliceLid));
        var forger = SignalParty.Create(new SeededEntropySource(3));
        forger.Initiate(_device.Self.Bundle(3));
        var enc = forger.Enc(TestStanzas.Text("forged"));
        var payload = enc.ContentBytes.ToArray();
        payload[^12] ^= 1;

        var outcome = await _device.ReceiveAsync(TestStanzas.Message("2", AliceLid, TestStanzas.Enc("pkmsg", payload)));
        Assert.Equal(SignalFailure.InvalidMac, Assert.IsType<MessageOutcome.Undecryptable>(outcome).Failure);
        var after = await _device.LoadAsync(Jid.Parse(AliceLid));
        AssertSame(before.Sessions, after.Sessions);
        AssertSame(before.Identities, after.Identities);
        Assert.Equal(before.PreKeys.Keys, after.PreKeys.Keys);
    }

    [Fact]
    public async Task Only_the_identity_of_the_pairing_can_speak_as_the_own_phone()
    {
        var forger = SignalParty.Create(new SeededEntropySource(3));
        forger.Initiate(_device.Self.Bundle(3));
        foreach (var phone in new[] { TestDevice.OwnPhone, TestDevice.OwnLid })
        {
            var outcome = await _device.ReceiveAsync(
                TestStanzas.PeerMessage("1", phone, forger.Enc(TestStanzas.KeyShare())));
            Assert.Equal(SignalFailure.UntrustedIdentity, Assert.IsType<MessageOutcome.Undecryptable>(outcome).Failure);
        }

        var received = await Received(TestStanzas.PeerMessage("2", TestDevice.OwnPhone, _device.Phone.Enc(TestStanzas.KeyShare())));
        Assert.IsType<PeerContent.AppStateKeys>(Assert.Single(received.Payloads).Content);
    }

    [Fact]
    public async Task Own_companion_is_believed_when_the_phone_vouches_for_it()
    {
        var companion = SignalParty.Create(new SeededEntropySource(3));
        companion.Initiate(_device.Self.Bundle(3));
        var enc = companion.Enc(TestStanzas.KeyShare());
        const string From = "491700000000:5@s.whatsapp.net";
        Assert.Equal(
            SignalFailure.UntrustedIdentity,
            Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(TestStanzas.PeerMessage("1", From, enc))).Failure);

        var identity = new Node("device-identity", [], TestDevice.Vouch(_device.Phone, companion));
        var received = await Received(TestStanzas.PeerMessage("1", From, enc, identity));
        Assert.IsType<PeerContent.AppStateKeys>(Assert.Single(received.Payloads).Content);
    }

    [Fact]
    public async Task Sessions_follow_a_person_from_the_number_to_the_lid()
    {
        await Received(TestStanzas.Message("1", Alice, _alice.Enc(TestStanzas.Text("by number"))));
        _device.Lids[Jid.Parse(Alice)] = Jid.Parse(AliceLid);
        await Received(TestStanzas.Message("2", Alice, _alice.Enc(TestStanzas.Text("the pair is known"))));

        var rows = await _device.LoadAsync(Jid.Parse(Alice), Jid.Parse(AliceLid));
        Assert.Equal([Address(AliceLid)], rows.Sessions.Keys);
        Assert.Equal([Address(AliceLid)], rows.Identities.Keys);
        await Received(TestStanzas.Message("3", AliceLid, _alice.Enc(TestStanzas.Text("by LID"))));
        await Received(TestStanzas.Message("4", Alice, _alice.Enc(TestStanzas.Text("by number again"))));
    }

    [Fact]
    public async Task Sessions_stay_when_the_number_had_another_lid()
    {
        await Received(TestStanzas.Message("1", Alice, _alice.Enc(TestStanzas.Text("by number"))));
        _device.Lids[Jid.Parse(Alice)] = Jid.Parse("100000000000002@lid");
        var stanza = new Node(
            "message",
            [("id", "2"), ("from", Jid.Parse(AliceLid)), ("sender_pn", Jid.Parse(Alice))],
            [_alice.Enc(TestStanzas.Text("somebody else?"))]);

        // A pre-key message is enough to start over under the new name; the old state stays where it was.
        await _device.ReceiveAsync(stanza);
        Assert.True((await _device.LoadAsync(Jid.Parse(Alice))).Sessions.TryGet(Address(Alice), out _));
    }

    [Fact]
    public async Task Sender_key_arrives_in_the_first_part_and_reads_the_second()
    {
        var senderKey = GroupCipher.Create(SenderKeyRecord.Empty, 7, new SeededEntropySource(4));
        var distribution = Distribution(senderKey, Group);
        (senderKey, var message) = GroupCipher.Encrypt(senderKey, Padded("all"), new SeededEntropySource(5));
        var stanza = GroupMessage("1", _alice.Enc(distribution), TestStanzas.Enc("skmsg", message.Serialized));

        Assert.Equal(2, (await Received(stanza)).Payloads.Count);
        Assert.Empty((await Received(stanza)).Payloads);
        (_, message) = GroupCipher.Encrypt(senderKey, Padded("more"), new SeededEntropySource(5));
        Assert.Single((await Received(GroupMessage("2", TestStanzas.Enc("skmsg", message.Serialized)))).Payloads);
    }

    [Fact]
    public async Task Sender_key_for_another_group_than_that_of_the_stanza_is_not_taken()
    {
        var senderKey = GroupCipher.Create(SenderKeyRecord.Empty, 7, new SeededEntropySource(4));
        var (_, message) = GroupCipher.Encrypt(senderKey, MessagePadding.Pad([], 2), new SeededEntropySource(5));
        var stanza = GroupMessage(
            "1", _alice.Enc(Distribution(senderKey, "120363021234567899@g.us")), TestStanzas.Enc("skmsg", message.Serialized));

        var outcome = Assert.IsType<MessageOutcome.Undecryptable>(await _device.ReceiveAsync(stanza));
        Assert.Equal(SignalFailure.NoSenderKey, outcome.Failure);
        Assert.Single(outcome.Payloads);
        Assert.Empty((await _device.LoadAsync(Jid.Parse(AliceLid))).SenderKeys.Keys);
    }

    [Fact]
    public async Task Payload_that_is_no_message_is_rejected_and_not_asked_for()
    {
        var noMessage = _alice.Send(MessagePadding.Pad([0xFF], 2));
        var noPadding = _alice.Send([1, 2, 3]);
        foreach (var encrypted in new[] { noMessage, noPadding })
        {
            var stanza = TestStanzas.Message("1", AliceLid, TestStanzas.Enc("pkmsg", encrypted.Payload));
            var outcome = await _device.ReceiveAsync(stanza);
            Assert.Equal(NackReason.InvalidProtobuf, Assert.IsType<MessageOutcome.Rejected>(outcome).Reason);
        }

        // The ratchet has moved all the same, so the next message is read.
        await Received(TestStanzas.Message("2", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
    }

    [Fact]
    public async Task Stanzas_without_payload_for_this_device_are_told_apart()
    {
        var unavailable = TestStanzas.Message("1", AliceLid, new Node("unavailable", [("type", "view_once")]));
        Assert.Equal("view_once", Assert.IsType<MessageOutcome.NoPayload>(await _device.ReceiveAsync(unavailable)).Reason);

        var empty = TestStanzas.Message("1", AliceLid);
        Assert.Equal(
            NackReason.UnrecognizedStanza, Assert.IsType<MessageOutcome.Rejected>(await _device.ReceiveAsync(empty)).Reason);

        var channel = TestStanzas.Message("1", "120363100000000001@newsletter", new Node("plaintext", [], [1]));
        Assert.IsType<MessageOutcome.NoPayload>(await _device.ReceiveAsync(channel));

        var bot = TestStanzas.Message("1", "867051314767696@bot", TestStanzas.Enc("msmsg", [1]));
        Assert.IsType<MessageOutcome.NoPayload>(await _device.ReceiveAsync(bot));

        var messenger = TestStanzas.Message("1", AliceLid, new Node("enc", [("v", "3"), ("type", "msg")], [1]));
        Assert.IsType<MessageOutcome.NoPayload>(await _device.ReceiveAsync(messenger));
    }

    [Fact]
    public async Task Vectors_of_message_stanzas_end_in_a_typed_outcome()
    {
        foreach (var name in StanzaVectors.Names("messages"))
        {
            // Their payloads are not encrypted for anybody, so all that can be asked is that they are refused properly.
            var outcome = await _device.ReceiveAsync(StanzaVectors.Node(name));
            Assert.True(outcome is MessageOutcome.Undecryptable or MessageOutcome.NoPayload, name);
        }
    }

    [Fact]
    public async Task Person_who_installed_anew_is_forgotten_under_both_names()
    {
        await Received(TestStanzas.Message("1", Alice, _alice.Enc(TestStanzas.Text("hello"))));
        await Received(TestStanzas.PeerMessage("2", TestDevice.OwnPhone, _device.Phone.Enc(TestStanzas.KeyShare())));
        await _device.Decryptor().ForgetAsync(Jid.Parse(AliceLid), Jid.Parse(Alice), CancellationToken.None);

        var rows = await _device.LoadAsync(Jid.Parse(Alice), Jid.Parse(AliceLid), Jid.Parse(TestDevice.OwnLid));
        Assert.Equal([Address(TestDevice.OwnLid)], rows.Sessions.Keys);
        Assert.Equal([Address(TestDevice.OwnLid)], rows.Identities.Keys);
    }

    [Fact]
    public async Task Own_account_and_companions_of_others_are_not_forgotten()
    {
        await Received(TestStanzas.Message("1", AliceLid, _alice.Enc(TestStanzas.Text("hello"))));
        await Received(TestStanzas.PeerMessage("2", TestDevice.OwnPhone, _device.Phone.Enc(TestStanzas.KeyShare())));
        var decryptor = _device.Decryptor();
        await decryptor.ForgetAsync(Jid.Parse(TestDevice.OwnPhone), default, CancellationToken.None);
        await decryptor.ForgetAsync(Jid.Parse(AliceLid), Jid.Parse(TestDevice.OwnPhone), CancellationToken.None);
        await decryptor.ForgetAsync(Jid.Parse(AliceLid).WithDevice(3), default, CancellationToken.None);

        var rows = await _device.LoadAsync(Jid.Parse(AliceLid), Jid.Parse(TestDevice.OwnLid));
        Assert.Equal(2, rows.Sessions.Keys.Count);
    }

    private static SignalAddress Address(string jid) => SignalAddress.FromJid(Jid.Parse(jid));

    private static byte[] Padded(string text) => MessagePadding.Pad(TestStanzas.Text(text).ToByteArray(), 2);

    private static Node GroupMessage(string id, params ReadOnlySpan<Node> children) => new(
        "message",
        [("id", id), ("from", Jid.Parse(Group)), ("participant", Jid.Parse(AliceLid)), ("addressing_mode", "lid")],
        children);

    private static Message Distribution(SenderKeyRecord senderKey, string group) => new()
    {
        SenderKeyDistributionMessage = new SenderKeyDistributionMessage
        {
            GroupId = group,
            AxolotlSenderKeyDistributionMessage = ByteString.CopyFrom(GroupCipher.Distribute(senderKey).Encode()),
        },
    };

    private static void AssertSame(RowSet<SignalAddress, byte[]> expected, RowSet<SignalAddress, byte[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var key in expected.Keys)
        {
            Assert.True(expected.TryGet(key, out var before) && actual.TryGet(key, out var after) && before.SequenceEqual(after));
        }
    }

    private async Task<MessageOutcome.Received> Received(Node stanza) =>
        Assert.IsType<MessageOutcome.Received>(await _device.ReceiveAsync(stanza));

    private async Task<RowSet<PayloadId, PayloadRow>> PayloadsOf(PayloadId id)
    {
        var query = new SignalQuery();
        query.Payloads.Add(id);
        return (await _device.Memory.LoadAsync(query, CancellationToken.None)).Payloads;
    }
}
