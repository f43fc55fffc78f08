using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Pairing;

namespace Wuts.WhatsApp.Tests.Pairing;

public class LinkCodeTests
{
    private static readonly JsonElement Vectors = VectorFile.Open("link-code.json");
    private static readonly JsonElement Transcript = Vectors.GetProperty("transcript");
    private static readonly JsonElement Stanzas = Vectors.GetProperty("stanzas");
    private static readonly string Code = Transcript.TextOf("code");
    private static readonly PhoneNumber Phone = PhoneNumber.Parse("15550001234");
    private static readonly DateTimeOffset Now = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Constants_are_the_recorded_ones()
    {
        Assert.Equal(LinkCode.Alphabet, Vectors.TextOf("alphabet"));
        Assert.Equal(LinkCode.Iterations, Vectors.GetProperty("iterations").GetInt32());
        Assert.Equal(156, LinkCodeKeys.BundleSize);
        Assert.Equal(80, LinkCode.WrappedSize);
    }

    [Fact]
    public void Five_bytes_make_eight_characters()
    {
        var vectors = Vectors.GetProperty("crockford").EnumerateArray().ToList();
        Assert.NotEmpty(vectors);

        Assert.All(vectors, vector => Assert.Equal(vector.TextOf("code"), LinkCode.Encode(vector.HexOf("bytes"))));
    }

