using System.Security.Cryptography;
using Google.Protobuf;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>Who may register and log in, and how a session ends.</summary>
public class LoginTests
{
    public static TheoryData<string> SpoiledFields =>
        new("eRegid", "eKeytype", "eIdent", "eSkeyId", "eSkeyVal", "buildHash", "buildHashVersion", "deviceProps", "devicePairingData", "appVersion");

    [Theory]
    [MemberData(nameof(SpoiledFields))]
    public async Task Registration_with_a_wrong_field_is_refused_with_failure_400(string field)
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        var payload = device.Registration();
        Spoil(payload, field);

        await using var client = await TestClient.ConnectAsync(simulator, device.Noise, payload);

        var failure = await client.ReceiveAsync("failure");
        Assert.Equal("400", failure["reason"]);
        await client.ReceiveCloseAsync();
        Assert.Equal(RefusalKind.BadPayload, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Registration_with_a_wrong_prefix_byte_in_the_pre_key_signature_is_refused()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        var payload = device.Registration();
        payload.DevicePairingData.ESkeySig =
            ByteString.CopyFrom(XEdDsa.Sign(device.Identity.PrivateKey, [6, .. device.SignedPreKey.PublicKey]));

        await using var client = await TestClient.ConnectAsync(simulator, device.Noise, payload);

        Assert.Equal("400", (await client.ReceiveAsync("failure"))["reason"]);
        Assert.Equal(RefusalKind.BadSignature, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Version_below_the_minimum_is_refused_with_failure_405()
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { MinimumRevision = 1045649368 });
        var device = new TestDevice();

        await using var client = await TestClient.ConnectAsync(simulator, device.Noise, device.Registration());

        Assert.Equal("405", (await client.ReceiveAsync("failure"))["reason"]);
        Assert.Equal(RefusalKind.ClientOutdated, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Unknown_device_gets_failure_401()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice { Jid = Jid.Parse("15550001234:3@s.whatsapp.net") };

        await using var client = await TestClient.ConnectAsync(simulator, device.Noise, device.Login());

        Assert.Equal("401", (await client.ReceiveAsync("failure"))["reason"]);
        Assert.Equal(RefusalKind.UnknownDevice, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Another_noise_key_gets_failure_401()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        await TestClient.LinkAsync(simulator, simulator.Server.Accounts.Create(), device);
        device.Noise = KeyPair.Generate();

        await using var client = await TestClient.ConnectAsync(simulator, device.Noise, device.Login());

        Assert.Equal("401", (await client.ReceiveAsync("failure"))["reason"]);
        Assert.Equal(RefusalKind.NoiseKeyMismatch, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Second_connection_of_a_device_replaces_the_first()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (first, device) = await TestClient.BringUpAsync(simulator, simulator.Server.Accounts.Create());
        await using var disposing = first;

        await using var second = await TestClient.LoginAsync(simulator, device);

        Assert.Equal("replaced", (await first.ReceiveAsync("stream:error")).Child("conflict")!["type"]);
        await first.ReceiveCloseAsync();
        Assert.Equal("result", (await second.AskAsync("get", "w:p"))["type"]);
    }

    [Fact]
    public async Task Logout_answers_then_ends_the_stream_and_the_device_is_gone()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var (client, device) = await TestClient.BringUpAsync(simulator, account);
        await using var disposing = client;

        var answer = await client.AskAsync(
            "set", "md", new Node("remove-companion-device", [("jid", device.Jid), ("reason", "user_initiated")]));

        Assert.Equal("result", answer["type"]);
        var error = await client.ReceiveAsync("stream:error");
        Assert.Equal(("401", "device_removed"), (error["code"], error.Child("conflict")!["type"]));
        Assert.Empty(account.Devices);
        await using var again = await TestClient.ConnectAsync(simulator, device.Noise, device.Login());
        Assert.Equal("401", (await again.ReceiveAsync("failure"))["reason"]);
    }

    [Fact]
    public async Task Companion_cannot_unlink_another_device()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var (client, device) = await TestClient.BringUpAsync(simulator, simulator.Server.Accounts.Create());
        await using var disposing = client;

        var answer = await client.AskAsync("set", "md", new Node("remove-companion-device", [("jid", device.Jid.WithDevice(0))]));

        Assert.Equal("403", answer.Child("error")!["code"]);
        Assert.Equal(RefusalKind.NotAllowed, Assert.Single(simulator.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Unlinking_on_the_phone_ends_the_stream()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var (client, device) = await TestClient.BringUpAsync(simulator, account);
        await using var disposing = client;

        Assert.True(simulator.Server.Unlink(account, device.Jid.Device));

        Assert.Equal("device_removed", (await client.ReceiveAsync("stream:error")).Child("conflict")!["type"]);
        Assert.False(simulator.Server.Unlink(account, device.Jid.Device));
    }

    [Fact]
    public async Task Deleting_an_account_unlinks_its_devices()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create();
        var (client, _) = await TestClient.BringUpAsync(simulator, account);
        await using var disposing = client;

        Assert.True(simulator.Server.Accounts.Delete(account.Phone));

        Assert.Equal("401", (await client.ReceiveAsync("stream:error"))["code"]);
        Assert.Null(simulator.Server.Accounts.Find(account.Lid));
    }

    [Fact]
    public async Task Resumption_is_accepted_with_the_right_key_and_falls_back_with_a_wrong_one()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        await TestClient.LinkAsync(simulator, simulator.Server.Accounts.Create(), device);
        await using var full = await TestClient.LoginAsync(simulator, device);

        await using var resumed = await TestClient.OpenAsync(simulator);
        Assert.True(await resumed.ResumeAsync(device.Noise, device.Login().ToByteArray(), full.ServerStatic));
        Assert.Equal("success", (await resumed.ReceiveAsync()).Tag);
        await using var fallback = await TestClient.OpenAsync(simulator);
        Assert.False(await fallback.ResumeAsync(device.Noise, device.Login().ToByteArray(), KeyPair.Generate().PublicKey.ToArray()));
        Assert.Equal("success", (await fallback.ReceiveAsync()).Tag);
    }

    [Fact]
    public async Task Dirty_mark_comes_at_each_login_until_it_is_cleaned()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var device = new TestDevice();
        await TestClient.LinkAsync(simulator, simulator.Server.Accounts.Create(), device);
        for (var i = 0; i < 2; i++)
        {
            await using var client = await TestClient.ConnectAsync(simulator, device.Noise, device.Login());
            await client.ReceiveAsync("success");
            Assert.NotNull((await client.ReceiveAsync("ib")).Child("edge_routing"));
            var dirty = (await client.ReceiveAsync("ib")).Child("dirty")!;
            if (i == 1)
            {
                var clean = new Node("clean", [("type", dirty["type"]), ("timestamp", dirty["timestamp"])]);
                Assert.Equal("result", (await client.AskAsync("set", "urn:xmpp:whatsapp:dirty", clean))["type"]);
            }
        }

        await using var last = await TestClient.ConnectAsync(simulator, device.Noise, device.Login());
        await last.ReceiveAsync("success");
        await last.ReceiveAsync("ib");
        Assert.Equal("result", (await last.AskAsync("get", "w:p"))["type"]);
        Assert.Empty(simulator.Server.Refusals);
    }

