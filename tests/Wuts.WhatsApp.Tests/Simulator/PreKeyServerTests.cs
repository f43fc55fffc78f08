using System.Security.Cryptography;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Crypto;
using Wuts.WhatsApp.Protos;

namespace Wuts.WhatsApp.Tests.Simulator;

public class PreKeyServerTests
{
    [Fact]
    public async Task Upload_is_counted_and_its_digest_is_that_of_the_protocol()
    {
        await using var scene = await Scene.StartAsync();
        var upload = scene.Device.PreKeyUpload("u", count: 7);

        Assert.Equal("result", (await scene.Client.AskAsync(upload))["type"]);

        Assert.Equal("7", (await scene.Client.AskAsync("get", "encrypt", new Node("count"))).Child("count")!["value"]);
        var digest = (await scene.Client.AskAsync("get", "encrypt", new Node("digest"))).Child("digest")!;
        var keys = upload.Child("list")!.Children.ToArray().Select(key => key.Child("value")!.ContentBytes.ToArray());
        byte[] hashed =
        [
            .. scene.Device.Identity.PublicKey,
            .. scene.Device.SignedPreKey.PublicKey,
            .. digest.Child("skey")!.Child("signature")!.ContentBytes.Span,
            .. keys.SelectMany(key => key),
        ];
        Assert.Equal(SHA1.HashData(hashed), digest.Child("hash")!.ContentBytes.ToArray());
        Assert.Equal([0, 0, 7], digest.Child("list")!.Children[6].ContentBytes.ToArray());
    }

    [Fact]
    public void Digest_of_the_vector_is_reproduced()
    {
        var vector = VectorFile.Open("prekeys.json");
        var stock = new PreKeyStock(new SignedPreKeyRecord([0, 0, 1], new byte[32], new byte[64]));
        using var records = new MemoryStream();
        foreach (var key in vector.GetProperty("preKeys").EnumerateArray())
        {
            records.Write([0, 0, (byte)key.GetProperty("id").GetInt32(), .. key.HexOf("public")]);
        }

        stock.Upload(stock.Signed, records.ToArray());

        var signed = vector.GetProperty("signedPreKey");
        byte[] keys = [.. Enumerable.Range(0, stock.Count).SelectMany(i => PreKeyStock.Key(stock.Snapshot().AsSpan(i * PreKeyStock.RecordSize)).ToArray())];
        byte[] hashed = [.. vector.GetProperty("identity").HexOf("public"), .. signed.HexOf("public"), .. signed.HexOf("signature"), .. keys];
        Assert.Equal(vector.TextOf("digestHash"), Hex.Text(SHA1.HashData(hashed)));
    }

