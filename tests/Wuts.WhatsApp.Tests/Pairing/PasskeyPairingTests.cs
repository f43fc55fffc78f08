using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Pairing;

public class PasskeyPairingTests
{
    private static readonly JsonElement Vector = VectorFile.Open("passkey-pairing.json");
    private static readonly DateTimeOffset Now = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly PasskeyAssertion Assertion = new("id"u8.ToArray(), """{"type":"public-key"}"""u8.ToArray());

    [Fact]
    public void Prologue_is_the_recorded_one()
    {
        var prologue = ProloguePayload.Parser.ParseFrom(Pairing().Prologue);

        Assert.Equal(Vector.TextOf("prologuePayload"), Hex.Text(Pairing().Prologue));
        Assert.Equal(Vector.TextOf("companionEphemeralIdentity"), Hex.Text(prologue.CompanionEphemeralIdentity.Span));
        Assert.Equal(Vector.TextOf("commitment"), Hex.Text(prologue.Commitment.Hash.Span));
    }

    [Fact]
    public void Hand_off_key_and_proof_are_the_recorded_ones()
    {
        var vector = Vector.GetProperty("handoff");
        var expected = new byte[32];
        HkdfSha256.Derive(
            vector.HexOf("priorAdvSecret"), salt: default, System.Text.Encoding.ASCII.GetBytes(vector.TextOf("info")), expected);

        var key = PasskeyKeys.HandoffKey(vector.HexOf("priorAdvSecret"));

        Assert.Equal(expected, key);
        Assert.Equal(vector.TextOf("key"), Hex.Text(key));
        Assert.Equal(vector.TextOf("proof"), Hex.Text(PasskeyKeys.HandoffProof(key, Vector.HexOf("prologuePayload"))));
    }

    [Fact]
    public void Prologue_carries_the_proof_while_its_key_is_fresh()
    {
        var handoff = new PasskeyHandoff(Vector.GetProperty("handoff").HexOf("priorAdvSecret"), Now);

        var fresh = Pairing().BuildPrologue("1", Assertion, handoff, Now.AddMinutes(5)).Children[0];
        var late = Pairing().BuildPrologue("1", Assertion, handoff, Now.AddMinutes(5).AddTicks(1)).Children[0];
        var without = Pairing().BuildPrologue("1", Assertion, handoff: null, Now).Children[0];

        Assert.Equal("passkey_prologue", fresh.Tag);
        Assert.Equal("id"u8, fresh.Child("credential_id")!.ContentBytes.Span);
        Assert.Equal("""{"type":"public-key"}""", fresh.Child("webauthn_assertion")!.ContentText);
        Assert.Equal(Vector.TextOf("prologuePayload"), Hex.Text(fresh.Child("prologue_payload")!.ContentBytes.Span));
        Assert.Equal(
            Vector.GetProperty("handoff").TextOf("proof"), Hex.Text(fresh.Child("pairing_handoff_proof")!.ContentBytes.Span));
        Assert.Null(late.Child("pairing_handoff_proof"));
        Assert.Null(without.Child("pairing_handoff_proof"));
    }

    [Fact]
    public void Code_and_key_are_the_recorded_ones()
    {
        var vector = Vector.GetProperty("encryptionKey");
        var key = new byte[32];

        Assert.True(PasskeyKeys.TryDeriveEncryptionKey(
            Key("companionEphemeral"),
            Key("primaryEphemeral").PublicKey,
            (CompanionPlatform)Vector.GetProperty("deviceType").GetInt32(),
            Vector.TextOf("ref"),
            key));

        Assert.Equal(vector.TextOf("key"), Hex.Text(key));
        Assert.Equal(
            Vector.TextOf("sharedSecret"),
            Hex.Text(X25519.Agree(Key("companionEphemeral").PrivateKey, Key("primaryEphemeral").PublicKey)));
        HkdfSha256.Derive(
            Vector.HexOf("sharedSecret"),
            System.Text.Encoding.ASCII.GetBytes(vector.TextOf("salt")),
            System.Text.Encoding.ASCII.GetBytes(vector.TextOf("info")),
            key);
        Assert.Equal(vector.TextOf("key"), Hex.Text(key));
        Assert.Equal(Vector.TextOf("verificationCode"), Continued().VerificationCode());
    }

    [Fact]
    public void Keys_reach_the_phone_encrypted()
    {
        var (noise, identity, secret) = (KeyPair.Generate(), KeyPair.Generate(), RandomNumberGenerator.GetBytes(32));
        var pairing = Continued();

        Assert.True(pairing.TryBuildRequest("7", noise.PublicKey, identity.PublicKey, secret, out var stanza));

        Assert.Equal(("set", "7", "md"), (stanza["type"], stanza["id"], stanza["xmlns"]));
        var sent = EncryptedPairingRequest.Parser.ParseFrom(stanza.Child("encrypted_pairing_request")!.ContentBytes.Span);
        Assert.Equal(12, sent.Iv.Length);
        var plaintext = new byte[sent.EncryptedPayload.Length - 16];
        using var cipher = new AesGcm(Vector.GetProperty("encryptionKey").HexOf("key"), 16);
        cipher.Decrypt(sent.Iv.Span, sent.EncryptedPayload.Span[..^16], sent.EncryptedPayload.Span[^16..], plaintext);
        var request = PairingRequest.Parser.ParseFrom(plaintext);
        Assert.Equal(noise.PublicKey, request.CompanionPublicKey.Span);
        Assert.Equal(identity.PublicKey, request.CompanionIdentityKey.Span);
        Assert.Equal(secret, request.AdvSecret.ToByteArray());
    }

