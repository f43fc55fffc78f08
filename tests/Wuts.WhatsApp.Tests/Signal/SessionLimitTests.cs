using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

/// <summary>Every limit of sync section 1.7, at the limit and one past it.</summary>
public class SessionLimitTests
{
    private readonly SignalParty _alice;
    private readonly SignalParty _bob;

    public SessionLimitTests()
    {
        var keys = new SeededEntropySource(1);
        (_alice, _bob) = (SignalParty.Create(keys), SignalParty.Create(keys));
        _alice.Initiate(_bob.Bundle(1));
    }

    [Fact]
    public void Message_at_the_skip_limit_is_read_and_the_next_one_is_too_far()
    {
        Connect();
        var messages = Sent(SignalLimits.MaxSkip + 2);

        Assert.Equal(SignalFailure.TooFarInFuture, _bob.Refusal(messages[SignalLimits.MaxSkip + 1]));
        Assert.Equal(Body(SignalLimits.MaxSkip), _bob.Receive(messages[SignalLimits.MaxSkip]));
        Assert.Equal(Body(SignalLimits.MaxSkip + 1), _bob.Receive(messages[SignalLimits.MaxSkip + 1]));
    }

    [Fact]
    public void Oldest_skipped_keys_make_room_for_newer_ones()
    {
        Connect();
        var messages = Sent(SignalLimits.MaxSkippedKeys + 4);
        Assert.Equal(Body(1_000), _bob.Receive(messages[1_000]));
        Assert.Equal(Body(SignalLimits.MaxSkippedKeys + 3), _bob.Receive(messages[SignalLimits.MaxSkippedKeys + 3]));

        // 1,000 keys before the first one and 1,002 after it: two too many.
        Assert.Equal(SignalLimits.MaxSkippedKeys, _bob.Record.Current!.Receivers[^1].Chain.Skipped.Count);
        Assert.Equal(SignalFailure.Duplicate, _bob.Refusal(messages[0]));
        Assert.Equal(SignalFailure.Duplicate, _bob.Refusal(messages[1]));
        Assert.Equal(Body(2), _bob.Receive(messages[2]));
        Assert.Equal(Body(999), _bob.Receive(messages[999]));
        Assert.Equal(Body(SignalLimits.MaxSkippedKeys + 2), _bob.Receive(messages[SignalLimits.MaxSkippedKeys + 2]));
        Assert.Equal(SignalFailure.Duplicate, _bob.Refusal(messages[999]));
    }

    [Fact]
    public void Messages_of_the_last_five_ratchet_keys_can_be_late()
    {
        Connect();
        List<SessionEncryption> late = [];
        for (var turn = 0; turn < SignalLimits.MaxReceiverChains + 1; turn++)
        {
            late.Add(_alice.Send(Body(turn)));
            _bob.Receive(_alice.Send("now"u8));
            _alice.Receive(_bob.Send("reply"u8));
        }

        Assert.Equal(SignalLimits.MaxReceiverChains, _bob.Record.Current!.Receivers.Length);
        Assert.Equal(SignalFailure.InvalidMac, _bob.Refusal(late[0]));
        for (var turn = 1; turn < late.Count; turn++)
        {
            Assert.Equal(Body(turn), _bob.Receive(late[turn]));
        }
    }

    [Fact]
    public void Forty_earlier_sessions_can_still_receive()
    {
        List<SessionEncryption> late = [];
        for (var session = 0; session < SignalLimits.MaxArchivedSessions + 2; session++)
        {
            _alice.Initiate(_bob.Bundle());
            _bob.Receive(_alice.Send("hello"u8));
            late.Add(_alice.Send(Body(session)));
        }

        Assert.Equal(SignalLimits.MaxArchivedSessions, _bob.Record.Archived.Length);

        // The oldest session is gone, so the message starts it anew: without a one-time pre-key nothing tells them apart.
        Assert.False(_bob.Record.TryFind(PreKeySignalMessage.Parse(late[0].Payload), out _, out _));
        Assert.Equal(Body(1), _bob.Receive(late[1]));
        Assert.Equal(SignalLimits.MaxArchivedSessions, _bob.Record.Archived.Length);
        Assert.True(_bob.Record.Current!.IsStartedBy(PreKeySignalMessage.Parse(late[1].Payload)));
    }

    /// <summary>Lets both sides answer once, so that there is an established session.</summary>
    private void Connect()
    {
        _bob.Receive(_alice.Send("hello"u8));
        _alice.Receive(_bob.Send("hello"u8));
    }

    private SessionEncryption[] Sent(int count) => [.. Enumerable.Range(0, count).Select(i => _alice.Send(Body(i)))];

    private static byte[] Body(int number) => BitConverter.GetBytes(number);
}
