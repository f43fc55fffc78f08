using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

public class GroupCipherTests
{
    private readonly SeededEntropySource _random = new(1);
    private SenderKeyRecord _sender;
    private SenderKeyRecord _receiver;

    public GroupCipherTests()
    {
        _sender = GroupCipher.Create(SenderKeyRecord.Empty, 7, _random);
        _receiver = GroupCipher.Process(SenderKeyRecord.Empty, GroupCipher.Distribute(_sender));
    }

    [Fact]
    public void Gaps_are_tolerated_and_late_messages_read_once()
    {
        var messages = Enumerable.Range(0, 5).Select(i => Send((byte)i)).ToArray();
        foreach (var i in new[] { 0, 2, 4, 1, 3 })
        {
            Assert.Equal([(byte)i], Receive(messages[i]));
        }

        Assert.All(messages, message => Assert.Equal(SignalFailure.Duplicate, Refusal(message)));
    }

    [Fact]
    public void Repeated_distribution_message_does_not_rewind_the_chain()
    {
        var distribution = GroupCipher.Distribute(_sender);
        var message = Send(1);
        Receive(message);

        Assert.Same(_receiver, GroupCipher.Process(_receiver, distribution));
        Assert.Equal(SignalFailure.Duplicate, Refusal(message));
    }

    [Fact]
    public void Known_id_with_another_signing_key_replaces_the_sender_key()
    {
        var stale = Send(1);
        _sender = GroupCipher.Create(SenderKeyRecord.Empty, 7, _random);
        _receiver = GroupCipher.Process(_receiver, GroupCipher.Distribute(_sender));

        Assert.Single(_receiver.States);
        Assert.Equal(SignalFailure.InvalidSignature, Refusal(stale));
        Assert.Equal([2], Receive(Send(2)));
    }

    [Fact]
    public void Five_sender_keys_are_kept()
    {
        var first = Send(1);
        var second = default(SenderKeyMessage);
        for (var id = 8u; id < 13; id++)
        {
            _sender = GroupCipher.Create(_sender, id, _random);
            _receiver = GroupCipher.Process(_receiver, GroupCipher.Distribute(_sender));
            second ??= Send(2);
        }

        Assert.Equal(SignalLimits.MaxSenderKeys, _receiver.States.Length);
        Assert.Equal(SignalFailure.NoSenderKey, Refusal(first));
        Assert.Equal([2], Receive(second!));
    }

    [Fact]
    public void Message_at_the_skip_limit_is_read_and_the_next_one_is_too_far()
    {
        var messages = Enumerable.Range(0, SignalLimits.MaxSkip + 2).Select(i => Send((byte)i)).ToArray();
        Assert.Equal(SignalFailure.TooFarInFuture, Refusal(messages[^1]));
        Assert.Equal([unchecked((byte)SignalLimits.MaxSkip)], Receive(messages[^2]));
        Assert.Equal(SignalLimits.MaxSkippedKeys, _receiver.States[0].Chain.Skipped.Count);
        Assert.Equal([5], Receive(messages[5]));
    }

    [Fact]
    public void Last_iteration_of_all_does_not_bring_the_chain_back_to_zero()
    {
        var state = _sender.States[0];
        var last = new SenderKeyDistribution(8, new ChainKey(new byte[32], uint.MaxValue), state.SigningPublic);
        _receiver = GroupCipher.Process(_receiver, last);
        var message = SenderKeyMessage.Create(8, uint.MaxValue, new byte[16], state.SigningPrivate, _random);
        Assert.Equal(SignalFailure.TooFarInFuture, Refusal(message));
    }

    [Fact]
    public void Receiver_cannot_send_with_the_key_of_another()
    {
        Assert.Throws<SignalException>(() => GroupCipher.Encrypt(_receiver, [1], _random));
        Assert.Throws<SignalException>(() => GroupCipher.Distribute(SenderKeyRecord.Empty));
    }

    private SenderKeyMessage Send(byte body)
    {
        (_sender, var message) = GroupCipher.Encrypt(_sender, [body], _random);
        return SenderKeyMessage.Parse(message.Serialized);
    }

    private byte[] Receive(SenderKeyMessage message)
    {
        var decrypted = GroupCipher.Decrypt(_receiver, message);
        _receiver = SenderKeyRecord.Decode(decrypted.After.Encode());
        return decrypted.Plaintext;
    }

    private SignalFailure Refusal(SenderKeyMessage message) =>
        Assert.Throws<SignalException>(() => GroupCipher.Decrypt(_receiver, message)).Failure;
}