    [Fact]
    public async Task Digest_before_any_upload_is_not_found()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal("404", (await scene.Client.AskAsync("get", "encrypt", new Node("digest"))).Child("error")!["code"]);
    }

    [Fact]
    public async Task Going_active_without_pre_keys_is_refused()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal("406", (await scene.Client.AskAsync("set", "passive", new Node("active"))).Child("error")!["code"]);
        Assert.Equal(RefusalKind.PreKeysMissing, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Theory]
    [InlineData("type", RefusalKind.BadPreKeys)]
    [InlineData("registration", RefusalKind.BadPreKeys)]
    [InlineData("identity", RefusalKind.BadPreKeys)]
    [InlineData("list", RefusalKind.BadPreKeys)]
    [InlineData("repeated", RefusalKind.BadPreKeys)]
    [InlineData("short", RefusalKind.BadPreKeys)]
    [InlineData("skey", RefusalKind.BadPreKeys)]
    [InlineData("signature", RefusalKind.BadSignature)]
    public async Task Spoiled_upload_is_refused(string part, RefusalKind kind)
    {
        await using var scene = await Scene.StartAsync();
        var good = scene.Device.PreKeyUpload("u", count: 3);
        var children = good.Children.ToArray();
        var list = children[3].Children.ToArray();
        children = part switch
        {
            "type" => Replace(children, new Node("type", [], [6])),
            "registration" => Replace(children, new Node("registration", [], new byte[4])),
            "identity" => Replace(children, new Node("identity", [], KeyPair.Generate().PublicKey.ToArray())),
            "list" => Replace(children, new Node("list", [], Array.Empty<Node>())),
            "repeated" => Replace(children, new Node("list", [], [list[0], list[1], list[0]])),
            "short" => Replace(children, new Node("list", [], [new Node("key", [], [new Node("id", [], [0, 1]), list[0].Child("value")!])])),
            "skey" => [.. children.Where(child => child.Tag != "skey")],
            _ => Replace(children, scene.Device.SignedKeyNode(new byte[64])),
        };

        var answer = await scene.Client.AskAsync(new Node("iq", good.Attributes, children));

        Assert.Equal("406", answer.Child("error")!["code"]);
        Assert.Equal(kind, Assert.Single(scene.Server.Refusals).Kind);
        Assert.Equal("0", (await scene.Client.AskAsync("get", "encrypt", new Node("count"))).Child("count")!["value"]);
    }

    [Fact]
    public async Task Rotation_takes_only_a_key_that_the_identity_signed()
    {
        await using var scene = await Scene.StartAsync();

        var good = await scene.Client.AskAsync("set", "encrypt", new Node("rotate", [], [scene.Device.SignedKeyNode()]));
        var bad = await scene.Client.AskAsync("set", "encrypt", new Node("rotate", [], [scene.Device.SignedKeyNode(new byte[64])]));

        Assert.Equal(("result", "error"), (good["type"], bad["type"]));
        Assert.Equal(RefusalKind.BadSignature, Assert.Single(scene.Server.Refusals).Kind);
    }

    [Fact]
    public async Task Each_one_time_key_is_handed_out_once_and_the_owner_is_told_when_few_are_left()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Client.AskAsync(scene.Device.PreKeyUpload("u", count: 6));
        await scene.Client.GoActiveAsync();

        var first = await scene.FetchAsync(scene.Device.Jid);
        await scene.Client.SendAsync(new Node(
            "iq",
            [("id", "second"), ("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "encrypt")],
            [new Node("key", [], [new Node("user", [("jid", scene.Device.Jid)])])]));
        var notification = await scene.Client.ReceiveAsync("notification");
        var second = (await scene.Client.ReceiveAsync("iq")).Child("list")!.Child("user")!;

        Assert.Equal([0, 0, 1], first.Child("key")!.Child("id")!.ContentBytes.ToArray());
        Assert.Equal([0, 0, 2], second.Child("key")!.Child("id")!.ContentBytes.ToArray());
        Assert.Equal(("encrypt", "4"), (notification["type"], notification.Child("count")!["value"]));
        await scene.Client.AckAsync(notification);
        for (var i = 0; i < 4; i++)
        {
            Assert.NotNull((await scene.FetchAsync(scene.Device.Jid)).Child("key"));
        }

        Assert.Null((await scene.FetchAsync(scene.Device.Jid)).Child("key"));
        Assert.Empty(scene.Server.Refusals);
    }

    [Fact]
    public async Task Bundle_of_a_companion_carries_its_signed_identity()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Client.AskAsync(scene.Device.PreKeyUpload("u"));

        var bundle = await scene.FetchAsync(scene.Device.Jid);

        var identity = ADVSignedDeviceIdentity.Parser.ParseFrom(bundle.Child("device-identity")!.ContentBytes.Span);
        byte[] message = [6, 1, .. identity.Details.Span, .. scene.Device.Identity.PublicKey, .. identity.AccountSignatureKey.Span];
        Assert.True(XEdDsa.Verify(scene.Device.Identity.PublicKey, message, identity.DeviceSignature.Span));
        Assert.Equal(scene.Device.Identity.PublicKey.ToArray(), bundle.Child("identity")!.ContentBytes.ToArray());
    }

    [Fact]
    public async Task Bundle_of_a_phone_is_signed_by_the_account_and_never_runs_out_of_keys()
    {
        await using var scene = await Scene.StartAsync();

        var first = await scene.FetchAsync(scene.Device.Jid.WithDevice(0));
        var second = await scene.FetchAsync(scene.Device.Jid.WithDevice(0));

        var skey = first.Child("skey")!;
        Assert.True(XEdDsa.Verify(
            first.Child("identity")!.ContentBytes.Span,
            [5, .. skey.Child("value")!.ContentBytes.Span],
            skey.Child("signature")!.ContentBytes.Span));
        Assert.NotEqual(first.Child("key")!.Child("value")!.ContentBytes.ToArray(), second.Child("key")!.Child("value")!.ContentBytes.ToArray());
        Assert.Null(first.Child("device-identity"));
    }

    [Fact]
    public async Task Bundle_of_an_unknown_device_is_an_error_of_that_user_only()
    {
        await using var scene = await Scene.StartAsync();
        var own = new Node("user", [("jid", scene.Device.Jid.WithDevice(0))]);
        var unknown = new Node("user", [("jid", Jid.Parse("15559999999:2@s.whatsapp.net"))]);

        var users = (await scene.Client.AskAsync("get", "encrypt", new Node("key", [], [unknown, own]))).Child("list")!.Children.ToArray();

        Assert.Equal("404", users[0].Child("error")!["code"]);
        Assert.NotNull(users[1].Child("identity"));
    }

    [Fact]
    public void Stock_beyond_its_limit_is_not_taken()
    {
        var stock = new PreKeyStock(new SignedPreKeyRecord([0, 0, 1], new byte[32], new byte[64]));

        Assert.Equal(PreKeyStock.Limit, stock.Upload(stock.Signed, Records(1, PreKeyStock.Limit)));
        Assert.Null(stock.Upload(stock.Signed, Records(PreKeyStock.Limit + 1, 1)));
        Assert.Equal(PreKeyStock.Limit, stock.Count);
    }

    [Fact]
    public void Key_with_an_id_in_stock_replaces_the_old_one()
    {
        var stock = new PreKeyStock(new SignedPreKeyRecord([0, 0, 1], new byte[32], new byte[64]));
        stock.Upload(stock.Signed, Records(1, 3));

        Assert.Equal(4, stock.Upload(stock.Signed, Records(3, 2)));
    }

    private static byte[] Records(int firstId, int count)
    {
        var records = new byte[count * PreKeyStock.RecordSize];
        for (var i = 0; i < count; i++)
        {
            var id = firstId + i;
            new byte[] { (byte)(id >> 16), (byte)(id >> 8), (byte)id }.CopyTo(records, i * PreKeyStock.RecordSize);
        }

        return records;
    }

    private static Node[] Replace(Node[] children, Node changed) =>
        [.. children.Select(child => child.Tag == changed.Tag ? changed : child)];

    /// <summary>A device that is logged in for the first time and has not uploaded anything.</summary>
    private sealed class Scene(SimulatorHost simulator, TestClient client, TestDevice device) : IAsyncDisposable
    {
        public SimulatorServer Server => simulator.Server;

        public TestClient Client { get; } = client;

        public TestDevice Device { get; } = device;

        public static async Task<Scene> StartAsync()
        {
            var simulator = await SimulatorHost.StartAsync();
            var device = new TestDevice();
            await TestClient.LinkAsync(simulator, simulator.Server.Accounts.Create(), device);
            return new Scene(simulator, await TestClient.LoginAsync(simulator, device), device);
        }

        public async Task<Node> FetchAsync(Jid jid)
        {
            var answer = await Client.AskAsync("get", "encrypt", new Node("key", [], [new Node("user", [("jid", jid)])]));
            return answer.Child("list")!.Child("user")!;
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await simulator.DisposeAsync();
        }
    }
}
