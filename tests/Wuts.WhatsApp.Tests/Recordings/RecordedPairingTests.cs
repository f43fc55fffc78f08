using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Noise;
using Wuts.WhatsApp.Pairing;
using Wuts.WhatsApp.PreKeys;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Recordings;

/// <summary>
/// Complete pairings and logins of independent clients, recorded with the server's keys. Replaying one compares every byte
/// (<see cref="RecordedConnection"/>); the tests here then check what the stanzas say.
/// </summary>
public class RecordedPairingTests
{
    private static readonly Jid OwnJid = Jid.Parse("15550001234:7@s.whatsapp.net");

    [Theory]
    [InlineData("recorded-pairing-qr.json", "XX XX XX")]
    [InlineData("recorded-pairing-qr-ik.json", "XX XX IK XXfallback")]
    [InlineData("recorded-pairing-code.json", "XX")]
    [InlineData("recorded-pairing-code-strict.json", "XX")]
    public void Every_frame_is_reproduced(string file, string patterns)
    {
        var connections = Replay(file);

        Assert.Equal(patterns, string.Join(' ', connections.Select(connection => connection.Pattern)));
        Assert.All(connections, connection => Assert.NotEmpty(connection.Stanzas));
        Assert.All(connections, connection => Assert.Equal(connections[0].ClientStatic, connection.ClientStatic));
    }

    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    [InlineData("recorded-pairing-code.json")]
    [InlineData("recorded-pairing-code-strict.json")]
    public void Certificate_chain_is_valid_under_its_own_root_only(string file)
    {
        var recording = Open(file);
        var root = RecordedConnection.KeyPairOf(recording.GetProperty("certRoot"));
        var server = RecordedConnection.KeyPairOf(recording.GetProperty("serverStatic"));
        var chain = CertChain.Parser.ParseFrom(recording.HexOf("certChain"));
        var intermediate = CertChain.Types.NoiseCertificate.Types.Details.Parser.ParseFrom(chain.Intermediate.Details);
        Assert.Equal(
            RecordedConnection.KeyPairOf(recording.GetProperty("certIntermediate")).PublicKey.ToArray(), intermediate.Key.ToByteArray());

        Assert.Equal(ServerCertificateFault.None, Verify(root.PublicKey));
        Assert.Equal(ServerCertificateFault.UntrustedIntermediate, Verify(ServerCertificate.WhatsAppRootKey));

        ServerCertificateFault Verify(ReadOnlySpan<byte> rootKey) => ServerCertificate.Verify(
            chain.ToByteArray(), server.PublicKey, rootKey, DateTimeOffset.FromUnixTimeSeconds(1_795_235_129), out _);
    }

    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    [InlineData("recorded-pairing-code.json")]
    [InlineData("recorded-pairing-code-strict.json")]
    public void Registration_payload_holds_consistent_keys(string file)
    {
        var recording = Open(file);
        var connection = Replay(file)[0];
        var payload = ClientPayload.Parser.ParseFrom(connection.ClientPayload);
        var data = payload.DevicePairingData;

        Assert.Equal(Hex.Text(connection.ClientPayload), Hex.Text(payload.ToByteArray()));
        Assert.False(payload.HasUsername);
        Assert.Equal(recording.TextOf("companionIdentityPublic"), Hex.Text(data.EIdent.Span));
        Assert.True(SignedPreKey.Verify(data.EIdent.Span, data.ESkeyVal.Span, data.ESkeySig.Span));
        Assert.True(PreKeyIds.TryRead(data.ESkeyId.Span, out var id));
        Assert.Equal(PreKeyIds.First, id);
        Assert.Equal([5], data.EKeytype.ToByteArray());
        var version = payload.UserAgent.AppVersion;
        Assert.Equal(
            Hex.Text(new ClientVersion(version.Primary, version.Secondary, version.Tertiary).BuildHash()), Hex.Text(data.BuildHash.Span));
        Assert.Equal(
            Hex.Text(data.DeviceProps.Span), Hex.Text(DeviceProps.Parser.ParseFrom(data.DeviceProps).ToByteArray()));
        if (recording.TryGetProperty("registrationId", out var registrationId))
        {
            Assert.Equal(registrationId.GetUInt32(), BinaryPrimitives.ReadUInt32BigEndian(data.ERegid.Span));
            Assert.Equal(recording.TextOf("companionNoisePublic"), Hex.Text(connection.ClientStatic));
        }
    }

    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    public void Logins_name_the_device_that_was_paired(string file) => Assert.All(Replay(file).Skip(1), connection =>
    {
        var payload = ClientPayload.Parser.ParseFrom(connection.ClientPayload);
        Assert.Equal(Hex.Text(connection.ClientPayload), Hex.Text(payload.ToByteArray()));
        Assert.Equal((15550001234UL, 7u), (payload.Username, payload.Device));
        Assert.Null(payload.DevicePairingData);
        Assert.Equal(OwnJid, Jid.Parse(Open(file).GetProperty("account").TextOf("jid")));
        var success = connection.Stanzas[0].Node;
        Assert.Equal("success", success.Tag);
        Assert.Equal(Open(file).GetProperty("account").TextOf("lid"), success["lid"]);
    });

    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    [InlineData("recorded-pairing-code.json")]
    [InlineData("recorded-pairing-code-strict.json")]
    public void Pairing_is_signed_by_both_sides(string file)
    {
        var recording = Open(file);
        var connection = Replay(file)[0];
        var identity = recording.HexOf("companionIdentityPublic");
        Assert.True(PairDevice.TryParse(connection.Stanzas[0].Node, out var references));
        Assert.Equal(6, references.Count);

        var success = Single(connection, PairSuccess.IsPairSuccess);
        var container = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(
            success.Children[0].Child("device-identity")!.ContentBytes.Span);
        var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(container.Details);
        var details = ADVDeviceIdentity.Parser.ParseFrom(signed.Details);
        Assert.Equal(recording.GetProperty("phoneIdentity").TextOf("public"), Hex.Text(signed.AccountSignatureKey.Span));
        Assert.True(AdvSignatures.VerifyAccount(signed, details, identity));
        if (recording.TryGetProperty("advSecret", out var secret))
        {
            Assert.True(AdvSignatures.VerifyContainer(container, Convert.FromBase64String(secret.GetString()!)));
        }

        var reply = Single(connection, node => node["id"] == success["id"] && node["type"] == "result");
        var sent = reply.Children[0].Child("device-identity")!;
        var confirmed = ADVSignedDeviceIdentity.Parser.ParseFrom(sent.ContentBytes.Span);
        Assert.Equal(details.KeyIndex.ToString(null as IFormatProvider), sent["key-index"]);
        Assert.Equal((signed.Details, signed.AccountSignature), (confirmed.Details, confirmed.AccountSignature));
        signed.DeviceSignature = confirmed.DeviceSignature;
        Assert.True(AdvSignatures.VerifyDevice(signed, identity));
        Assert.Equal(
            Hex.Text(sent.ContentBytes.Span),
            Hex.Text(PairSuccess.BuildReply("1", details.KeyIndex, signed).Children[0].Child("device-identity")!.ContentBytes.Span));
        Assert.Equal("515", connection.Stanzas[^1].Node["code"]);
    }

