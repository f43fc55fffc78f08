using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.PreKeys;

namespace Wuts.WhatsApp.Tests.PreKeys;

public class PreKeyStanzaTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("prekeys.json");
    private static readonly uint RegistrationId = Vectors.GetProperty("registrationId").GetUInt32();
    private static readonly KeyPair Identity = KeyPairOf(Vectors.GetProperty("identity"));
    private static readonly SignedPreKey Signed = new(
        Vectors.GetProperty("signedPreKey").GetProperty("id").GetUInt32(),
        KeyPairOf(Vectors.GetProperty("signedPreKey")),
        Vectors.GetProperty("signedPreKey").HexOf("signature"));

    private static readonly PreKey[] OneTime = [.. Vectors.GetProperty("preKeys").EnumerateArray()
        .Select(key => new PreKey(key.GetProperty("id").GetUInt32(), KeyPairOf(key)))];

    [Fact]
    public void Upload_has_the_recorded_bytes()
    {
        var upload = PreKeyUpload.Build("1.2-4", RegistrationId, Identity.PublicKey, Signed, OneTime);

        Assert.Equal(NodeText.Of(Stanza("upload")), NodeText.Of(upload));
        Assert.Equal(Vectors.GetProperty("upload").TextOf("hex"), Hex.Text(NodeWriter.Encode(upload)));
        Assert.True(SignedPreKey.Verify(Identity.PublicKey, Signed.KeyPair.PublicKey, Signed.Signature.Span));
    }

    [Fact]
    public void Rotation_carries_the_next_signed_key()
    {
        var rotation = PreKeyUpload.BuildRotation("1", Signed);

        Assert.Equal(("set", "encrypt", "rotate"), (rotation["type"], rotation["xmlns"], rotation.Children[0].Tag));
        Assert.Equal(NodeText.Of(Stanza("upload").Child("skey")!), NodeText.Of(rotation.Children[0].Child("skey")!));
    }

    [Fact]
    public void Refused_upload_says_so()
    {
        PreKeyUpload.ParseResult(new Node("iq", [("type", "result")]));

        var thrown = Assert.Throws<QueryRefusedException>(() => PreKeyUpload.ParseResult(Refusal(503)));

        Assert.True(thrown.IsTransient);
    }

    [Fact]
    public void Count_is_asked_for_and_read()
    {
        var query = PreKeyCount.Build("1");
        Assert.Equal(("get", "encrypt", "count"), (query["type"], query["xmlns"], query.Children[0].Tag));

        Assert.Equal(812, PreKeyCount.Parse(new Node("iq", [("type", "result")], [new Node("count", [("value", 812)])])));
        Assert.Throws<UnexpectedAnswerException>(() => PreKeyCount.Parse(new Node("iq", [("type", "result")])));
        Assert.Throws<UnexpectedAnswerException>(
            () => PreKeyCount.Parse(new Node("iq", [("type", "result")], [new Node("count", [("value", "-1")])])));
        Assert.Throws<QueryRefusedException>(() => PreKeyCount.Parse(Refusal(500)));
    }

    [Fact]
    public void Only_the_servers_own_notice_counts()
    {
        Assert.True(PreKeyCount.TryParseNotification(Notice(Jid.WhatsApp, new Node("count", [("value", 3)])), out var count));
        Assert.Equal(3, count);
        Assert.False(PreKeyCount.TryParseNotification(Notice(Jid.Parse("1@lid"), new Node("count", [("value", 3)])), out _));
        Assert.False(PreKeyCount.TryParseNotification(Notice(Jid.WhatsApp, new Node("identity")), out _));
        Assert.False(PreKeyCount.TryParseNotification(new Node("receipt"), out _));

        static Node Notice(Jid from, Node child) => new("notification", [("from", from), ("type", "encrypt"), ("id", "1")], [child]);
    }

    [Fact]
    public void Recorded_digest_matches_the_keys()
    {
        var digest = Digest();

        Assert.Equal(OneTime.Select(key => key.Id), digest.OneTimeIds);
        Assert.Equal(Vectors.TextOf("digestHash"), Hex.Text(Stanza("digestResponse").Children[0].Child("hash")!.ContentBytes.Span));
        Assert.True(digest.Matches(RegistrationId, Identity, Signed, OneTime.ToDictionary(key => key.Id)));
        Assert.True(digest.Matches(RegistrationId, Identity, Signed, OneTime.Append(new(77, KeyPair.Generate())).ToDictionary(k => k.Id)));
        var query = PreKeyDigest.Build("1");
        Assert.Equal(("get", "encrypt", "digest"), (query["type"], query["xmlns"], query.Children[0].Tag));
    }

    [Fact]
    public void Digest_does_not_match_other_keys()
    {
        var (digest, keys) = (Digest(), OneTime.ToDictionary(key => key.Id));
        Assert.False(digest.Matches(RegistrationId + 1, Identity, Signed, keys));
        Assert.False(digest.Matches(RegistrationId, KeyPair.Generate(), Signed, keys));
        Assert.False(digest.Matches(RegistrationId, Identity, SignedPreKey.Generate(Identity), keys));
        Assert.False(digest.Matches(RegistrationId, Identity, new SignedPreKey(2, Signed.KeyPair, Signed.Signature), keys));
        keys[3] = new PreKey(3, KeyPair.Generate());
        Assert.False(digest.Matches(RegistrationId, Identity, Signed, keys));
        keys.Remove(3);
        Assert.False(digest.Matches(RegistrationId, Identity, Signed, keys));
    }

    [Fact]
    public void Server_without_keys_is_told_from_one_that_refuses()
    {
        Assert.IsType<PreKeyDigestOutcome.NotUploaded>(PreKeyDigest.Parse(Refusal(404)));
        Assert.Throws<QueryRefusedException>(() => PreKeyDigest.Parse(Refusal(500)));
    }

    [Theory]
    [InlineData("registration")]
    [InlineData("type")]
    [InlineData("skey")]
    [InlineData("list")]
    [InlineData("hash")]
    public void Digest_without_a_part_is_not_understood(string missing)
    {
        var body = Stanza("digestResponse").Children[0];
        Node[] children = [.. body.Children.ToArray().Where(child => child.Tag != missing)];

        Assert.Throws<UnexpectedAnswerException>(
            () => PreKeyDigest.Parse(new Node("iq", [("type", "result")], [new Node("digest", [], children)])));
    }

    [Fact]
    public void Digest_with_an_id_of_another_length_is_not_understood()
    {
        var body = Stanza("digestResponse").Children[0];
        Node[] children = [.. body.Children.ToArray().Where(child => child.Tag != "list"),
            new Node("list", [], [new Node("id", [], [0, 1])])];

        Assert.Throws<UnexpectedAnswerException>(
            () => PreKeyDigest.Parse(new Node("iq", [("type", "result")], [new Node("digest", [], children)])));
    }

    private static PreKeyDigest Digest() =>
        Assert.IsType<PreKeyDigestOutcome.Found>(PreKeyDigest.Parse(Stanza("digestResponse"))).Digest;

    private static Node Refusal(int code) => new("iq", [("type", "error")], [new Node("error", [("code", code), ("text", "no")])]);

    private static Node Stanza(string name)
    {
        var node = NodeReader.Read(Vectors.GetProperty(name).HexOf("hex"));
        Assert.Equal(NodeText.Of(NodeJson.Read(Vectors.GetProperty(name).GetProperty("node"))), NodeText.Of(node));
        return node;
    }

    private static KeyPair KeyPairOf(JsonElement vector)
    {
        var pair = KeyPair.FromPrivateKey(vector.HexOf("private"));
        Assert.Equal(vector.TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }
}
