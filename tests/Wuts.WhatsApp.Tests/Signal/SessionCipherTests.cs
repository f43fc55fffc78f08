using Google.Protobuf;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Signal;

namespace Wuts.WhatsApp.Tests.Signal;

public class SessionCipherTests
{
    private readonly SignalParty _alice;
    private readonly SignalParty _bob;

    public SessionCipherTests()
    {
        var keys = new SeededEntropySource(1);
        (_alice, _bob) = (SignalParty.Create(keys), SignalParty.Create(keys));
    }

    [Fact]
    public void Messages_carry_the_pre_keys_until_the_peer_has_answered()
    {
        _alice.Initiate(_bob.Bundle(1));
        var first = _alice.Send("1"u8);
        var second = _alice.Send("2"u8);
        Assert.True(first.IsPreKeyMessage && second.IsPreKeyMessage);

        var decrypted = _bob.Decrypt(first);
        Assert.Equal(1u, decrypted.ConsumedPreKeyId);
        Assert.Equal(_alice.Identity.KeyPair.PublicKey.ToArray(), decrypted.RemoteIdentity);
        _bob.Receive(first);

        // The second one belongs to the session that exists; the pre-key is gone and not needed.
        Assert.Empty(_bob.PreKeys);
        Assert.Null(_bob.Decrypt(second).ConsumedPreKeyId);
        _bob.Receive(second);

        _alice.Receive(_bob.Send("3"u8));
        Assert.False(_alice.Send("4"u8).IsPreKeyMessage);
    }

    [Fact]
    public void Message_that_names_an_unknown_pre_key_is_refused()
    {
        _alice.Initiate(_bob.Bundle(1));
        var message = _alice.Send("1"u8);
        _bob.PreKeys.Clear();
        Assert.Equal(SignalFailure.UnknownPreKey, _bob.Refusal(message));

        _alice.Initiate(_bob.Bundle() with { SignedPreKeyId = 9 });
        Assert.Equal(SignalFailure.UnknownSignedPreKey, _bob.Refusal(_alice.Send("1"u8)));
    }

    [Fact]
    public void Message_without_a_session_is_refused_in_both_directions()
    {
        Assert.Throws<SignalException>(() => _alice.Send("1"u8));
        _alice.Initiate(_bob.Bundle(1));
        _bob.Receive(_alice.Send("1"u8));
        var message = _bob.Send("2"u8);
        _alice.Record = SessionRecord.Empty;
        Assert.Equal(SignalFailure.NoSession, _alice.Refusal(message));
    }

    [Fact]
    public void Message_for_another_session_is_refused()
    {
        _alice.Initiate(_bob.Bundle(1));
        _bob.Receive(_alice.Send("1"u8));
        var message = _bob.Send("2"u8);
        _alice.Record = SessionRecord.Empty;
        _alice.Initiate(_bob.Bundle());
        Assert.Equal(SignalFailure.InvalidMac, _alice.Refusal(message));
    }

    [Fact]
    public void Signed_pre_key_of_another_identity_is_refused()
    {
        var stranger = SignalParty.Create(new SeededEntropySource(2));
        Refused(SignalFailure.InvalidSignature, _bob.Bundle(1) with { IdentityKey = stranger.Identity.KeyPair.PublicKey.ToArray() });
        Refused(SignalFailure.InvalidSignature, _bob.Bundle(1) with { SignedPreKey = stranger.SignedPreKey.KeyPair.PublicKey.ToArray() });

        void Refused(SignalFailure failure, PreKeyBundle bundle)
        {
            Assert.Equal(failure, Assert.Throws<SignalException>(() => _alice.Initiate(bundle)).Failure);
            Assert.Null(_alice.Record.Current);
        }
    }

    [Fact]
    public void Public_keys_without_effect_are_refused()
    {
        var zero = new byte[X25519.KeySize];
        var signed = _bob.Bundle() with
        {
            SignedPreKey = zero,
            SignedPreKeySignature = XEdDsa.Sign(_bob.Identity.KeyPair.PrivateKey, PublicKeys.ToWire(zero)),
        };
        Assert.Equal(SignalFailure.InvalidKey, Assert.Throws<SignalException>(() => _alice.Initiate(signed)).Failure);
        var oneTime = _bob.Bundle() with { OneTimePreKey = new RemotePreKey(1, zero) };
        Assert.Equal(SignalFailure.InvalidKey, Assert.Throws<SignalException>(() => _alice.Initiate(oneTime)).Failure);

        _alice.Initiate(_bob.Bundle());
        var message = _alice.Send("1"u8);
        var wire = Protos.Signal.PreKeySignalMessage.Parser.ParseFrom(message.Payload.AsSpan(1));
        wire.BaseKey = ByteString.CopyFrom(PublicKeys.ToWire(zero));
        Assert.Equal(SignalFailure.InvalidKey, _bob.Refusal(message with { Payload = [0x33, .. wire.ToByteArray()] }));
    }

    [Fact]
    public void Identity_claimed_around_a_message_of_another_session_is_not_believed()
    {
        _alice.Initiate(_bob.Bundle());
        var message = _alice.Send("1"u8);
        _bob.Receive(message);

        // The base key of a known session, with another identity: a new session is tried, and the MAC does not fit.
        var stranger = SignalParty.Create(new SeededEntropySource(2));
        var wire = Protos.Signal.PreKeySignalMessage.Parser.ParseFrom(message.Payload.AsSpan(1));
        wire.IdentityKey = ByteString.CopyFrom(PublicKeys.ToWire(stranger.Identity.KeyPair.PublicKey));
        var forged = message with { Payload = [0x33, .. wire.ToByteArray()] };
        Assert.Equal(SignalFailure.InvalidMac, _bob.Refusal(forged));
    }

    [Fact]
    public void Message_for_an_earlier_session_makes_it_current_again()
    {
        _alice.Initiate(_bob.Bundle(1));
        var first = _alice.Send("1"u8);
        _bob.Receive(first);
        var reply = _bob.Send("2"u8);
        _alice.Initiate(_bob.Bundle());
        var earlier = PreKeySignalMessage.Parse(first.Payload);
        Assert.False(_alice.Record.Current!.BaseKey.AsSpan().SequenceEqual(earlier.BaseKey));

        Assert.Equal("2"u8, _alice.Receive(reply));
        Assert.Equal(earlier.BaseKey, _alice.Record.Current.BaseKey);
        Assert.Single(_alice.Record.Archived);
    }

    [Theory]
    [InlineData(0x23, SignalFailure.UnsupportedVersion)]
    [InlineData(0x43, SignalFailure.UnsupportedVersion)]
    [InlineData(0x03, SignalFailure.UnsupportedVersion)]
    [InlineData(0x34, null)]
    public void Only_version_3_is_read(byte version, SignalFailure? expected)
    {
        _alice.Initiate(_bob.Bundle());
        var payload = _alice.Send("1"u8).Payload;
        payload[0] = version;
        var refused = Record.Exception(() => PreKeySignalMessage.Parse(payload));
        Assert.Equal(expected, (refused as SignalException)?.Failure);
    }

    [Fact]
    public void Key_of_another_type_is_refused()
    {
        _alice.Initiate(_bob.Bundle());
        var payload = _alice.Send("1"u8).Payload;
        payload[Array.IndexOf(payload, PublicKeys.Type)] = 0x06;
        Assert.Equal(
            SignalFailure.InvalidKey, Assert.Throws<SignalException>(() => PreKeySignalMessage.Parse(payload)).Failure);
    }
}
