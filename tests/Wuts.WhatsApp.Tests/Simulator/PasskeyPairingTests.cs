using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Simulator.Phones;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

public class PasskeyPairingTests
{
    [Fact]
    public async Task Scan_asks_for_the_passkey_and_the_handoff_proof_makes_confirming_unnecessary()
    {
        await using var scene = await Scene.ScanAsync();
        await scene.SendPrologueAsync(withProof: true);
        await scene.TakeContinuationAsync();
        await scene.SendNonceAsync();
        await scene.SendRequestAsync();

        await scene.AssertLinkedAsync();
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Without_the_proof_the_phone_links_when_the_person_confirms_the_code()
    {
        await using var scene = await Scene.ScanAsync();
        await scene.SendPrologueAsync(withProof: false);
        await scene.TakeContinuationAsync();
        var confirming = scene.Server.ConfirmPasskeyAsync(scene.Account, scene.Code());
        await scene.SendNonceAsync();
        await scene.SendRequestAsync();

        await scene.AssertLinkedAsync();
        Assert.True((await confirming.WaitAsync(TestClient.Guard)).IsLinked);
    }

    [Fact]
    public async Task Different_codes_end_the_pairing()
    {
        await using var scene = await Scene.ScanAsync();
        await scene.SendPrologueAsync(withProof: false);
        await scene.TakeContinuationAsync();
        await scene.SendNonceAsync();
        await scene.SendRequestAsync();

        var outcome = await scene.Server.ConfirmPasskeyAsync(scene.Account, "11111111");

        Assert.Equal(PairingStatus.WrongCode, outcome.Status);
        await scene.Client.ReceiveCloseAsync();
        Assert.Empty(scene.Account.Devices);
    }

    [Fact]
    public async Task Assertion_for_another_challenge_is_refused()
    {
        await using var scene = await Scene.ScanAsync();
        var other = JsonNode.Parse(scene.Options)!;
        other["challenge"] = Base64Url.EncodeToString(new byte[32]);

        await scene.AssertPrologueRefusedAsync(scene.Account.Passkey.Assert(other.ToJsonString()), RefusalKind.BadSignature);
    }

    [Fact]
    public async Task Assertion_of_another_passkey_is_refused()
    {
        await using var scene = await Scene.ScanAsync();
        var stranger = scene.Server.Accounts.Create();

        await scene.AssertPrologueRefusedAsync(stranger.Passkey.Assert(scene.Options), RefusalKind.BadSignature);
    }

    [Fact]
    public async Task Assertion_that_is_no_JSON_is_refused()
    {
        await using var scene = await Scene.ScanAsync();

        await scene.AssertPrologueRefusedAsync("nonsense", RefusalKind.BadSignature);
    }

    [Fact]
    public async Task Proof_under_another_secret_is_refused()
    {
        await using var scene = await Scene.ScanAsync();
        scene.Device.AdvSecret = new byte[32];

        Assert.Equal("error", (await scene.SendPrologueAsync(withProof: true))["type"]);
        Assert.Equal(RefusalKind.BadSignature, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Nonce_that_does_not_open_the_commitment_is_refused()
    {
        await using var scene = await Scene.ScanAsync();
        await scene.SendPrologueAsync(withProof: true);
        await scene.TakeContinuationAsync();

        var answer = await scene.Client.AskAsync("set", "md", new Node("companion_nonce", [], new byte[32]));

        Assert.Equal("error", answer["type"]);
        Assert.Equal(RefusalKind.BadPasskey, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Steps_out_of_order_are_refused()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        var (client, _) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;

        Assert.Equal("404", (await client.AskAsync("get", "md", new Node("passkey_request_options"))).Child("error")!["code"]);
        foreach (var tag in new[] { "passkey_prologue", "companion_nonce", "encrypted_pairing_request" })
        {
            Assert.Equal("error", (await client.AskAsync("set", "md", new Node(tag, [], new byte[32])))["type"]);
        }

        Assert.Equal(3, simulator.Server.Refusals.Count(refusal => refusal.Kind == RefusalKind.BadPasskey));
    }

    [Fact]
    public void Derivations_agree_with_the_vectors()
    {
        var vector = VectorFile.Open("passkey-pairing.json");
        var primary = vector.GetProperty("primaryEphemeral");

        Assert.Equal(
            vector.TextOf("commitment"),
            Hex.Text(PasskeyCrypto.Commitment(vector.HexOf("companionEphemeralIdentity"), vector.HexOf("companionNonce"))));
        Assert.Equal(
            vector.TextOf("verificationCode"),
            PasskeyCrypto.VerificationCode(vector.HexOf("primaryNonce"), vector.HexOf("companionNonce"), primary.HexOf("public")));
        Assert.Equal(
            vector.GetProperty("encryptionKey").TextOf("key"),
            Hex.Text(PasskeyCrypto.RequestKey(vector.HexOf("sharedSecret"), vector.GetProperty("deviceType").GetInt32(), vector.TextOf("ref"))));
        Assert.Equal(
            vector.GetProperty("handoff").TextOf("proof"),
            Hex.Text(PasskeyCrypto.HandoffProof(vector.GetProperty("handoff").HexOf("priorAdvSecret"), vector.HexOf("prologuePayload"))));
    }

    /// <summary>A client whose QR was scanned by an account that needs a passkey.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly SimulatorHost _simulator;
        private readonly KeyPair _ephemeral = KeyPair.Generate();
        private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(32);
        private byte[] _identity = [];
        private string _reference = "";
        private PrimaryEphemeralIdentity _primary = new();

        private Scene(SimulatorHost simulator, Account account, TestClient client, TestDevice device)
        {
            _simulator = simulator;
            Account = account;
            Client = client;
            Device = device;
        }

        public SimulatorServer Server => _simulator.Server;

        public Account Account { get; }

        public TestClient Client { get; }

        public TestDevice Device { get; }

        public string Options { get; private set; } = "";

        public static async Task<Scene> ScanAsync()
        {
            var simulator = await SimulatorHost.StartAsync();
            var account = simulator.Server.Accounts.Create(new AccountSpec { RequiresPasskey = true });
            var device = new TestDevice();
            var (client, references) = await TestClient.RegisterAsync(simulator, device);
            Assert.Equal(PairingStatus.PasskeyRequired, (await simulator.Server.ScanAsync(account, device.Qr(references[0]))).Status);
            var scene = new Scene(simulator, account, client, device);
            var request = await client.ReceiveAsync("notification");
            Assert.Equal("passkey_prologue_request", request["type"]);
            await client.AckAsync(request);
            scene.Options = request.Child("passkey_request_options")!.ContentText!;
            return scene;
        }

        public async Task<Node> SendPrologueAsync(bool withProof, string? assertion = null)
        {
            _reference = (await Client.AskAsync("get", "md", new Node("ref"))).Child("ref")!.ContentText!;
            _identity = new CompanionEphemeralIdentity
            {
                PublicKey = ByteString.CopyFrom(_ephemeral.PublicKey),
                DeviceType = DeviceProps.Types.PlatformType.Chrome,
                Ref = _reference,
            }.ToByteArray();
            var prologue = new ProloguePayload
            {
                CompanionEphemeralIdentity = ByteString.CopyFrom(_identity),
                Commitment = new() { Hash = ByteString.CopyFrom(SHA256.HashData([.. _identity, .. _nonce])) },
            }.ToByteArray();
            List<Node> children =
            [
                new("credential_id", [], Account.Passkey.CredentialId.ToArray()),
                new("webauthn_assertion", [], System.Text.Encoding.UTF8.GetBytes(assertion ?? Account.Passkey.Assert(Options))),
                new("prologue_payload", [], prologue),
            ];
            if (withProof)
            {
                var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Device.AdvSecret, 32, info: "shortcake-passkey-handoff-v1"u8.ToArray());
                children.Add(new("pairing_handoff_proof", [], HMACSHA256.HashData(key, prologue)));
            }

            return await Client.AskAsync("set", "md", new Node("passkey_prologue", [], [.. children]));
        }

        public async Task TakeContinuationAsync()
        {
            var continuation = await Client.ReceiveAsync("notification");
            Assert.Equal("crsc_continuation", continuation["type"]);
            await Client.AckAsync(continuation);
            _primary = PrimaryEphemeralIdentity.Parser.ParseFrom(continuation.Child("primary_ephemeral_identity")!.ContentBytes.Span);
        }

        public string Code() => PasskeyCrypto.VerificationCode(_primary.Nonce.Span, _nonce, _primary.PublicKey.Span);

        public async Task SendNonceAsync() =>
            Assert.Equal("result", (await Client.AskAsync("set", "md", new Node("companion_nonce", [], _nonce)))["type"]);

        public async Task SendRequestAsync()
        {
            Device.AdvSecret = RandomNumberGenerator.GetBytes(32);
            var plain = new PairingRequest
            {
                CompanionPublicKey = ByteString.CopyFrom(Device.Noise.PublicKey),
                CompanionIdentityKey = ByteString.CopyFrom(Device.Identity.PublicKey),
                AdvSecret = ByteString.CopyFrom(Device.AdvSecret),
            }.ToByteArray();
            var key = PasskeyCrypto.RequestKey(X25519.Agree(_ephemeral.PrivateKey, _primary.PublicKey.Span), 1, _reference);
            var iv = RandomNumberGenerator.GetBytes(12);
            var payload = new byte[plain.Length + 16];
            using (var gcm = new AesGcm(key, 16))
            {
                gcm.Encrypt(iv, plain, payload.AsSpan(0, plain.Length), payload.AsSpan(plain.Length));
            }

            var request = new EncryptedPairingRequest { EncryptedPayload = ByteString.CopyFrom(payload), Iv = ByteString.CopyFrom(iv) };
            var answer = await Client.AskAsync("set", "md", new Node("encrypted_pairing_request", [], request.ToByteArray()));
            Assert.Equal("result", answer["type"]);
        }

        public async Task AssertLinkedAsync()
        {
            var pairSuccess = await Client.ReceiveAsync();
            var container = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(
                pairSuccess.Child("pair-success")!.Child("device-identity")!.ContentBytes.Span);
            Assert.Equal(HMACSHA256.HashData(Device.AdvSecret, container.Details.Span), container.Hmac.ToByteArray());
            await Client.SendAsync(Device.PairReply(pairSuccess));
            Assert.Equal("515", (await Client.ReceiveAsync())["code"]);
            Assert.Single(Account.Devices);
        }

        public async Task AssertPrologueRefusedAsync(string assertion, RefusalKind kind)
        {
            Assert.Equal("error", (await SendPrologueAsync(withProof: false, assertion))["type"]);
            Assert.Equal(kind, Assert.Single(Server.Refusals).Kind);
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await _simulator.DisposeAsync();
        }
    }
}
