using Wuts.Simulator;
using Wuts.Simulator.Faults;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Protos;
using Account = Wuts.Simulator.Account;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>What happens between a scan and the restart: the client's answer to pair-success, and the faults of that part.</summary>
public class PairReplyTests
{
    [Fact]
    public async Task Reply_with_another_key_index_is_refused() =>
        await AssertRefusedAsync(RefusalKind.BadPairReply, PairingStatus.BadReply, (device, node) => device.PairReply(node, keyIndex: 9));

    [Fact]
    public async Task Reply_signed_with_a_wrong_prefix_is_refused() =>
        await AssertRefusedAsync(RefusalKind.BadSignature, PairingStatus.BadReply, (device, node) => device.PairReply(node, prefix: [6, 0]));

    [Fact]
    public async Task Reply_without_identity_is_refused() =>
        await AssertRefusedAsync(RefusalKind.BadPairReply, PairingStatus.BadReply, (_, node) => Answer(node, "result"));

    [Fact]
    public async Task Client_that_refuses_is_told_about_on_the_phone() =>
        await AssertRefusedAsync(
            RefusalKind.PairingRejected,
            PairingStatus.Rejected,
            (_, node) => Answer(node, "error", new Node("error", [("code", "401"), ("text", "hmac-mismatch")])));

    [Fact]
    public async Task Client_that_does_not_answer_is_given_up_after_a_minute()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;
        var scan = simulator.Server.ScanAsync(simulator.Server.Accounts.Create(), device.Qr(references[0]));
        await client.ReceiveAsync("iq");

