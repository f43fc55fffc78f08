using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>The stored forms of Signal state. They outlive the program, so they may only grow.</summary>
public class StoredStateTests
{
    private static readonly JsonElement Golden = VectorFile.Open("signal-stored-state.json");

    [Fact]
    public void Stored_session_is_frozen()
    {
        var record = Conversation();
        Assert.Equal(2, record.Current!.Receivers.Length);
        Assert.Equal(3, record.Current.Receivers[^1].Chain.Skipped.Count);
        Assert.Single(record.Archived);
        Assert.Equal(Golden.TextOf("session"), Hex.Text(record.Encode()));
    }

    [Fact]
    public void Stored_sender_key_is_frozen()
    {
        var record = GroupCipher.Create(SenderKeyRecord.Empty, 7, new SeededEntropySource(1));
        Assert.Equal(Golden.TextOf("sender_key"), Hex.Text(record.Encode()));
    }

    [Fact]
    public void Stored_state_survives_a_round_trip()
    {
        Assert.Equal(Golden.TextOf("session"), Hex.Text(SessionRecord.Decode(Golden.HexOf("session")).Encode()));
        Assert.Equal(Golden.TextOf("sender_key"), Hex.Text(SenderKeyRecord.Decode(Golden.HexOf("sender_key")).Encode()));
        Assert.Null(SessionRecord.Decode(SessionRecord.Empty.Encode()).Current);
    }

    [Fact]
    public void Damaged_or_newer_state_is_refused_and_never_taken_for_no_state()
    {
        var (session, senderKey) = (Golden.HexOf("session"), Golden.HexOf("sender_key"));
        Assert.Throws<SignalStateException>(() => SessionRecord.Decode([]));
        Assert.Throws<SignalStateException>(() => SenderKeyRecord.Decode([]));
        Assert.Throws<SignalStateException>(() => SessionRecord.Decode([0x08, 0x02, .. session[2..]]));
        Assert.Throws<SignalStateException>(() => SenderKeyRecord.Decode([0x08, 0x02, .. senderKey[2..]]));
        for (var length = 1; length < session.Length; length += 7)
        {
            var refused = Record.Exception(() => Walk(SessionRecord.Decode(session.AsSpan(0, length))));
            Assert.True(refused is null or SignalStateException, $"length {length}: {refused}");
        }

        for (var length = 3; length < senderKey.Length; length++)
        {
            Assert.Throws<SignalStateException>(() => SenderKeyRecord.Decode(senderKey.AsSpan(0, length)));
        }

        static void Walk(SessionRecord record)
        {
            for (var i = 0; i < record.Archived.Length; i++)
            {
                _ = record.ArchivedAt(i);
            }
        }
    }

    private static SessionRecord Conversation()
    {
        var keys = new SeededEntropySource(1);
        var (alice, bob) = (SignalParty.Create(keys), SignalParty.Create(keys));
        alice.Initiate(bob.Bundle(1));
        bob.Receive(alice.Send("1"u8));
        alice.Initiate(bob.Bundle());
        bob.Receive(alice.Send("2"u8));
        alice.Receive(bob.Send("3"u8));
        _ = (alice.Send("4"u8), alice.Send("5"u8), alice.Send("6"u8));
        bob.Receive(alice.Send("7"u8));
        return bob.Record;
    }
}