    [Fact]
    public void Nonce_is_shown_after_the_phone_has_committed()
    {
        Assert.Throws<InvalidOperationException>(() => Pairing().BuildNonce("1"));
        Assert.Throws<InvalidOperationException>(() => Pairing().VerificationCode());
        Assert.Throws<InvalidOperationException>(() => Pairing().TryBuildRequest("1", default, default, default, out _));

        Assert.Equal(Vector.TextOf("companionNonce"), Hex.Text(Continued().BuildNonce("1").Child("companion_nonce")!.ContentBytes.Span));
    }

    [Fact]
    public void Only_the_first_readable_continuation_counts()
    {
        var pairing = Pairing();
        Assert.All(
            [
                Continuation([0xff]),
                Continuation([]),
                Continuation(new PrimaryEphemeralIdentity { PublicKey = ByteString.CopyFrom(new byte[32]) }.ToByteArray()),
                new Node("notification", [("from", Jid.WhatsApp), ("type", "crsc_continuation")]),
                new Node("notification", [("from", Jid.WhatsApp), ("type", "other")], [.. Continuation(Recorded()).Children]),
            ],
            stanza => Assert.False(pairing.TryAcceptContinuation(stanza)));

        Assert.True(pairing.TryAcceptContinuation(Continuation(Recorded())));
        Assert.False(pairing.TryAcceptContinuation(Continuation(Recorded())));
    }

    [Fact]
    public void Phone_key_of_small_order_gives_no_request()
    {
        var pairing = Pairing();
        var zeros = ByteString.CopyFrom(new byte[32]);
        var weak = new PrimaryEphemeralIdentity { PublicKey = zeros, Nonce = zeros };
        Assert.True(pairing.TryAcceptContinuation(Continuation(weak.ToByteArray())));

        Assert.False(pairing.TryBuildRequest("1", new byte[32], new byte[32], new byte[32], out _));
    }

    [Fact]
    public void Demand_for_a_passkey_is_recognised()
    {
        var child = new Node("passkey_request_options", [], """{"rpId":"whatsapp.com"}"""u8.ToArray());

        Assert.True(PasskeyStanzas.TryParsePrologueRequest(Notification("passkey_prologue_request", child), out var options));
        Assert.Equal("""{"rpId":"whatsapp.com"}""", options);
        Assert.False(PasskeyStanzas.TryParsePrologueRequest(Notification("passkey_prologue_request"), out _));
        Assert.False(PasskeyStanzas.TryParsePrologueRequest(Notification("encrypt", child), out _));
        Assert.True(PasskeyStanzas.TryParseOptions(new Node("iq", [("type", "result")], [child]), out options));
        Assert.Equal("""{"rpId":"whatsapp.com"}""", options);
        Assert.False(PasskeyStanzas.TryParseOptions(new Node("iq", [("type", "error")], [child]), out _));
        Assert.Equal("get", PasskeyStanzas.BuildOptionsQuery("1")["type"]);
        Assert.NotNull(PasskeyStanzas.BuildOptionsQuery("1").Child("passkey_request_options"));
    }

    [Fact]
    public void Reference_is_asked_for_and_read()
    {
        var query = PasskeyStanzas.BuildReferenceQuery("1");
        Assert.Equal(("get", "md", "ref"), (query["type"], query["xmlns"], query.Children[0].Tag));

        Assert.True(PasskeyStanzas.TryParseReference(Answer("REF123"u8.ToArray()), out var reference));
        Assert.Equal(Vector.TextOf("ref"), reference);
        Assert.False(PasskeyStanzas.TryParseReference(Answer([]), out _));
        Assert.False(PasskeyStanzas.TryParseReference(new Node("iq", [("type", "result")]), out _));

        static Node Answer(byte[] content) => new("iq", [("type", "result")], [new Node("ref", [], content)]);
    }

    private static PasskeyPairing Pairing() => new(
        (CompanionPlatform)Vector.GetProperty("deviceType").GetInt32(),
        Vector.TextOf("ref"),
        Key("companionEphemeral"),
        Vector.HexOf("companionNonce"));

    private static PasskeyPairing Continued()
    {
        var pairing = Pairing();
        Assert.True(pairing.TryAcceptContinuation(Continuation(Recorded())));
        return pairing;
    }

    private static byte[] Recorded() => new PrimaryEphemeralIdentity
    {
        PublicKey = ByteString.CopyFrom(Key("primaryEphemeral").PublicKey),
        Nonce = ByteString.CopyFrom(Vector.HexOf("primaryNonce")),
    }.ToByteArray();

    private static Node Continuation(byte[] content) =>
        Notification("crsc_continuation", new Node("primary_ephemeral_identity", [], content));

    private static Node Notification(string type, params Node[] children) =>
        new("notification", [("from", Jid.WhatsApp), ("type", type), ("id", "1")], children);

    private static KeyPair Key(string name)
    {
        var pair = KeyPair.FromPrivateKey(Vector.GetProperty(name).HexOf("private"));
        Assert.Equal(Vector.GetProperty(name).TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }
}
