using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Signal;
using Wuts.WhatsApp.Signal.Messages;

namespace Wuts.WhatsApp.Tests.Signal.Messages;

/// <summary>Sync section 1.13.</summary>
public class BundleQueryTests
{
    [Fact]
    public void Every_vector_about_peer_messages_is_built_or_read()
    {
        foreach (var vector in StanzaVectors.Group("peer-message"))
        {
            var node = vector.NodeOf();
            switch (vector.TextOf("name"))
            {
                case "prekey-fetch-own-primary":
                    StanzaVectors.AssertIs(vector, BundleQuery.Build(node["id"]!, StanzaVectors.Own.PrimaryPhone));
                    break;
                case "prekey-fetch-response":
                    var found = Assert.IsType<BundleAnswer.Found>(Assert.Single(BundleQuery.Parse(node)));
                    var expected = vector.GetProperty("expect");
                    Assert.Equal(StanzaVectors.Own.PrimaryPhone, found.Device);
                    Assert.Equal(expected.GetProperty("registration_id").GetUInt32(), found.Bundle.RegistrationId);
                    Assert.Equal(expected.GetProperty("signed_prekey_id").GetUInt32(), found.Bundle.SignedPreKeyId);
                    Assert.Equal(expected.GetProperty("one_time_prekey_id").GetUInt32(), found.Bundle.OneTimePreKey!.Id);
                    break;
                case "prekey-fetch-response-error":
                    var refused = Assert.IsType<BundleAnswer.Refused>(Assert.Single(BundleQuery.Parse(node)));
                    Assert.Equal(vector.GetProperty("expect").GetProperty("error").GetInt32(), refused.Code);
                    break;
                case "peer-key-request-message":
                    var device = TestDevice.Create().Device with
                    {
                        Account = StanzaVectors.Own,
                        SignedIdentity = node.Child("device-identity")!.ContentBytes.ToArray(),
                    };
                    var encrypted = new SessionEncryption(SessionRecord.Empty, true, node.Child("enc")!.ContentBytes.ToArray());
                    StanzaVectors.AssertIs(vector, PeerMessages.Build(node["id"]!, device, encrypted, PushPriority.High));
                    break;
                case var name:
                    Assert.Fail($"Nothing checks {name}.");
                    break;
            }
        }
    }

    [Fact]
    public void Wrapped_missing_and_malformed_keys_are_told_apart()
    {
        var party = SignalParty.Create(new SeededEntropySource(1));
        Node[] children = [PreKeyNodes.RegistrationId(7), .. PreKeyNodes.Write(party.Bundle())];
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
        Assert.Equal(0, Assert.IsType<BundleAnswer.Refused>(answers[2]).Code);
        Assert.Empty(BundleQuery.Parse(new Node("iq")));
    }

    [Fact]
    public void Bundle_with_a_part_of_the_wrong_length_is_refused()
    {
        var nodes = PreKeyNodes.Write(SignalParty.Create(new SeededEntropySource(1)).Bundle(1));
        Assert.True(PreKeyNodes.TryRead(new Node("keys", [], nodes), 1, out _));
        for (var i = 0; i < nodes.Length; i++)
        {
            Assert.False(PreKeyNodes.TryRead(new Node("keys", [], [.. nodes[..i], Shortened(nodes[i]), .. nodes[(i + 1)..]]), 1, out _));
        }

        static Node Shortened(Node node) => node.HasChildList
            ? new Node(node.Tag, [], [.. node.Children.ToArray().Select(Shortened)])
            : new Node(node.Tag, [], node.ContentBytes[..^1].ToArray());
    }
}
