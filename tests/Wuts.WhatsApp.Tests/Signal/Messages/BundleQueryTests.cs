using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.13.</summary>
public class BundleQueryTests
{
    [Fact]
    public void Every_documented_stanza_about_peer_messages_is_built_or_read()
    {
        foreach (var name in StanzaVectors.Names("peer-message"))
        {
            var node = StanzaVectors.Node(name);
            switch (name)
            {
                case "prekey-fetch-own-primary":
                    StanzaVectors.AssertSame(node, BundleQuery.Build(node["id"]!, MessageVectors.Own.PrimaryPhone));
                    break;
                case "prekey-fetch-response":
                    var found = Assert.IsType<BundleAnswer.Found>(Assert.Single(BundleQuery.Parse(node)));
                    var expected = StanzaVectors.Expect(name);
                    Assert.Equal(MessageVectors.Own.PrimaryPhone, found.Device);
                    Assert.Equal(expected.GetProperty("registration_id").GetUInt32(), found.Bundle.RegistrationId);
                    Assert.Equal(expected.GetProperty("signed_prekey_id").GetUInt32(), found.Bundle.SignedPreKeyId);
                    Assert.Equal(expected.GetProperty("one_time_prekey_id").GetUInt32(), found.Bundle.OneTimePreKey!.Id);
                    break;
                case "prekey-fetch-response-error":
                    var refused = Assert.IsType<BundleAnswer.Refused>(Assert.Single(BundleQuery.Parse(node)));
                    Assert.Equal(StanzaVectors.Expect(name).GetProperty("error").GetInt32(), refused.Error.Code);
                    break;
                case "peer-key-request-message":
                    var device = TestDevice.Create().Device with
                    {
                        Account = MessageVectors.Own,
                        SignedIdentity = node.Child("device-identity")!.ContentBytes.ToArray(),
                    };
                    var encrypted = new SessionEncryption(SessionRecord.Empty, true, node.Child("enc")!.ContentBytes.ToArray());
                    StanzaVectors.AssertSame(node, PeerMessages.Build(node["id"]!, device, encrypted, PushPriority.High));
                    break;
                default:
                    Assert.Fail($"Nothing checks {name}.");
                    break;
            }
        }
    }

    [Fact]
    public void Bundles_of_an_independent_implementation_start_sessions()
    {
        var vector = VectorFile.Open("prekeys.json");
        var bundles = BundleQuery.Parse(NodeReader.Read(vector.GetProperty("bundleResponse").HexOf("hex")))
            .Select(answer => Assert.IsType<BundleAnswer.Found>(answer).Bundle)
            .ToArray();
        Assert.Equal([1u, null], bundles.Select(bundle => bundle.OneTimePreKey?.Id));
        Assert.Equal(vector.GetProperty("registrationId").GetUInt32(), bundles[0].RegistrationId);
        Assert.Equal(vector.GetProperty("identity").TextOf("public"), Hex.Text(bundles[0].IdentityKey));
        Assert.Equal(vector.GetProperty("signedPreKey").TextOf("public"), Hex.Text(bundles[0].SignedPreKey));
        Assert.All(bundles, bundle => SignalParty.Create(new SeededEntropySource(1)).Initiate(bundle));
    }

    [Fact]
    public void Refusal_of_the_whole_query_is_thrown() => Assert.Throws<QueryRefusedException>(() => BundleQuery.Parse(
        new Node("iq", [("type", "error")], [new Node("error", [("code", "429"), ("text", "rate-overlimit")])])));

    [Fact]
    public void Wrapped_missing_and_malformed_keys_are_told_apart()
    {
        var party = SignalParty.Create(new SeededEntropySource(1));
        Node[] children = [PreKeyNodes.Registration(7), .. party.BundleNodes()];
        var answers = BundleQuery.Parse(new Node(
            "iq",
            [("type", "result")],
            [
                new Node(
                    "list",
                    [],
                    [
                        new Node("user", [("jid", Jid.Parse("1@lid"))], [new Node("keys", [], children)]),
                        new Node("user", [("jid", Jid.Parse("2@lid"))], children.AsSpan(1)),
                        new Node("user", [("jid", Jid.Parse("3@lid"))], [new Node("error")]),
                        new Node("user", [], children),
                        new Node("other", [("jid", Jid.Parse("4@lid"))], children),
                    ]),
            ]));

        Assert.Equal(3, answers.Count);
        Assert.Null(Assert.IsType<BundleAnswer.Found>(answers[0]).Bundle.OneTimePreKey);
        Assert.IsType<BundleAnswer.Malformed>(answers[1]);
        Assert.Equal(0, Assert.IsType<BundleAnswer.Refused>(answers[2]).Error.Code);
        Assert.Empty(BundleQuery.Parse(new Node("iq")));
    }

    [Fact]
    public void Bundle_with_a_part_of_the_wrong_length_is_refused()
    {
        var nodes = SignalParty.Create(new SeededEntropySource(1)).BundleNodes(1);
        Assert.True(BundleNodes.TryRead(new Node("keys", [], nodes), 1, out _));
        for (var i = 0; i < nodes.Length; i++)
        {
            Assert.False(BundleNodes.TryRead(new Node("keys", [], [.. nodes[..i], Shortened(nodes[i]), .. nodes[(i + 1)..]]), 1, out _));
        }

        static Node Shortened(Node node) => node.HasChildList
            ? new Node(node.Tag, [], [.. node.Children.ToArray().Select(Shortened)])
            : new Node(node.Tag, [], node.ContentBytes[..^1].ToArray());
    }
}