    [Theory]
    [InlineData("recorded-pairing-code.json")]
    [InlineData("recorded-pairing-code-strict.json")]
    public void Pairing_by_code_goes_through_its_stages(string file)
    {
        var recording = Open(file);
        var code = recording.TextOf("pairingCode");
        var connection = Replay(file)[0];
        Assert.True(LinkCode.IsValid(code));

        var hello = Single(
            connection, node => node.Child("link_code_companion_reg")?["stage"] == "companion_hello" && node["type"] == "set");
        var asked = hello.Children[0];
        Assert.Equal(connection.ClientStatic, asked.Child("companion_server_auth_key_pub")!.ContentBytes.ToArray());
        var wrapped = asked.Child("link_code_pairing_wrapped_companion_ephemeral_pub")!.ContentBytes;
        Assert.Equal(LinkCode.WrappedSize, wrapped.Length);
        var answer = Single(connection, node => node["id"] == hello["id"] && node["type"] == "result");
        Assert.True(LinkCodeStanzas.TryParseCompanionHelloResult(answer, out var reference));

        var notice = Single(connection, node => node.Tag == "notification");
        Assert.True(LinkCodeStanzas.TryParseNotification(notice, out var notification));
        var primaryHello = Assert.IsType<LinkCodeNotification.PrimaryHello>(notification);
        Assert.Equal(recording.GetProperty("phoneIdentity").HexOf("public"), primaryHello.PrimaryIdentity.ToArray());
        Assert.Equal(reference.ToArray(), primaryHello.Reference.ToArray());

        var finish = Single(connection, node => node.Child("link_code_companion_reg")?["stage"] == "companion_finish").Children[0];
        Assert.Equal(reference.ToArray(), finish.Child("link_code_pairing_ref")!.ContentBytes.ToArray());
        Assert.Equal(recording.TextOf("companionIdentityPublic"), Hex.Text(finish.Child("companion_identity_public")!.ContentBytes.Span));
        Assert.Equal(LinkCodeKeys.BundleSize, finish.Child("link_code_pairing_wrapped_key_bundle")!.ContentBytes.Length);
    }

