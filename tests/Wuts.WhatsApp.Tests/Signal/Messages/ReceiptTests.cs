using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync sections 1.10 and 1.11, sending.</summary>
public class ReceiptTests
{
    private const uint RegistrationId = 0x2A2A;

    [Fact]
    public void Vectors_are_built()
    {
        foreach (var vector in StanzaVectors.Group("receipts"))
        {
            if (vector.TextOf("name") != "receipt-server-error")
            {
                StanzaVectors.AssertIs(vector, Build(vector.TextOf("name"), vector.NodeOf()));
            }
        }
    }

    [Fact]
    public void Retry_receipt_tells_why_and_carries_keys_that_can_be_read_back()
    {
        var party = SignalParty.Create(new SeededEntropySource(1));
        var source = StanzaVectors.Source("message-group-skmsg-lid");
        var bundle = party.Bundle(1) with { DeviceIdentity = [1, 2, 3] };
        var receipt = RetryReceipt.Build(source, 2, party.Identity.RegistrationId, RetryError.BadMac, bundle);

        Assert.Equal("7", receipt.Child("retry")!["error"]);
        Assert.Equal(source.From.ToString(), receipt["to"]);
        Assert.Equal(source.Sender.ToString(), receipt["participant"]);
        Assert.True(PreKeyNodes.TryReadRegistrationId(receipt, out var registrationId));
        Assert.True(PreKeyNodes.TryRead(receipt.Child("keys")!, registrationId, out var read));
        Assert.Equal(bundle.RegistrationId, read.RegistrationId);
        Assert.Equal(bundle.IdentityKey, read.IdentityKey);
        Assert.Equal(bundle.SignedPreKeyId, read.SignedPreKeyId);
        Assert.Equal(bundle.SignedPreKey, read.SignedPreKey);
        Assert.Equal(bundle.SignedPreKeySignature, read.SignedPreKeySignature);
        Assert.Equal(bundle.OneTimePreKey!.Id, read.OneTimePreKey!.Id);
        Assert.Equal(bundle.OneTimePreKey.Key, read.OneTimePreKey.Key);
        Assert.Equal(bundle.DeviceIdentity, read.DeviceIdentity);
    }

    [Fact]
    public void Every_failure_but_a_duplicate_has_a_code()
    {
        foreach (var failure in Enum.GetValues<SignalFailure>().Except([SignalFailure.Duplicate]))
        {
            Assert.NotEqual(RetryError.Unknown, RetryPolicy.ErrorOf(failure));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RetryPolicy.ErrorOf(SignalFailure.Duplicate));
    }

    [Theory]
    [InlineData(SignalFailure.InvalidMac, 1, false)]
    [InlineData(SignalFailure.InvalidMac, 2, true)]
    [InlineData(SignalFailure.NoSession, 1, true)]
    [InlineData(SignalFailure.UnknownPreKey, 1, true)]
    [InlineData(SignalFailure.UnknownSignedPreKey, 1, true)]
    [InlineData(SignalFailure.NoSenderKey, 1, false)]
    public void Keys_go_along_when_the_session_of_the_sender_is_of_no_use(SignalFailure failure, int attempt, bool expected) =>
        Assert.Equal(expected, RetryPolicy.IncludesKeys(failure, attempt));

    private static Node Build(string name, Node expected)
    {
        switch (name)
        {
            case "receipt-delivery":
                return Receipts.Delivery(StanzaVectors.Source("message-lid-pkmsg"), StanzaVectors.Own, isAvailable: true);
            case "receipt-delivery-inactive":
                return Receipts.Delivery(StanzaVectors.Source("message-lid-pkmsg"), StanzaVectors.Own, isAvailable: false);
            case "receipt-group":
                return Receipts.Delivery(StanzaVectors.Source("message-group-skmsg-lid"), StanzaVectors.Own, isAvailable: true);
            case "receipt-sender":
                return Receipts.Delivery(StanzaVectors.Source("message-own-device-sent"), StanzaVectors.Own, isAvailable: false);
            case "receipt-peer-msg":
                return Receipts.Delivery(StanzaVectors.Source("message-peer-history-sync"), StanzaVectors.Own, isAvailable: false);
            case "receipt-hist-sync":
                return Receipts.History(StanzaVectors.Source("message-peer-history-sync"), StanzaVectors.Own);
            case "receipt-retry-1":
                return RetryReceipt.Build(
                    StanzaVectors.Source("message-lid-pkmsg"), 1, RegistrationId, RetryError.Unknown, keys: null);
            case "receipt-retry-2-keys":
                Assert.True(PreKeyNodes.TryRead(expected.Child("keys")!, RegistrationId, out var keys));
                return RetryReceipt.Build(StanzaVectors.Source("message-lid-pkmsg"), 2, RegistrationId, RetryError.Unknown, keys);
            case "receipt-retry-peer":
                return RetryReceipt.Build(
                    StanzaVectors.Source("message-peer-history-sync"), 1, RegistrationId, error: null, keys: null);
            default:
                throw new InvalidOperationException($"Nothing builds {name}.");
        }
    }
}
