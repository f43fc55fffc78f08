using Wuts.Simulator;
using Wuts.Simulator.Phones;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

public class CodePairingTests
{
    private const string Code = "ABCD1234";

    [Fact]
    public async Task Device_is_linked_by_code_and_logs_in_afterwards()
    {
        await using var scene = await Scene.StartAsync();
        await scene.AskForCodeAsync();

        var typing = scene.Server.TypeCodeAsync(scene.Account, "abcd-1234");
        var primaryHello = await scene.Client.ReceiveAsync("notification");
        await scene.Client.AckAsync(primaryHello);
        Assert.Equal("result", (await scene.Client.AskAsync("set", "md", scene.Code.Finish(primaryHello)))["type"]);
        var pairSuccess = await scene.Client.ReceiveAsync();
        pairSuccess.Child("pair-success")!.Child("device")!.TryGetJid("jid", out var jid);
        await scene.Client.SendAsync(scene.Device.PairReply(pairSuccess));
        var outcome = await typing.WaitAsync(TestClient.Guard);
        Assert.True(outcome.IsLinked, outcome.Reason);

        scene.Device.Jid = jid;
        await using var loggedIn = await TestClient.LoginAsync(scene.Simulator, scene.Device);
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Wrong_code_is_seen_on_the_phone_and_the_client_learns_nothing()
    {
        await using var scene = await Scene.StartAsync();
        await scene.AskForCodeAsync();

        var typing = scene.Server.TypeCodeAsync(scene.Account, "ABCD1235");
        var primaryHello = await scene.Client.ReceiveAsync("notification");
        var answer = await scene.Client.AskAsync("set", "md", scene.Code.Finish(primaryHello));

        Assert.Equal("result", answer["type"]);
        Assert.Equal(PairingStatus.WrongCode, (await typing.WaitAsync(TestClient.Guard)).Status);
        Assert.Empty(scene.Account.Devices);
    }

    [Theory]
    [InlineData("Wuts (Linux)")]
    [InlineData("Chrome (Plan 9)")]
    [InlineData("Chrome")]
    [InlineData("")]
    public async Task Display_name_that_is_not_browser_and_system_is_refused(string display)
    {
        await using var scene = await Scene.StartAsync();
        scene.Code.Display = display;

        await scene.AssertHelloRefusedAsync(RefusalKind.DisplayName);
    }

    [Fact]
    public async Task Request_with_another_noise_key_is_refused()
    {
        await using var scene = await Scene.StartAsync();
        scene.Code.NoiseKey = new byte[32];

        await scene.AssertHelloRefusedAsync(RefusalKind.KeyMismatch);
    }

    [Theory]
    [InlineData("wrap")]
    [InlineData("phone")]
    [InlineData("platform")]
    public async Task Malformed_request_for_a_code_is_refused(string part)
    {
        await using var scene = await Scene.StartAsync();
        switch (part)
        {
            case "wrap":
                scene.Code.Wrapped = new byte[79];
                break;
            case "phone":
                scene.Code.Phone = "0155500";
                break;
            default:
                scene.Code.PlatformId = "0";
                break;
        }

        await scene.AssertHelloRefusedAsync(RefusalKind.BadLinkCode);
    }

    [Fact]
    public async Task Code_is_too_old_after_180_seconds()
    {
        await using var scene = await Scene.StartAsync();
        await scene.AskForCodeAsync();

        scene.Time.Advance(TimeSpan.FromSeconds(181));
        var outcome = await scene.Server.TypeCodeAsync(scene.Account, Code);

        Assert.Equal(PairingStatus.Expired, outcome.Status);
        Assert.Equal(RefusalKind.ExpiredCode, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Code_can_be_typed_three_times()
    {
        await using var scene = await Scene.StartAsync();
        await scene.AskForCodeAsync();
        for (var i = 0; i < 3; i++)
        {
            var typing = scene.Server.TypeCodeAsync(scene.Account, "ABCD1235");
            await scene.Client.AskAsync("set", "md", scene.Code.Finish(await scene.Client.ReceiveAsync("notification")));
            Assert.Equal(PairingStatus.WrongCode, (await typing).Status);
        }

        Assert.Equal(PairingStatus.TooManyAttempts, (await scene.Server.TypeCodeAsync(scene.Account, Code)).Status);
    }

    [Fact]
    public async Task Typing_without_a_request_or_nonsense_is_told_at_once()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(PairingStatus.NoRequest, (await scene.Server.TypeCodeAsync(scene.Account, Code)).Status);
        Assert.Equal(PairingStatus.Unreadable, (await scene.Server.TypeCodeAsync(scene.Account, "ABCDO234")).Status);
    }

    [Fact]
    public async Task Finish_with_another_reference_or_identity_is_refused()
    {
        await using var scene = await Scene.StartAsync();
        await scene.AskForCodeAsync();
        var typing = scene.Server.TypeCodeAsync(scene.Account, Code);
        var primaryHello = await scene.Client.ReceiveAsync("notification");

        scene.Code.Reference = "3@other"u8.ToArray();
        Assert.Equal("error", (await scene.Client.AskAsync("set", "md", scene.Code.Finish(primaryHello)))["type"]);
        scene.Code.Reference = null;
        scene.Code.Identity = KeyPair.Generate().PublicKey.ToArray();
        Assert.Equal("error", (await scene.Client.AskAsync("set", "md", scene.Code.Finish(primaryHello)))["type"]);

        Assert.Equal([RefusalKind.UnknownReference, RefusalKind.KeyMismatch], scene.Server.Refusals.Select(refusal => refusal.Kind));
        await scene.Client.DisposeAsync();
        Assert.Equal(PairingStatus.NoAnswer, (await typing.WaitAsync(TestClient.Guard)).Status);
    }

    [Fact]
    public async Task New_code_is_asked_for_with_the_reference_of_the_old_one()
    {
        await using var scene = await Scene.StartAsync();
        Assert.False(scene.Server.AskForNewCode(scene.Account));
        var answer = await scene.AskForCodeAsync();

        Assert.True(scene.Server.AskForNewCode(scene.Account));

        var refresh = (await scene.Client.ReceiveAsync("notification")).Child("link_code_companion_reg")!;
        Assert.Equal("refresh_code", refresh["stage"]);
        Assert.Equal(
            answer.Child("link_code_companion_reg")!.Child("link_code_pairing_ref")!.ContentText,
            refresh.Child("link_code_pairing_ref")!.ContentText);
    }

    [Fact]
    public void Derivations_agree_with_the_recorded_transcript()
    {
        var transcript = VectorFile.Open("link-code.json").GetProperty("transcript");
        var code = transcript.TextOf("code");
        var ephemeralSecret = transcript.HexOf("ephemeralShared");

        Assert.Equal(
            transcript.GetProperty("companionEphemeral").TextOf("public"),
            Hex.Text(LinkCode.Unwrap(code, transcript.GetProperty("companionWrap").HexOf("wrapped"))));
        var opened = LinkCode.OpenBundle(ephemeralSecret, transcript.GetProperty("bundle").HexOf("wrapped"));
        Assert.Equal(transcript.GetProperty("companionIdentity").TextOf("public"), Hex.Text(opened!.CompanionIdentity));
        Assert.Equal(transcript.GetProperty("primaryIdentity").TextOf("public"), Hex.Text(opened.PrimaryIdentity));
        Assert.Equal(
            transcript.GetProperty("adv").TextOf("secret"),
            Hex.Text(LinkCode.DeriveAdvSecret(ephemeralSecret, transcript.HexOf("identityShared"), opened.Random)));
    }

    private sealed class Scene : IAsyncDisposable
    {
        private Scene(SimulatorHost simulator, ManualTimeProvider time, TestClient client, TestDevice device, Account account)
        {
            Simulator = simulator;
            Time = time;
            Client = client;
            Device = device;
            Account = account;
            Code = new TestLinkCode(device, CodePairingTests.Code) { Phone = account.Phone };
        }

        public SimulatorHost Simulator { get; }

        public SimulatorServer Server => Simulator.Server;

        public ManualTimeProvider Time { get; }

        public TestClient Client { get; }

        public TestDevice Device { get; }

        public Account Account { get; }

        public TestLinkCode Code { get; }

        public static async Task<Scene> StartAsync()
        {
            var time = new ManualTimeProvider();
            var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
            var device = new TestDevice();
            var (client, _) = await TestClient.RegisterAsync(simulator, device);
            return new Scene(simulator, time, client, device, simulator.Server.Accounts.Create());
        }

        public async Task<Node> AskForCodeAsync()
        {
            var answer = await Client.AskAsync("set", "md", Code.Hello());
            Assert.Equal("result", answer["type"]);
            return answer;
        }

        public async Task AssertHelloRefusedAsync(RefusalKind kind)
        {
            var answer = await Client.AskAsync("set", "md", Code.Hello());
            Assert.Equal("400", answer.Child("error")!["code"]);
            Assert.Equal(kind, Assert.Single(Server.Refusals).Kind);
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Simulator.DisposeAsync();
        }
    }
}