        time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(PairingStatus.NoAnswer, (await scan.WaitAsync(TestClient.Guard)).Status);
    }

    [Fact]
    public async Task Keys_in_the_QR_must_be_those_of_the_connection()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, references) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        var outcome = await simulator.Server.ScanAsync(simulator.Server.Accounts.Create(), new TestDevice().Qr(references[0]));

        Assert.Equal(PairingStatus.KeyMismatch, outcome.Status);
        Assert.Equal(RefusalKind.KeyMismatch, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Theory]
    [InlineData(PairSuccessDefect.WrongHmac)]
    [InlineData(PairSuccessDefect.WrongAccountSignature)]
    [InlineData(PairSuccessDefect.Truncated)]
    public async Task Spoiled_pair_success_is_spoiled_in_one_place(PairSuccessDefect defect)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        simulator.Server.Faults.Add(new Fault.PairSuccess { Defect = defect });
        var account = simulator.Server.Accounts.Create();
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;
        var scan = simulator.Server.ScanAsync(account, device.Qr(references[0]));
        var pairSuccess = await client.ReceiveAsync("iq");

        Assert.Equal(defect, Inspect(pairSuccess, device, account));
        await client.SendAsync(Answer(pairSuccess, "error", new Node("error", [("code", "401")])));
        Assert.Equal(PairingStatus.Rejected, (await scan).Status);
    }

    [Fact]
    public async Task Restart_can_be_omitted()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        simulator.Server.Faults.Add(new Fault.Restart { Defect = RestartDefect.Omitted });
        var (client, _) = await LinkedAsync(simulator);
        await using var disposing = client;

        Assert.Equal("result", (await client.AskAsync("get", "w:p"))["type"]);
    }

    [Fact]
    public async Task Restart_can_be_a_close_without_a_word()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        simulator.Server.Faults.Add(new Fault.Restart { Defect = RestartDefect.CloseOnly });
        var (client, _) = await LinkedAsync(simulator);
        await using var disposing = client;

        await client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Restart_can_be_late()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        simulator.Server.Faults.Add(new Fault.Restart { Defect = RestartDefect.Delayed, By = TimeSpan.FromSeconds(5) });
        var (client, _) = await LinkedAsync(simulator);
        await using var disposing = client;

        Assert.Equal("result", (await client.AskAsync("get", "w:p"))["type"]);
        await time.WhenTimersArmedAsync(2).WaitAsync(TestClient.Guard);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("515", (await client.ReceiveAsync("stream:error"))["code"]);
    }

    [Fact]
    public async Task Refresh_asks_for_a_new_secret_and_the_second_scan_links()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { RefreshOnScan = true });
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;

        Assert.Equal(PairingStatus.ScanAgain, (await simulator.Server.ScanAsync(account, device.Qr(references[0]))).Status);
        var notification = await client.ReceiveAsync("notification");
        Assert.NotNull(notification.Child("companion_reg_refresh"));
        await client.AckAsync(notification);
        Assert.Equal(PairingStatus.KeyMismatch, (await simulator.Server.ScanAsync(account, device.Qr(references[0]))).Status);

        device.AdvSecret = new byte[32];
        var scan = simulator.Server.ScanAsync(account, device.Qr(references[0]));
        await client.SendAsync(device.PairReply(await client.ReceiveAsync("iq")));
        Assert.True((await scan).IsLinked);
    }

    [Fact]
    public async Task Hosted_account_signs_with_its_own_prefixes()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { Hosted = true, BusinessName = "Bakery" });
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;
        var scan = simulator.Server.ScanAsync(account, device.Qr(references[0]));
        var pairSuccess = await client.ReceiveAsync("iq");

        var container = Container(pairSuccess);
        Assert.Equal(ADVEncryptionType.Hosted, container.AccountType);
        Assert.Equal(Hmac(device.AdvSecret, [6, 5, .. container.Details.Span]), container.Hmac.ToByteArray());
        Assert.Equal("Bakery", pairSuccess.Child("pair-success")!.Child("biz")!["name"]);
        await client.SendAsync(device.PairReply(pairSuccess));
        Assert.True((await scan).IsLinked);
    }

    private static async Task<(TestClient Client, TestDevice Device)> LinkedAsync(SimulatorHost simulator)
    {
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        var scan = simulator.Server.ScanAsync(simulator.Server.Accounts.Create(), device.Qr(references[0]));
        await client.SendAsync(device.PairReply(await client.ReceiveAsync("iq")));
        Assert.True((await scan.WaitAsync(TestClient.Guard)).IsLinked);
        return (client, device);
    }

    private static async Task AssertRefusedAsync(RefusalKind kind, PairingStatus status, Func<TestDevice, Node, Node> reply)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;
        var scan = simulator.Server.ScanAsync(account, device.Qr(references[0]));

        await client.SendAsync(reply(device, await client.ReceiveAsync("iq")));

        Assert.Equal(status, (await scan.WaitAsync(TestClient.Guard)).Status);
        await client.ReceiveCloseAsync();
        Assert.Equal(kind, Assert.Single(simulator.Server.Refusals).Kind);
        Assert.Empty(account.Devices);
    }

    private static Node Answer(Node request, string type, params Node[] children) =>
        new("iq", [("id", request["id"]), ("to", Jid.WhatsApp), ("type", type)], children);

    private static ADVSignedDeviceIdentityHMAC Container(Node pairSuccess) => ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(
        pairSuccess.Child("pair-success")!.Child("device-identity")!.ContentBytes.Span);

    private static byte[] Hmac(byte[] key, byte[] data) => System.Security.Cryptography.HMACSHA256.HashData(key, data);

    // Which of the checks of a client fails first; the others must pass.
    private static PairSuccessDefect? Inspect(Node pairSuccess, TestDevice device, Account account)
    {
        var container = Container(pairSuccess);
        if (!Hmac(device.AdvSecret, container.Details.ToByteArray()).AsSpan().SequenceEqual(container.Hmac.Span))
        {
            return PairSuccessDefect.WrongHmac;
        }

        ADVSignedDeviceIdentity signed;
        try
        {
            signed = ADVSignedDeviceIdentity.Parser.ParseFrom(container.Details);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return PairSuccessDefect.Truncated;
        }

        return account.Primary.HasSigned(signed, device.Identity.PublicKey) ? null : PairSuccessDefect.WrongAccountSignature;
    }
}