    [Fact]
    public async Task Connection_that_is_not_paired_is_closed_after_its_time()
    {
        var time = new ManualTimeProvider();
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time });
        var (client, _) = await TestClient.RegisterAsync(simulator, new TestDevice());
        await using var disposing = client;

        time.Advance(TimeSpan.FromSeconds(212));

        await client.ReceiveCloseAsync();
    }

    [Fact]
    public async Task Account_takes_no_more_devices_than_it_may_have()
    {
        await using var simulator = await SimulatorHost.StartAsync();
        var account = simulator.Server.Accounts.Create(new AccountSpec { MaxDevices = 1 });
        await TestClient.LinkAsync(simulator, account, new TestDevice());
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(simulator, device);
        await using var disposing = client;

        Assert.Equal(PairingStatus.TooManyDevices, (await simulator.Server.ScanAsync(account, device.Qr(references[0]))).Status);
        Assert.Equal(RefusalKind.TooManyDevices, Assert.Single(simulator.Server.Refusals).Kind);
    }

    private static void Spoil(ClientPayload payload, string field)
    {
        var data = payload.DevicePairingData;
        switch (field)
        {
            case "eRegid":
                data.ERegid = ByteString.CopyFrom(1, 2, 3);
                break;
            case "eKeytype":
                data.EKeytype = ByteString.CopyFrom(6);
                break;
            case "eIdent":
                data.EIdent = ByteString.CopyFrom(new byte[33]);
                break;
            case "eSkeyId":
                data.ESkeyId = ByteString.CopyFrom(0, 0, 0, 1);
                break;
            case "eSkeyVal":
                data.ClearESkeyVal();
                break;
            case "buildHash":
                data.BuildHash = ByteString.CopyFrom(new byte[15]);
                break;
            case "buildHashVersion":
                data.BuildHash = ByteString.CopyFrom(MD5.HashData("2.3000.1"u8));
                break;
            case "deviceProps":
                data.ClearDeviceProps();
                break;
            case "devicePairingData":
                payload.DevicePairingData = null;
                break;
            case "appVersion":
                payload.UserAgent.AppVersion = null;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(field), field, null);
        }
    }
}