    [Theory]
    [InlineData("recorded-pairing-qr.json")]
    [InlineData("recorded-pairing-qr-ik.json")]
    public void Digest_of_the_server_is_that_of_the_uploaded_keys(string file)
    {
        var connections = Replay(file);
        var upload = Single(connections[1], node => node["type"] == "set" && node.Child("skey") is not null);
        var keys = upload.Child("list")!.Children.ToArray();
        var identity = upload.Child("identity")!.ContentBytes;
        var (signedKey, signature) = (Content(upload.Child("skey")!, "value"), Content(upload.Child("skey")!, "signature"));
        Assert.Equal(PreKeyUpload.FirstCount, keys.Length);
        Assert.Equal(Open(file).TextOf("companionIdentityPublic"), Hex.Text(identity.Span));
        Assert.True(SignedPreKey.Verify(identity.Span, signedKey, signature));
        byte[] hashed = [.. identity.Span, .. signedKey, .. signature, .. keys.SelectMany(key => Content(key, "value"))];

        var answers = connections.Skip(1).SelectMany(connection => connection.Stanzas)
            .Select(stanza => stanza.Node).Where(node => node.Child("digest") is not null && node["type"] == "result").ToList();

        Assert.NotEmpty(answers);
        Assert.All(answers, answer =>
        {
            var digest = Assert.IsType<PreKeyDigestOutcome.Found>(PreKeyDigest.Parse(answer)).Digest;
            Assert.Equal(keys.Select(key => Hex.Text(Content(key, "id"))), digest.OneTimeIds.Select(id => Hex.Text(PreKeyIds.ToBytes(id))));
            Assert.Equal(Hex.Text(SHA1.HashData(hashed)), Hex.Text(Content(answer.Child("digest")!, "hash")));
        });
    }

    [Fact]
    public void Count_of_the_server_is_read() => Assert.Equal(
        [0, PreKeyUpload.FirstCount],
        Replay("recorded-pairing-qr.json").SelectMany(connection => connection.Stanzas)
            .Where(stanza => !stanza.FromClient && stanza.Node.Child("count") is not null)
            .Select(stanza => PreKeyCount.Parse(stanza.Node)));

    private static JsonElement Open(string file) => VectorFile.Open(file);

    private static List<RecordedConnection> Replay(string file)
    {
        var recording = Open(file);
        return [.. recording.GetProperty("connections").EnumerateArray().Select(c => RecordedConnection.Replay(recording, c))];
    }

    private static Node Single(RecordedConnection connection, Predicate<Node> match) =>
        connection.Stanzas.Single(stanza => match(stanza.Node)).Node;

    private static byte[] Content(Node parent, string tag) => parent.Child(tag)!.ContentBytes.ToArray();
}
