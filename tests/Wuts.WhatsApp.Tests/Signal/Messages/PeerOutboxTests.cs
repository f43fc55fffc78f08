using Google.Protobuf;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync sections 1.11 and 1.13, sending.</summary>
public class PeerOutboxTests
{
    private static readonly Message Request = KeyShare.BuildRequest([new AppStateKeyId([0, 0, 0, 0, 0x36, 0x1B])]);

    private readonly TestDevice _device = TestDevice.Create();
    private readonly PeerOutbox _outbox;

    public PeerOutboxTests() => _outbox = _device.Outbox();

    [Fact]
    public async Task Without_a_session_the_bundle_is_asked_for_and_then_used()
    {
        var needed = Assert.IsType<PeerEnvelope.NeedsBundle>(await SealAsync("3EB0AA"));
        Assert.Equal(TestDevice.OwnPhone, needed.Phone.ToString());

        var stanza = await Ready(SealAsync("3EB0AA", _device.Phone.Bundle(1)));
        Assert.Equal("pkmsg", stanza.Child("enc")!["type"]);
        Assert.Null(stanza.Child("enc")!["count"]);
        Assert.Equal(_device.Device.SignedIdentity, stanza.Child("device-identity")!.ContentBytes.ToArray());
        Assert.Equal(Request.ToByteArray(), Opened(stanza));

        // Until the phone answers, the pre-keys go along; afterwards the device identity is not needed either.
        stanza = await Ready(SealAsync("3EB0AB"));
        Assert.Equal("pkmsg", stanza.Child("enc")!["type"]);
        Opened(stanza);
        await _device.ReceiveAsync(TestStanzas.PeerMessage("1", TestDevice.OwnPhone, _device.Phone.Enc(TestStanzas.KeyShare())));
        stanza = await Ready(SealAsync("3EB0AC"));
        Assert.Equal("msg", stanza.Child("enc")!["type"]);
        Assert.Null(stanza.Child("device-identity"));
        Assert.Equal(Request.ToByteArray(), Opened(stanza));
    }

    [Fact]
    public async Task Bundle_of_anybody_but_the_own_phone_is_refused()
    {
        var stranger = SignalParty.Create(new SeededEntropySource(5));
        var refused = await Assert.ThrowsAsync<SignalException>(() => SealAsync("3EB0AA", stranger.Bundle(1)));
        Assert.Equal(SignalFailure.UntrustedIdentity, refused.Failure);

        var forged = _device.Phone.Bundle(1) with { SignedPreKeySignature = new byte[64] };
        refused = await Assert.ThrowsAsync<SignalException>(() => SealAsync("3EB0AA", forged));
        Assert.Equal(SignalFailure.InvalidSignature, refused.Failure);
        Assert.IsType<PeerEnvelope.NeedsBundle>(await SealAsync("3EB0AA"));
    }

    [Fact]
    public async Task Retry_receipt_with_keys_is_answered_in_a_new_session_under_the_same_id()
    {
        await Ready(SealAsync("3EB0AA", _device.Phone.Bundle(1)));
        _device.Phone.PreKeys.Remove(1);
        var keys = _device.Phone.Bundle();

        var stanza = await Ready(AnswerAsync("3EB0AA", keys));
        Assert.Equal("3EB0AA", stanza["id"]);
        Assert.Equal("1", stanza.Child("enc")!["count"]);
        Assert.Equal(Request.ToByteArray(), Opened(stanza));
    }

    [Fact]
    public async Task Retry_receipt_without_keys_fetches_the_bundle_once_an_hour()
    {
        await Ready(SealAsync("3EB0AA", _device.Phone.Bundle()));
        Assert.IsType<PeerEnvelope.NeedsBundle>(await AnswerAsync("3EB0AA", null));
        Opened(await Ready(AnswerAsync("3EB0AA", null, _device.Phone.Bundle(1))));

        Assert.Equal(Request.ToByteArray(), Opened(await Ready(AnswerAsync("3EB0AA", null))));
        _device.Time.Advance(RetryPolicy.RebuildInterval);
        Assert.IsType<PeerEnvelope.NeedsBundle>(await AnswerAsync("3EB0AA", null));
    }

    [Fact]
    public async Task Retry_receipts_end_after_five_answers_also_across_restarts()
    {
        await Ready(SealAsync("3EB0AA", _device.Phone.Bundle()));
        for (var i = 0; i < RetryPolicy.MaxResends; i++)
        {
            await Ready(AnswerAsync("3EB0AA", _device.Phone.Bundle(), outbox: _device.Outbox()));
        }

        var ended = Assert.IsType<PeerEnvelope.Nothing>(await AnswerAsync("3EB0AA", _device.Phone.Bundle()));
        Assert.Equal(RetryIgnored.TooManyAttempts, ended.Reason);
    }

    [Fact]
    public async Task Unknown_messages_and_strangers_are_not_answered()
    {
        var unknown = Assert.IsType<PeerEnvelope.Nothing>(await AnswerAsync("3EB0FF", _device.Phone.Bundle()));
        Assert.Equal(RetryIgnored.UnknownMessage, unknown.Reason);

        await Ready(SealAsync("3EB0AA", _device.Phone.Bundle()));
        var stranger = new RetryRequest("3EB0AA", Jid.Parse("491700000001@s.whatsapp.net"), 1, _device.Phone.Bundle());
        var ignored = Assert.IsType<PeerEnvelope.Nothing>(await _outbox.AnswerAsync(stranger, null, CancellationToken.None));
        Assert.Equal(RetryIgnored.NotTheOwnPhone, ignored.Reason);
    }

    [Fact]
    public void Message_ids_look_like_those_of_a_browser()
    {
        var entropy = new SeededEntropySource(1);
        var first = MessageIds.Create(_device.Device.Account.Phone, _device.Time.GetUtcNow(), entropy);
        Assert.Matches("^3EB0[0-9A-F]{18}$", first);
        Assert.NotEqual(first, MessageIds.Create(_device.Device.Account.Phone, _device.Time.GetUtcNow(), entropy));
    }

    private Task<PeerEnvelope> SealAsync(string id, PreKeyBundle? bundle = null) =>
        _outbox.SealAsync(id, Request, PushPriority.High, bundle, CancellationToken.None).AsTask();

    private Task<PeerEnvelope> AnswerAsync(string id, PreKeyBundle? keys, PreKeyBundle? bundle = null, PeerOutbox? outbox = null) =>
        (outbox ?? _outbox).AnswerAsync(
            new RetryRequest(id, Jid.Parse(TestDevice.OwnPhone), 1, keys), bundle, CancellationToken.None).AsTask();

    private static async Task<Node> Ready(Task<PeerEnvelope> envelope) => Assert.IsType<PeerEnvelope.Ready>(await envelope).Stanza;

    /// <summary>What the phone reads.</summary>
    private byte[] Opened(Node stanza)
    {
        var enc = stanza.Child("enc")!;
        var padded = _device.Phone.Receive(
            new SessionEncryption(SessionRecord.Empty, enc["type"] == "pkmsg", enc.ContentBytes.ToArray()));
        Assert.True(MessagePadding.TryUnpad(padded, out var plaintext));
        return plaintext.ToArray();
    }
}
