using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Media;

public class MediaRetryTests
{
    private static readonly JsonElement Vector = VectorFile.Open("media.json").GetProperty("media_retry");
    private static readonly byte[] MediaKey = Vector.HexOf("media_key");
    private static readonly string MessageId = Vector.TextOf("message_id");
    private static readonly Jid Own = Jid.Parse("491700000000:3@s.whatsapp.net");

    [Fact]
    public void Request_vector_holds()
    {
        var request = Vector.GetProperty("request");
        Assert.Equal(Vector.TextOf("retry_key"), Hex.Text(MediaRetry.DeriveKey(MediaKey)));
        Assert.Equal(Vector.TextOf("aad_utf8"), MessageId);

        var node = MediaRetry.BuildRequest(MessageId, MediaKey, Own, Own.ToBase(), fromMe: true, default, request.HexOf("iv"));

        Assert.Equal("server-error", node["type"]);
        Assert.Equal(MessageId, node["id"]);
        Assert.Equal("491700000000@s.whatsapp.net", node["to"]);
        Assert.Equal(request.TextOf("ciphertext_and_tag"), Hex.Text(node.Child("encrypt")!.Child("enc_p")!.ContentBytes.Span));
        Assert.Equal(request.TextOf("iv"), Hex.Text(node.Child("encrypt")!.Child("enc_iv")!.ContentBytes.Span));
        Assert.Equal("true", node.Child("rmr")!["from_me"]);
        Assert.Null(node.Child("rmr")!["participant"]);
        Assert.Equal(request.TextOf("plaintext"), Hex.Text(new ServerErrorReceipt { StanzaId = MessageId }.ToByteArray()));
    }

    [Fact]
    public void Each_request_has_a_nonce_of_its_own()
    {
        var one = MediaRetry.BuildRequest(MessageId, MediaKey, Own, Own, fromMe: true);
        var two = MediaRetry.BuildRequest(MessageId, MediaKey, Own, Own, fromMe: true);

        Assert.NotEqual(
            Hex.Text(one.Child("encrypt")!.Child("enc_iv")!.ContentBytes.Span),
            Hex.Text(two.Child("encrypt")!.Child("enc_iv")!.ContentBytes.Span));
    }

    [Fact]
    public void Answer_vector_gives_the_new_path()
    {
        var response = Vector.GetProperty("response");

        var outcome = MediaRetry.Parse(Answer(MessageId, response.HexOf("ciphertext_and_tag"), response.HexOf("iv")), MediaKey);

        var uploaded = Assert.IsType<MediaRetryOutcome.Uploaded>(outcome);
        Assert.Equal(response.GetProperty("expect").TextOf("direct_path"), uploaded.DirectPath);
        Assert.DoesNotContain("/v/", uploaded.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_that_was_touched_or_is_for_another_message_is_invalid()
    {
        var response = Vector.GetProperty("response");
        var ciphertext = response.HexOf("ciphertext_and_tag");
        var nonce = response.HexOf("iv");
        var touched = (byte[])ciphertext.Clone();
        touched[^1] ^= 1;

        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Answer(MessageId, touched, nonce), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Answer("3EB0OTHER", ciphertext, nonce), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Answer(MessageId, ciphertext, nonce[1..]), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Answer(MessageId, ciphertext[..15], nonce), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(new Node("notification", [("id", MessageId)]), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Answer(MessageId, ciphertext, nonce), new byte[32]));
    }

    [Theory]
    [InlineData(MediaRetryNotification.Types.ResultType.NotFound, typeof(MediaRetryOutcome.NotFound))]
    [InlineData(MediaRetryNotification.Types.ResultType.GeneralError, typeof(MediaRetryOutcome.Failed))]
    [InlineData(MediaRetryNotification.Types.ResultType.DecryptionError, typeof(MediaRetryOutcome.Failed))]
    [InlineData(MediaRetryNotification.Types.ResultType.Success, typeof(MediaRetryOutcome.Failed))]
    public void Answer_without_a_path_tells_why(object result, Type expected)
    {
        var answer = new MediaRetryNotification { StanzaId = MessageId, Result = (MediaRetryNotification.Types.ResultType)result };

        var outcome = MediaRetry.Parse(Sealed(answer.ToByteArray()), MediaKey);

        Assert.IsType(expected, outcome);
    }

    [Fact]
    public void Answer_that_is_authentic_but_unreadable_or_for_another_stanza_is_invalid()
    {
        var foreign = new MediaRetryNotification { StanzaId = "3EB0OTHER", Result = MediaRetryNotification.Types.ResultType.Success };

        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Sealed([0xFF, 0xFF]), MediaKey));
        Assert.IsType<MediaRetryOutcome.Invalid>(MediaRetry.Parse(Sealed(foreign.ToByteArray()), MediaKey));
    }

    [Theory]
    [InlineData("2", typeof(MediaRetryOutcome.NotFound))]
    [InlineData("1", typeof(MediaRetryOutcome.Failed))]
    public void Error_in_clear_is_read(string code, Type expected)
    {
        var notification = new Node("notification", [("id", MessageId), ("type", "mediaretry")], [new Node("error", [("code", code)])]);

        Assert.IsType(expected, MediaRetry.Parse(notification, MediaKey));
    }

    private static Node Sealed(byte[] plain)
    {
        var nonce = new byte[12];
        return Answer(MessageId, MediaRetry.Seal(MediaKey, nonce, MessageId, plain), nonce);
    }

    private static Node Answer(string id, byte[] ciphertext, byte[] nonce) => new(
        "notification",
        [("id", id), ("type", "mediaretry")],
        [new Node("encrypt", [], [new Node("enc_p", [], ciphertext), new Node("enc_iv", [], nonce)])]);
}
