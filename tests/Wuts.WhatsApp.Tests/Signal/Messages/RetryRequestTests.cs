using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Signal.Store;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.11, receiving.</summary>
public class RetryRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Jid Phone = Jid.Parse("491700000000@s.whatsapp.net");
    private static readonly SentMessageRow Sent = new(Phone, [1], Now, 0);

    [Fact]
    public void Receipt_with_keys_is_read()
    {
        var party = SignalParty.Create(new SeededEntropySource(1));
        var receipt = Receipt(
            new Node("retry", [("id", "3EB0AA"), ("count", "2")]),
            PreKeyNodes.Registration(party.Identity.RegistrationId),
            new Node("keys", [], party.BundleNodes(1)));

        Assert.True(RetryRequest.TryParse(receipt, out var request));
        Assert.Equal("3EB0AA", request.MessageId);
        Assert.Equal(Phone, request.Sender);
        Assert.Equal(2, request.Attempt);
        Assert.Equal(party.Bundle(1).IdentityKey, request.Keys!.IdentityKey);
        Assert.Equal(party.Identity.RegistrationId, request.Keys.RegistrationId);
    }

    [Fact]
    public void Receipt_without_keys_and_count_is_the_first_attempt()
    {
        Assert.True(RetryRequest.TryParse(Receipt(new Node("retry", [("id", "3EB0AA")])), out var request));
        Assert.Equal(1, request.Attempt);
        Assert.Null(request.Keys);
    }

    [Fact]
    public void What_is_no_retry_receipt_or_has_broken_keys_is_refused()
    {
        var retry = new Node("retry", [("id", "3EB0AA")]);
        Assert.False(RetryRequest.TryParse(new Node("receipt", [("id", "1"), ("from", Phone)]), out _));
        Assert.False(RetryRequest.TryParse(new Node("message", [("type", "retry"), ("from", Phone)], [retry]), out _));
        Assert.False(RetryRequest.TryParse(new Node("receipt", [("type", "retry")], [retry]), out _));
        Assert.False(RetryRequest.TryParse(Receipt(), out _));
        Assert.False(RetryRequest.TryParse(Receipt(retry, new Node("keys")), out _));
        Assert.False(RetryRequest.TryParse(Receipt(retry, PreKeyNodes.Registration(1), new Node("keys")), out _));
    }

    [Fact]
    public void Only_the_own_phone_is_answered()
    {
        Ignored(RetryIgnored.NotTheOwnPhone, Request("491700000001@s.whatsapp.net"), Sent);
        Ignored(RetryIgnored.NotTheOwnPhone, Request("491700000000:3@s.whatsapp.net"), Sent);
        Ignored(RetryIgnored.UnknownMessage, Request("100000000000099@lid"), null);
    }

    [Fact]
    public void Message_is_sent_again_five_times()
    {
        Assert.IsType<RetryAnswer.Fetch>(Decide(Request(Phone.ToString()), Sent with { Resends = 4 }));
        Ignored(RetryIgnored.TooManyAttempts, Request(Phone.ToString()), Sent with { Resends = 5 });
        Assert.IsType<RetryAnswer.Fetch>(Decide(Request(Phone.ToString()) with { Attempt = 5 }, Sent));
        Ignored(RetryIgnored.TooManyAttempts, Request(Phone.ToString()) with { Attempt = 6 }, Sent);
    }

    [Fact]
    public void Session_is_made_anew_at_most_once_an_hour()
    {
        var keys = SignalParty.Create(new SeededEntropySource(1)).Bundle();
        var request = Request(Phone.ToString()) with { Keys = keys };
        Assert.Same(keys, Assert.IsType<RetryAnswer.Rebuild>(Decide(request, Sent)).Keys);
        Assert.IsType<RetryAnswer.Resend>(Decide(request, Sent, Now - TimeSpan.FromMinutes(59)));
        Assert.IsType<RetryAnswer.Rebuild>(Decide(request, Sent, Now - TimeSpan.FromMinutes(60)));
    }

    private static RetryRequest Request(string sender) => new("3EB0AA", Jid.Parse(sender), 1, null);

    private static RetryAnswer Decide(RetryRequest request, SentMessageRow? sent, DateTimeOffset? lastRebuild = null) =>
        RetryAnswer.Decide(request, MessageVectors.Own, sent, lastRebuild, Now);

    private static void Ignored(RetryIgnored reason, RetryRequest request, SentMessageRow? sent) =>
        Assert.Equal(reason, Assert.IsType<RetryAnswer.Ignore>(Decide(request, sent)).Reason);

    private static Node Receipt(params ReadOnlySpan<Node> children) =>
        new("receipt", [("id", "3EB0AA"), ("type", "retry"), ("from", Phone)], children);
}