    [Fact]
    public void New_codes_are_valid_and_differ()
    {
        var codes = Enumerable.Range(0, 50).Select(_ => LinkCode.New()).ToList();

        Assert.All(codes, code => Assert.True(LinkCode.IsValid(code)));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.Equal("VTPV-XVT3", LinkCode.Display("VTPVXVT3"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("VTPVXVT")]
    [InlineData("VTPVXVT33")]
    [InlineData("VTPV-XVT")]
    [InlineData("vtpvxvt3")]
    [InlineData("VTPVXVT0")]
    [InlineData("VTPVXVTO")]
    public void Other_text_is_no_code(string code)
    {
        Assert.False(LinkCode.IsValid(code));
        Assert.Throws<ArgumentException>(
            () => new LinkCodePairing(Phone, KeyPair.Generate(), KeyPair.Generate(), DeviceIdentityOptions.Default, Now, code));
    }

    [Theory]
    [InlineData("companionWrap", "companionEphemeral")]
    [InlineData("primaryWrap", "primaryEphemeral")]
    public void Keys_are_wrapped_and_unwrapped_as_recorded(string wrap, string key)
    {
        var vector = Transcript.GetProperty(wrap);
        var publicKey = Transcript.GetProperty(key).HexOf("public");
        Assert.Equal(
            vector.TextOf("key"),
            Hex.Text(System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
                Code, vector.HexOf("salt"), LinkCode.Iterations, System.Security.Cryptography.HashAlgorithmName.SHA256, 32)));

        Assert.Equal(vector.TextOf("wrapped"), Hex.Text(LinkCode.Wrap(Code, publicKey, vector.HexOf("salt"), vector.HexOf("iv"))));
        Assert.Equal(publicKey, LinkCode.Unwrap(Code, vector.HexOf("wrapped")));
        Assert.NotEqual(publicKey, LinkCode.Unwrap("11111111", vector.HexOf("wrapped")));
    }

    [Fact]
    public void Wrapping_twice_gives_different_bytes_for_the_same_key()
    {
        var key = KeyPair.Generate().PublicKey;

        var (first, second) = (LinkCode.Wrap(Code, key), LinkCode.Wrap(Code, key));

        Assert.NotEqual(first, second);
        Assert.Equal(key, LinkCode.Unwrap(Code, first));
    }

    [Fact]
    public void Bundle_and_secret_are_the_recorded_ones()
    {
        var (bundle, adv) = (Transcript.GetProperty("bundle"), Transcript.GetProperty("adv"));
        AssertSecrets();

        Assert.True(LinkCodeKeys.TryAgree(
            Key("companionEphemeral"),
            Key("companionIdentity"),
            Transcript.GetProperty("primaryEphemeral").HexOf("public"),
            Transcript.GetProperty("primaryIdentity").HexOf("public"),
            RecordedRandom(),
            out var made,
            out var secret));

        Assert.Equal(bundle.TextOf("wrapped"), Hex.Text(made));
        Assert.Equal(adv.TextOf("secret"), Hex.Text(secret));

        // What the derivations start from, as the phone computes it.
        void AssertSecrets()
        {
            var ephemeralShared = X25519.Agree(
                Key("primaryEphemeral").PrivateKey, Transcript.GetProperty("companionEphemeral").HexOf("public"));
            var identityShared = X25519.Agree(
                Key("primaryIdentity").PrivateKey, Transcript.GetProperty("companionIdentity").HexOf("public"));
            Assert.Equal(Transcript.TextOf("ephemeralShared"), Hex.Text(ephemeralShared));
            Assert.Equal(Transcript.TextOf("identityShared"), Hex.Text(identityShared));
            Assert.Equal(adv.TextOf("ikm"), Hex.Text([.. ephemeralShared, .. identityShared, .. Transcript.HexOf("random")]));
            Assert.Equal(
                bundle.TextOf("plaintext"),
                Hex.Text([.. Key("companionIdentity").PublicKey, .. Key("primaryIdentity").PublicKey, .. Transcript.HexOf("random")]));
            AssertDerived(bundle.TextOf("key"), ephemeralShared, bundle.HexOf("salt"), bundle.TextOf("info"));
            AssertDerived(adv.TextOf("secret"), adv.HexOf("ikm"), adv.HexOf("salt"), adv.TextOf("info"));
        }

        static void AssertDerived(string expected, byte[] inputKey, byte[] salt, string info)
        {
            var output = new byte[32];
            HkdfSha256.Derive(inputKey, salt, System.Text.Encoding.ASCII.GetBytes(info), output);
            Assert.Equal(expected, Hex.Text(output));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_of_small_order_give_no_agreement(bool ephemeral) => Assert.False(LinkCodeKeys.TryAgree(
        KeyPair.Generate(),
        KeyPair.Generate(),
        ephemeral ? new byte[32] : KeyPair.Generate().PublicKey,
        ephemeral ? KeyPair.Generate().PublicKey : new byte[32],
        RecordedRandom(),
        out _,
        out _));

    [Fact]
    public void Companion_hello_has_the_recorded_bytes()
    {
        var hello = LinkCodeStanzas.BuildCompanionHello(
            "1.2-1",
            Phone,
            Transcript.GetProperty("companionWrap").HexOf("wrapped"),
            Key("companionNoise").PublicKey,
            DeviceIdentityOptions.Default with { OsName = "Linux" });

        AssertStanza("companionHello", hello);
    }

    [Fact]
    public void Companion_finish_has_the_recorded_bytes() => AssertStanza("companionFinish", LinkCodeStanzas.BuildCompanionFinish(
        "1.2-2",
        Phone,
        Transcript.GetProperty("bundle").HexOf("wrapped"),
        Key("companionIdentity").PublicKey,
        RecordedReference()));

    [Fact]
    public void Primary_hello_is_read()
    {
        Assert.True(LinkCodeStanzas.TryParseNotification(Stanza("primaryHelloNotification"), out var notification));

        var hello = Assert.IsType<LinkCodeNotification.PrimaryHello>(notification);
        Assert.Equal(Transcript.GetProperty("primaryWrap").TextOf("wrapped"), Hex.Text(hello.WrappedEphemeral.Span));
        Assert.Equal(Transcript.GetProperty("primaryIdentity").TextOf("public"), Hex.Text(hello.PrimaryIdentity.Span));
        Assert.Equal(RecordedReference().ToArray(), hello.Reference.ToArray());
    }

    [Fact]
    public void Strings_and_bytes_mean_the_same()
    {
        var (bytes, strings) = (Stanza("companionHello").Children[0], Stanza("companionHelloAsBaileysSends").Children[0]);

        Assert.Equal(bytes.Child("companion_platform_id")!.ContentText, strings.Child("companion_platform_id")!.ContentText);
        Assert.Equal("Chrome (Mac OS)", strings.Child("companion_platform_display")!.ContentText);
        Assert.Equal([(byte)'0'], strings.Child("link_code_pairing_nonce")!.ContentBytes.ToArray());
    }

    [Fact]
    public void Whole_pairing_goes_as_recorded()
    {
        var pairing = Pairing();
        var hello = pairing.BuildHello("1.2-1", showPushNotification: false).Children[0];
        Assert.Equal("false", hello["should_show_push_notification"]);
        Assert.Equal(
            Transcript.GetProperty("companionEphemeral").HexOf("public"),
            LinkCode.Unwrap(Code, hello.Child("link_code_pairing_wrapped_companion_ephemeral_pub")!.ContentBytes.Span));
        Assert.True(pairing.TryAcceptHelloResult(Stanza("companionHelloResult")));
        Assert.True(LinkCodeStanzas.TryParseNotification(Stanza("primaryHelloNotification"), out var notification));

        var step = pairing.Agree((LinkCodeNotification.PrimaryHello)notification, RecordedRandom());

        var finish = Assert.IsType<LinkCodeStep.Finish>(step);
        Assert.Equal(Transcript.GetProperty("adv").TextOf("secret"), Hex.Text(finish.AdvSecret));
        AssertStanza("companionFinish", pairing.BuildFinish("1.2-2", finish));
    }

    [Fact]
    public void Each_try_draws_new_random_values_and_the_fourth_needs_a_new_code()
    {
        var pairing = Pairing();
        Assert.True(pairing.TryAcceptHelloResult(Stanza("companionHelloResult")));
        var notification = Stanza("primaryHelloNotification");

        var tries = Enumerable.Range(0, LinkCodePairing.MaxTries)
            .Select(_ => Assert.IsType<LinkCodeStep.Finish>(pairing.Handle(notification, Now))).ToList();

        Assert.Equal(LinkCodePairing.MaxTries, tries.Select(finish => Hex.Text(finish.AdvSecret)).Distinct().Count());
        Assert.False(Assert.IsType<LinkCodeStep.NewCodeNeeded>(pairing.Handle(notification, Now)).IsManual);
    }

    [Fact]
    public void Code_counts_until_it_expires()
    {
        var pairing = Pairing();
        Assert.True(pairing.TryAcceptHelloResult(Stanza("companionHelloResult")));
        Assert.Equal(Now.AddSeconds(180), pairing.ExpiresAt);

        Assert.IsType<LinkCodeStep.Finish>(pairing.Handle(Stanza("primaryHelloNotification"), pairing.ExpiresAt));
        Assert.IsType<LinkCodeStep.NewCodeNeeded>(pairing.Handle(Stanza("primaryHelloNotification"), pairing.ExpiresAt.AddTicks(1)));
    }

    [Fact]
    public void Other_references_stages_and_senders_are_ignored()
    {
        var body = Stanza("primaryHelloNotification").Children[0];
        var shortIdentity = new Node("primary_identity_pub", [], new byte[31]);
        var pairing = Pairing();
        Assert.IsType<LinkCodeStep.Ignored>(pairing.Handle(Stanza("primaryHelloNotification"), Now));
        Assert.True(pairing.TryAcceptHelloResult(Stanza("companionHelloResult")));
        Node[] others =
        [
            Notification(Jid.WhatsApp, "primary_hello", [.. body.Children[..2], new Node("link_code_pairing_ref", [], [1])]),
            Notification(Jid.WhatsApp, "primary_hello", [.. body.Children[..2]]),
            Notification(Jid.WhatsApp, "primary_hello", [.. body.Children[1..]]),
            Notification(Jid.WhatsApp, "primary_hello", [body.Children[0], shortIdentity, body.Children[2]]),
            Notification(Jid.WhatsApp, "other", [.. body.Children]),
            Notification(Phone.ToJid(), "primary_hello", [.. body.Children]),
            new("notification", [("from", Jid.WhatsApp), ("type", "link_code_companion_reg")]),
        ];

        Assert.All(others, other => Assert.IsType<LinkCodeStep.Ignored>(pairing.Handle(other, Now)));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData(null, false)]
    public void Refresh_asks_for_a_new_code(string? manual, bool expected)
    {
        var pairing = Pairing();
        Assert.True(pairing.TryAcceptHelloResult(Stanza("companionHelloResult")));
        var reference = new Node("link_code_pairing_ref", [], RecordedReference().ToArray());
        var body = new Node("link_code_companion_reg", [("stage", "refresh_code"), ("force_manual_refresh", manual)], [reference]);
        var refresh = new Node("notification", [("from", Jid.WhatsApp), ("type", "link_code_companion_reg"), ("id", "1")], [body]);

        Assert.Equal(expected, Assert.IsType<LinkCodeStep.NewCodeNeeded>(pairing.Handle(refresh, Now)).IsManual);
    }

    [Fact]
    public void Answer_without_a_reference_is_not_accepted()
    {
        var pairing = Pairing();

        Assert.False(pairing.TryAcceptHelloResult(new Node("iq", [("type", "result")])));
        Assert.False(pairing.TryAcceptHelloResult(new Node("iq", [("type", "error")], [.. Stanza("companionHelloResult").Children])));
    }

    [Theory]
    [InlineData(CompanionPlatform.Firefox, "3", "Firefox (Linux)")]
    [InlineData(CompanionPlatform.Desktop, "1", "Chrome (Linux)")]
    [InlineData(CompanionPlatform.Unknown, "1", "Chrome (Linux)")]
    public void What_is_not_a_browser_pairs_as_one(CompanionPlatform platform, string id, string display)
    {
        var options = new DeviceIdentityOptions { Platform = platform, OsName = "Linux" };

        var hello = LinkCodeStanzas.BuildCompanionHello("1", Phone, new byte[80], new byte[32], options).Children[0];

        Assert.Equal(id, hello.Child("companion_platform_id")!.ContentText);
        Assert.Equal(display, hello.Child("companion_platform_display")!.ContentText);
    }

    [Fact]
    public void Pairing_needs_a_phone_number() => Assert.Throws<ArgumentException>(
        () => new LinkCodePairing(default, KeyPair.Generate(), KeyPair.Generate(), DeviceIdentityOptions.Default, Now));

    private static LinkCodePairing Pairing() => new(
        Phone, Key("companionNoise"), Key("companionIdentity"), DeviceIdentityOptions.Default, Now, Code, Key("companionEphemeral"));

    private static LinkCodeRandom RecordedRandom() => new(
        Transcript.GetProperty("bundle").HexOf("salt"), Transcript.GetProperty("bundle").HexOf("iv"), Transcript.HexOf("random"));

    private static ReadOnlyMemory<byte> RecordedReference() =>
        Stanza("companionHelloResult").Children[0].Child("link_code_pairing_ref")!.ContentBytes;

    private static Node Stanza(string name)
    {
        var node = NodeReader.Read(Stanzas.GetProperty(name).HexOf("hex"));
        Assert.Equal(NodeText.Of(NodeJson.Read(Stanzas.GetProperty(name).GetProperty("node"))), NodeText.Of(node));
        return node;
    }

    private static void AssertStanza(string name, Node built)
    {
        Assert.Equal(NodeText.Of(Stanza(name)), NodeText.Of(built));
        Assert.Equal(Stanzas.GetProperty(name).TextOf("hex"), Hex.Text(NodeWriter.Encode(built)));
    }

    private static Node Notification(Jid from, string stage, Node[] children) => new(
        "notification",
        [("from", from), ("type", "link_code_companion_reg"), ("id", "1")],
        [new Node("link_code_companion_reg", [("stage", stage)], children)]);

    private static KeyPair Key(string name)
    {
        var pair = KeyPair.FromPrivateKey(Transcript.GetProperty(name).HexOf("private"));
        Assert.Equal(Transcript.GetProperty(name).TextOf("public"), Hex.Text(pair.PublicKey));
        return pair;
    }
}
