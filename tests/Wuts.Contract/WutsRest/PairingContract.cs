using System.Net;
using System.Text;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.WutsRest;

/// <summary>Pairing by QR and by code. Contract wuts 2.3 to 2.5.</summary>
public abstract class PairingContract(GatewayUnderTest gateway) : ContractTests<PairingContract.Users>(gateway)
{
    [Fact]
    [Statement("wuts 2.3", "GET /qr answers the text, a PNG as data URI, whether it was cached, its end and the whole seconds until then.")]
    public async Task Qr_comes_as_text_and_picture()
    {
        var answer = await Scene.Waiting.Http.GetAsync("/qr");
        var data = Caller.Json(answer).GetProperty("data");
        Assert.Equal(["qr_code", "image", "cached", "expires_at", "ttl"], data.EnumerateObject().Select(property => property.Name));
        Assert.Matches("^(https://wa.me/settings/linked_devices#)?2@", data.Text("qr_code"));
        Assert.InRange(data.GetProperty("ttl").GetInt32(), 0, 60);
        const string Prefix = "data:image/png;base64,";
        var image = data.Text("image");
        Assert.StartsWith(Prefix, image, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], Convert.FromBase64String(image[Prefix.Length..]).Take(8));
    }

    [Theory]
    [Statement("wuts 2.3", "A valid code is returned again by default; refresh, and reuse_cache=false, force a new one; aliases and words of any case count.")]
    [InlineData("", true)]
    [InlineData("?cached=true", true)]
    [InlineData("?refresh=false", true)]
    [InlineData("?refresh=true", false)]
    [InlineData("?force_refresh=1", false)]
    [InlineData("?force_new=YES", false)]
    [InlineData("?reuse_cache=false", false)]
    [InlineData("?reuse=no", false)]
    [InlineData("?use_cache=0", false)]
    [InlineData("?cached=False", false)]
    [InlineData("?refresh=true&reuse_cache=true", false)]
    [InlineData("?refresh=false&reuse_cache=false", true)]
    public async Task Code_is_reused_unless_refreshed(string query, bool reused)
    {
        var first = Caller.Json(await Scene.Waiting.Http.GetAsync("/qr")).GetProperty("data");
        var second = Caller.Json(await Scene.Waiting.Http.GetAsync("/qr" + query)).GetProperty("data");
        Assert.Equal(reused, second.GetProperty("cached").GetBoolean());
        Assert.Equal(reused, first.Text("qr_code") == second.Text("qr_code"));
    }

    [Theory]
    [Statement("wuts 2.3", "A boolean that is none of true/1/yes and false/0/no, or comes twice, answers 400.")]
    [InlineData("refresh=maybe", "refresh")]
    [InlineData("reuse=", "reuse")]
    [InlineData("refresh=true&refresh=false", "refresh")]
    [InlineData("reuse_cache=2", "reuse_cache")]
    public async Task Boolean_must_be_one(string query, string field) =>
        (await Scene.Waiting.Http.GetAsync("/qr?" + query)).IsInvalid(field);

    [Fact]
    [Statement("wuts 2.3", "A device that is paired or connected answers 400 ALREADY_CONNECTED \"already connected\".")]
    [Statement("wuts 2.5", "So does a pairing code.")]
    public async Task Linked_device_gets_no_code()
    {
        (await Scene.Linked.Http.GetAsync("/qr")).IsWutsError(HttpStatusCode.BadRequest, "ALREADY_CONNECTED", "already connected");
        (await Scene.Linked.Http.PostAsync("/paircode", """{"phone":"5511999999999"}"""))
            .IsWutsError(HttpStatusCode.BadRequest, "ALREADY_CONNECTED", "already connected");
    }

    [Fact]
    [Statement("wuts 2.3", "A caller without any device gets one named \"WhatsApp\", which the phone links; with a device_id that is unknown none is created.")]
    public async Task First_device_is_created_on_the_fly()
    {
        var caller = await Gateway.RegisterAsync();
        (await caller.Http.GetAsync($"/qr?device_id={Guid.NewGuid():D}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        Assert.Equal("""{"success":true,"devices":[]}""", (await caller.Http.GetAsync("/devices")).Text);
        var qr = Caller.Json(await caller.Http.GetAsync("/qr")).Text("data", "qr_code");
        var device = Assert.Single(Caller.Json(await caller.Http.GetAsync("/devices")).GetProperty("devices").EnumerateArray());
        Assert.Equal("WhatsApp", device.Text("name"));

        var account = Gateway.WhatsApp.Accounts.Create();
        Assert.True((await Gateway.WhatsApp.ScanAsync(account, qr).WaitAsync(Eventually.Limit)).IsLinked);
        var status = await Eventually.IsAsync(
            async () => (await caller.Http.GetAsync("/status")).Text, text => text.Contains("\"connected\":true", StringComparison.Ordinal));
        Assert.Contains($"\"phone_number\":\"{account.Phone}\"", status, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 2.3", "Beyond the contract: with Accept: text/plain the code is drawn with characters.")]
    public async Task Terminal_gets_the_code_drawn()
    {
        var drawn = await Scene.Waiting.Http.GetAsync("/qr", request => request.Headers.Add("Accept", "text/plain"));
        Assert.Equal("text/plain; charset=utf-8", drawn.Header("Content-Type"));
        Assert.All(drawn.Text.TrimEnd('\n').Split('\n'), line => Assert.True(line.All("█▀▄ ".Contains)));
        Assert.Equal(new UTF8Encoding(false).GetByteCount(drawn.Text), drawn.Bytes.Length);
    }

    [Fact]
    [Statement("wuts 2.4", "GET /qr/status says whether a code is cached, and since when; without one generated_at is left out.")]
    public async Task Status_of_the_code_is_shown()
    {
        var caller = await Gateway.RegisterAsync();
        var path = $"/qr/status?device_id={await caller.CreateDeviceAsync()}";
        (await caller.Http.GetAsync(path)).Is(HttpStatusCode.OK, """{"success":true,"data":{"exists":false}}""");
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/qr")).Status);
        (await caller.Http.GetAsync(path)).Is(HttpStatusCode.OK, """{"success":true,"data":{"exists":true,"generated_at":"<any>"}}""");
    }

    [Theory]
    [Statement("wuts 2.4", "device_id is required (400 \"device_id is required\"); an unknown or foreign one is 404 DEVICE_NOT_FOUND.")]
    [InlineData("", HttpStatusCode.BadRequest, "VALIDATION_ERROR", "device_id is required")]
    [InlineData("?device_id=x", HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", null)]
    [InlineData("?device_id={linked}", HttpStatusCode.NotFound, "DEVICE_NOT_FOUND", null)]
    public async Task Status_of_the_code_needs_a_device(string query, HttpStatusCode status, string code, string? error) =>
        (await Scene.Waiting.Http.GetAsync("/qr/status" + query.Replace("{linked}", Scene.Linked.DeviceId, StringComparison.Ordinal)))
            .IsWutsError(status, code, error);

    [Fact]
    [Statement("wuts 2.5", "POST /paircode answers the code as 4-4, the normalised phone, the seconds it lives and the instructions; the phone links with it.")]
    [Statement("wuts 2.5", "A valid code is returned again for the same phone unless a refresh is asked for; the device_id of the body wins.")]
    public async Task Pairing_code_links_the_device()
    {
        var caller = await Gateway.RegisterAsync();
        var device = await caller.CreateDeviceAsync();
        var account = Gateway.WhatsApp.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var body = $$"""{"phone":"+{{account.Phone}}","device_id":"{{device}}"}""";

        var data = await AskAsync("");
        Assert.Equal(["code", "phone", "expires_in", "cached", "instructions"], data.EnumerateObject().Select(property => property.Name));
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}$", data.Text("code"));
        Assert.Equal(account.Phone, data.Text("phone"));
        Assert.InRange(data.GetProperty("expires_in").GetInt32(), 1, 300);
        Assert.False(data.GetProperty("cached").GetBoolean());
        Assert.Equal(
            "Digite este código no WhatsApp: Configurações > Aparelhos conectados > Conectar um aparelho > Conectar com número de telefone",
            data.Text("instructions"));

        var again = await AskAsync($"?device_id={Guid.NewGuid():D}");
        Assert.True(again.GetProperty("cached").GetBoolean());
        Assert.Equal(data.Text("code"), again.Text("code"));
        var renewed = await AskAsync("?refresh=true");
        Assert.False(renewed.GetProperty("cached").GetBoolean());
        Assert.NotEqual(data.Text("code"), renewed.Text("code"));

        var outcome = await Gateway.WhatsApp.TypeCodeAsync(account, renewed.Text("code")).WaitAsync(Eventually.Limit);
        Assert.True(outcome.IsLinked, outcome.Reason);
        await caller.UntilConnectedAsync();

        async Task<JsonElement> AskAsync(string query) =>
            Caller.Json(await caller.Http.PostAsync("/paircode" + query, body)).GetProperty("data");
    }

    [Theory]
    [Statement("wuts 2.5", "The phone is required; one that is no number answers 400 \"invalid phone number format\".")]
    [InlineData("""{"phone":"abc"}""", "invalid phone number format")]
    [InlineData("""{"phone":"123"}""", "invalid phone number format")]
    [InlineData("""{"phone":"05511999999999"}""", "invalid phone number format")]
    [InlineData("""{"phone":"5511999999999@s.whatsapp.net"}""", "invalid phone number format")]
    [InlineData("{}", "validation failed")]
    [InlineData("", "validation failed")]
    public async Task Pairing_code_needs_a_phone_number(string body, string error) =>
        (await Scene.Waiting.Http.PostAsync("/paircode", body)).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR", error);

    protected override async Task<Users> MakeSceneAsync()
    {
        var waiting = await Gateway.RegisterAsync();
        await waiting.CreateDeviceAsync();
        return new Users(waiting, await Gateway.LinkAsync());
    }

    /// <summary>A user whose device waits to be linked, and one whose device is linked.</summary>
    /// <param name="Waiting">Not linked.</param>
    /// <param name="Linked">Linked.</param>
    public sealed record Users(Caller Waiting, LinkedUser Linked);
}
