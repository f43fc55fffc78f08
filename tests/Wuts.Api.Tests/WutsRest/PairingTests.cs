using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Core;
using Wuts.Core.Devices;

namespace Wuts.Api.Tests.WutsRest;

public sealed class PairingTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string QrText = "2@aBcDeFgH,AbCdEf==,GhIjKl==,MnOpQr==";

    [Fact]
    [Statement("wuts 2.3", "GET /qr answers the text, a PNG as data URI, whether it was cached, its end and the whole seconds until then.")]
    public async Task A_qr_code_comes_as_text_and_picture()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Qr = _ => Qr(TimeSpan.FromSeconds(60.9), cached: false);
        var answer = await tenant.Client.GetAsync("/qr");
        var end = api.Time.GetUtcNow() + TimeSpan.FromSeconds(60.9);
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"qr_code":"{{{QrText}}}","image":"<any>","cached":false,"expires_at":"{{{end:yyyy-MM-ddTHH:mm:ssZ}}}","ttl":60}}
            """);
        var image = JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetProperty("image").GetString()!;
        const string Prefix = "data:image/png;base64,";
        Assert.StartsWith(Prefix, image, StringComparison.Ordinal);
        var png = Convert.FromBase64String(image[Prefix.Length..]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], png.Take(8));
    }

    [Theory]
    [Statement("wuts 2.3", "refresh forces a new code and beats reuse_cache; reusing is the default; aliases and words of any case count.")]
    [InlineData("", false)]
    [InlineData("?refresh=true", true)]
    [InlineData("?force_refresh=1", true)]
    [InlineData("?force_new=YES", true)]
    [InlineData("?refresh=false", false)]
    [InlineData("?reuse_cache=false", true)]
    [InlineData("?reuse=no", true)]
    [InlineData("?use_cache=0", true)]
    [InlineData("?cached=False", true)]
    [InlineData("?cached=true", false)]
    [InlineData("?refresh=true&reuse_cache=true", true)]
    [InlineData("?refresh=false&reuse_cache=false", false)]
    public async Task Refreshing_and_reusing_are_understood(string query, bool refresh)
    {
        var (tenant, device) = await NewDeviceAsync();
        bool? asked = null;
        device.Actor.Qr = wanted =>
        {
            asked = wanted;
            return Qr(TimeSpan.FromSeconds(20), cached: !wanted);
        };
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync("/qr" + query)).Status);
        Assert.Equal(refresh, asked);
    }

    [Theory]
    [Statement("wuts 2.3", "A boolean that is none of true/1/yes and false/0/no answers 400.")]
    [InlineData("refresh=maybe", "refresh")]
    [InlineData("reuse=", "reuse")]
    [InlineData("refresh=true&refresh=false", "refresh")]
    public async Task A_boolean_must_be_one(string query, string field)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.GetAsync("/qr?" + query)).IsInvalid(field);
    }

    [Fact]
    [Statement("wuts 2.3", "A device that is paired or connected answers 400 ALREADY_CONNECTED \"already connected\".")]
    public async Task A_linked_device_gets_no_code()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Qr = _ => new Failure.Conflict(ConflictKind.AlreadyLinked);
        device.Actor.PairCode = (_, _) => new Failure.Conflict(ConflictKind.AlreadyLinked);
        (await tenant.Client.GetAsync("/qr")).IsWutsError(HttpStatusCode.BadRequest, "ALREADY_CONNECTED", "already connected");
        (await tenant.Client.PostAsync("/paircode", """{"phone":"5511999999999"}"""))
            .IsWutsError(HttpStatusCode.BadRequest, "ALREADY_CONNECTED", "already connected");
    }

    [Fact]
    [Statement("wuts 2.3", "When no code arrives in time the answer is 408 PAIRING_TIMEOUT \"timeout waiting for QR code\".")]
    public async Task A_code_that_does_not_arrive_is_a_timeout()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Qr = _ => new Failure.TimedOut();
        (await tenant.Client.GetAsync("/qr")).IsWutsError(HttpStatusCode.RequestTimeout, "PAIRING_TIMEOUT", "timeout waiting for QR code");
    }

    [Fact]
    [Statement("wuts 2.3", "A caller without any device gets one named \"WhatsApp\"; with a device_id that is unknown none is created.")]
    public async Task The_first_device_is_created_on_the_fly()
    {
        var tenant = await api.NewTenantAsync();
        (await tenant.Client.GetAsync($"/qr?device_id={Guid.NewGuid():D}")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        Assert.DoesNotContain("WhatsApp", (await tenant.Client.GetAsync("/devices")).Text, StringComparison.Ordinal);
        await Task.WhenAll(tenant.Client.GetAsync("/qr"), tenant.Client.PostAsync("/paircode", """{"phone":"5511999999999"}"""));
        var devices = JsonDocument.Parse((await tenant.Client.GetAsync("/devices")).Text).RootElement.GetProperty("devices");
        Assert.Equal("WhatsApp", Assert.Single(devices.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_terminal_gets_the_code_drawn_with_characters()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Qr = _ => Qr(TimeSpan.FromSeconds(60), cached: true);
        var drawn = await tenant.Client.GetAsync("/qr", request => request.Headers.Add("Accept", "text/plain"));
        Assert.Equal("text/plain; charset=utf-8", drawn.Header("Content-Type"));
        var lines = drawn.Text.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 15);
        Assert.All(lines, line => Assert.True(line.Length == lines[0].Length && line.All("█▀▄ ".Contains)));
        var usual = await tenant.Client.GetAsync("/qr", request => request.Headers.Add("Accept", "application/json, text/plain, */*"));
        Assert.Equal("application/json", usual.Header("Content-Type"));
    }

    [Fact]
    [Statement("wuts 2.4", "GET /qr/status says whether a code is cached, and since when; without one generated_at is left out.")]
    public async Task The_status_of_the_code_is_shown()
    {
        var (tenant, device) = await NewDeviceAsync();
        var path = $"/qr/status?device_id={device.Id}";
        (await tenant.Client.GetAsync(path)).Is(HttpStatusCode.OK, """{"success":true,"data":{"exists":false}}""");
        var made = api.Time.GetUtcNow() - TimeSpan.FromSeconds(5);
        device.Actor.Status = device.Actor.Status.Value! with { Qr = new QrCode(QrText, made, made + TimeSpan.FromSeconds(20), false) };
        (await tenant.Client.GetAsync(path))
            .Is(HttpStatusCode.OK, $$$"""{"success":true,"data":{"exists":true,"generated_at":"{{{made:yyyy-MM-ddTHH:mm:ssZ}}}"}}""");
        device.Actor.Status = device.Actor.Status.Value! with { Qr = new QrCode(QrText, made, made, false) };
        (await tenant.Client.GetAsync(path)).Is(HttpStatusCode.OK, """{"success":true,"data":{"exists":false}}""");
    }

    [Fact]
    [Statement("wuts 2.4", "device_id is required (400 \"device_id is required\"); an unknown one is 404 DEVICE_NOT_FOUND.")]
    public async Task The_status_of_the_code_needs_a_device()
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.GetAsync("/qr/status")).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "device_id is required");
        (await tenant.Client.GetAsync("/qr/status?device_id=x")).IsWutsError(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
    }

    [Fact]
    [Statement("wuts 2.5", "POST /paircode answers the code as 4-4, the normalised phone, the seconds it lives and the instructions.")]
    public async Task A_pairing_code_is_shown_in_two_halves()
    {
        var (tenant, device) = await NewDeviceAsync();
        string? asked = null;
        device.Actor.PairCode = (phone, _) =>
        {
            asked = phone.Digits;
            return new PairCode("ABCD1234", api.Time.GetUtcNow() + TimeSpan.FromSeconds(300), false);
        };
        (await tenant.Client.PostAsync("/paircode", """{"phone":"+55 (11) 99999-9999"}""")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"code":"ABCD-1234","phone":"5511999999999","expires_in":300,"cached":false,
             "instructions":"Digite este código no WhatsApp: Configurações > Aparelhos conectados > Conectar um aparelho > Conectar com número de telefone"}}
            """);
        Assert.Equal("5511999999999", asked);
    }

    [Theory]
    [Statement("wuts 2.5", "The phone is required; one that is no number answers 400 \"invalid phone number format\".")]
    [InlineData("""{"phone":"abc"}""", "invalid phone number format")]
    [InlineData("""{"phone":"123"}""", "invalid phone number format")]
    [InlineData("""{"phone":"5511999999999@s.whatsapp.net"}""", "invalid phone number format")]
    [InlineData("{}", "validation failed")]
    public async Task A_pairing_code_needs_a_phone_number(string body, string error)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/paircode", body)).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR", error);
    }

    [Theory]
    [Statement("wuts 2.5", "A valid code is returned unless a refresh is asked for, in the query or by reuse_cache in the body.")]
    [InlineData("", "", false)]
    [InlineData("?refresh=true", "", true)]
    [InlineData("?force_new=1", ",\"reuse_cache\":true", true)]
    [InlineData("", ",\"reuse_cache\":false", true)]
    public async Task A_pairing_code_is_reused_unless_refreshed(string query, string more, bool refresh)
    {
        var (tenant, device) = await NewDeviceAsync();
        bool? asked = null;
        device.Actor.PairCode = (_, wanted) =>
        {
            asked = wanted;
            return new PairCode("ABCD1234", api.Time.GetUtcNow(), !wanted);
        };
        await tenant.Client.PostAsync("/paircode" + query, "{\"phone\":\"5511999999999\"" + more + "}");
        Assert.Equal(refresh, asked);
    }

    [Fact]
    [Statement("wuts 2.5", "The device_id of the body wins over that of the query.")]
    public async Task The_device_of_the_body_wins()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.PairCode = (_, _) => new PairCode("ABCD1234", api.Time.GetUtcNow(), false);
        var body = $$$"""{"phone":"5511999999999","device_id":"{{{device.Id}}}"}""";
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.PostAsync($"/paircode?device_id={Guid.NewGuid():D}", body)).Status);
    }

    [Fact]
    [Statement("wuts 2.5", "The timeout is 500 INTERNAL_ERROR with the documented text.")]
    public async Task A_pairing_code_that_does_not_arrive_is_an_internal_error()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.PairCode = (_, _) => new Failure.TimedOut();
        (await tenant.Client.PostAsync("/paircode", """{"phone":"5511999999999"}""")).IsWutsError(
            HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "failed to generate pair code: timeout waiting for WhatsApp QR event");
    }

    private QrCode Qr(TimeSpan life, bool cached) => new(QrText, api.Time.GetUtcNow(), api.Time.GetUtcNow() + life, cached);

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync(account: null));
    }
}
