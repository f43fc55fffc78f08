using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync sections 1.10 and 1.11, sending.</summary>
public class ReceiptTests
{
    private const uint RegistrationId = 0x2A2A;

    [Fact]
    public void Vectors_are_built()
    {
        // The receipt that asks for a media file again belongs to the media.
        foreach (var name in StanzaVectors.Names("receipts").Except(["receipt-server-error"]))
        {
            StanzaVectors.AssertSame(StanzaVectors.Node(name), Build(name, StanzaVectors.Node(name)));
        }
    }

    [Fact]
    public void Retry_receipt_tells_why_and_carries_keys_that_can_be_read_back()
    {
        var party = SignalParty.Create(new SeededEntropySource(1));
        var source = MessageVectors.Source("message-group-skmsg-lid");
        var bundle = party.Bundle(1);
        var receipt = RetryReceipt.Build(
            source, 2, party.Identity.RegistrationId, RetryError.BadMac, party.BundleNodes(1, deviceIdentity: [1, 2, 3]));

        Assert.Equal("7", receipt.Child("retry")!["error"]);
        Assert.Equal(source.From.ToString(), receipt["to"]);
        Assert.Equal(source.Sender.ToString(), receipt["participant"]);
        Assert.True(BundleNodes.TryReadRegistrationId(receipt, out var registrationId));
        Assert.True(BundleNodes.TryRead(receipt.Child("keys")!, registrationId, out var read));
        Assert.Equal(bundle.RegistrationId, read.RegistrationId);
        Assert.Equal(bundle.IdentityKey, read.IdentityKey);
        Assert.Equal(bundle.SignedPreKeyId, read.SignedPreKeyId);
        Assert.Equal(bundle.SignedPreKey, read.SignedPreKey);
        Assert.Equal(bundle.SignedPreKeySignature, read.SignedPreKeySignature);
        Assert.Equal(bundle.OneTimePreKey!.Id, read.OneTimePreKey!.Id);
        Assert.Equal(bundle.OneTimePreKey.Key, read.OneTimePreKey.Key);
        Assert.Equal([1, 2, 3], read.DeviceIdentity);
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
                return Receipts.Delivery(MessageVectors.Source("message-lid-pkmsg"), MessageVectors.Own, isAvailable: true);
            case "receipt-delivery-inactive":
                return Receipts.Delivery(MessageVectors.Source("message-lid-pkmsg"), MessageVectors.Own, isAvailable: false);
            case "receipt-group":
                return Receipts.Delivery(MessageVectors.Source("message-group-skmsg-lid"), MessageVectors.Own, isAvailable: true);
            case "receipt-sender":
                return Receipts.Delivery(MessageVectors.Source("message-own-device-sent"), MessageVectors.Own, isAvailable: false);
            case "receipt-peer-msg":
                return Receipts.Delivery(MessageVectors.Source("message-peer-history-sync"), MessageVectors.Own, isAvailable: false);
            case "receipt-hist-sync":
                return Receipts.History(MessageVectors.Source("message-peer-history-sync").Id, MessageVectors.Own);
            case "receipt-retry-1":
                return RetryReceipt.Build(
                    MessageVectors.Source("message-lid-pkmsg"), 1, RegistrationId, RetryError.Unknown);
            case "receipt-retry-2-keys":
                return RetryReceipt.Build(
                    MessageVectors.Source("message-lid-pkmsg"),
                    2,
                    RegistrationId,
                    RetryError.Unknown,
                    expected.Child("keys")!.Children);
            case "receipt-retry-peer":
                return RetryReceipt.Build(
                    MessageVectors.Source("message-peer-history-sync"), 1, RegistrationId, error: null);
            default:
                throw new InvalidOperationException($"Nothing builds {name}.");
        }
    }
}
