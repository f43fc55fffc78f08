using System.Net;
using System.Text;
using System.Text.Json;
using Wuts.Simulator;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Simulator;

/// <summary>The simulator as a script in another language drives it.</summary>
public class ControlApiTests
{
    [Fact]
    public async Task Script_creates_an_account_scans_waits_for_the_login_and_unlinks()
    {
        await using var scene = await Scene.StartAsync();
        var account = await scene.PostAsync("accounts", """{"phone":"15550001234","pushName":"Ada"}""", HttpStatusCode.Created);
        Assert.Equal("15550001234@s.whatsapp.net", account.TextOf("jid"));
        var device = new TestDevice();
        var (client, references) = await TestClient.RegisterAsync(scene.Simulator, device);
        await using var disposing = client;

        var scanning = scene.PostAsync("accounts/15550001234/scan", JsonSerializer.Serialize(new { qr = device.Qr(references[0]) }));
        await client.SendAsync(device.PairReply(await client.ReceiveAsync("iq")));
        var outcome = await scanning;
        Assert.Equal(("linked", "15550001234:1@s.whatsapp.net"), (outcome.TextOf("status"), outcome.TextOf("jid")));

        device.Jid = Jid.Parse(outcome.TextOf("jid"));
        var latest = (await scene.GetAsync("")).GetProperty("latestEvent").GetInt64();
        var waiting = scene.GetAsync($"events?since={latest}&wait=20");
        await using var loggedIn = await TestClient.LoginAsync(scene.Simulator, device);
        Assert.NotEmpty((await waiting).EnumerateArray());

        var devices = await scene.GetAsync("accounts/15550001234/devices");
        Assert.Equal("Linux", Assert.Single(devices.EnumerateArray()).TextOf("os"));
        await scene.SendAsync(HttpMethod.Delete, "accounts/15550001234/devices/1", HttpStatusCode.NoContent);
        Assert.Equal("401", (await loggedIn.ReceiveAsync("stream:error"))["code"]);
    }

    [Fact]
    public async Task Root_key_is_hex_text()
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(Hex.Text(scene.Simulator.RootKey.Span), await scene.Http.GetStringAsync("root-key"));
    }

    [Theory]
    [InlineData("POST", "accounts", """{"phone":"1"}""", 400, "bad-value")]
    [InlineData("POST", "accounts", """{"phne":"15550001234"}""", 400, "bad-request")]
    [InlineData("POST", "accounts", "{", 400, "bad-request")]
    [InlineData("POST", "accounts", "null", 400, "bad-request")]
    [InlineData("POST", "accounts", """{"phone":"15550000000"}""", 409, "account-exists")]
    [InlineData("GET", "accounts/1", "", 404, "unknown-account")]
    [InlineData("DELETE", "accounts/1", "", 404, "unknown-account")]
    [InlineData("POST", "accounts/1/scan", """{"qr":"x"}""", 404, "unknown-account")]
    [InlineData("POST", "accounts/15550000000/scan", "{}", 400, "bad-request")]
    [InlineData("POST", "accounts/15550000000/scan", """{"qr":null}""", 400, "bad-request")]
    [InlineData("POST", "accounts/15550000000/code/refresh", "", 409, "no-request")]
    [InlineData("GET", "accounts/15550000000/devices/1", "", 404, "unknown-device")]
    [InlineData("DELETE", "accounts/15550000000/devices/1", "", 404, "unknown-device")]
    [InlineData("POST", "accounts/15550000000/passkey/assertion", """{"options":"x"}""", 400, "bad-value")]
    [InlineData("POST", "accounts/15550000000/stanzas", """{"attrs":{}}""", 400, "bad-value")]
    [InlineData("POST", "accounts/15550000000/stanzas", """{"tag":"message"}""", 400, "bad-value")]
    [InlineData("POST", "accounts/15550000000/stanzas", """{"tag":"ib","attrs":{"from":{"jid":"nonsense"}}}""", 400, "bad-value")]
    [InlineData("POST", "accounts/15550000000/stanzas", """{"tag":"ib","content":{"hex":"0"}}""", 400, "bad-value")]
    [InlineData("POST", "accounts/15550000000/stanzas", """{"tag":"ib","content":7}""", 400, "bad-value")]
    [InlineData("GET", "connections/9", "", 404, "unknown-connection")]
    [InlineData("POST", "connections/9/ping", "", 404, "unknown-connection")]
    [InlineData("POST", "connections/9/ping?seconds=x", "", 400, "bad-request")]
    [InlineData("POST", "connections/9/ping?seconds=0", "", 400, "bad-value")]
    [InlineData("POST", "connections/9/references", "", 409, "not-registering")]
    [InlineData("POST", "connections/9/passkey", """{"phone":"15550000000"}""", 409, "not-registering")]
    [InlineData("POST", "faults", """{"kind":"earthquake"}""", 400, "bad-request")]
    [InlineData("POST", "faults", """{"kind":"split","bytes":0}""", 400, "bad-value")]
    [InlineData("POST", "faults", """{"kind":"drop","at":"lunch"}""", 400, "bad-request")]
    [InlineData("POST", "faults", """{"kind":"delay","by":"2.00:00:00"}""", 400, "bad-value")]
    [InlineData("POST", "connections/9/ping?seconds=1e300", "", 404, "unknown-connection")]
    [InlineData("DELETE", "faults/9", "", 404, "unknown-fault")]
    [InlineData("GET", "events?since=-1", "", 400, "bad-value")]
    [InlineData("GET", "nothing", "", 404, "unknown-path")]
    [InlineData("PUT", "accounts", "", 404, "unknown-path")]
    public async Task Bad_input_gets_an_error_with_a_code(string method, string path, string body, int status, string code)
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Accounts.Create(new AccountSpec { Phone = "15550000000" });

        var answer = await scene.SendAsync(new HttpMethod(method), path, (HttpStatusCode)status, body);

        Assert.Equal(code, answer.GetProperty("error").TextOf("code"));
        Assert.NotEmpty(answer.GetProperty("error").TextOf("message"));
    }

    [Theory]
    [InlineData("""{"kind":"drop","at":"connect"}""")]
    [InlineData("""{"kind":"half-open","at":"login","account":"15550001234","device":1}""")]
    [InlineData("""{"kind":"close","at":"request","xmlns":"w:p"}""")]
    [InlineData("""{"kind":"stream-error","at":"login","error":"device-removed","times":0}""")]
    [InlineData("""{"kind":"garbage-frame","at":"send","bytes":9}""")]
    [InlineData("""{"kind":"huge-length","at":"send"}""")]
    [InlineData("""{"kind":"malformed-stanza","at":"send"}""")]
    [InlineData("""{"kind":"wrong-mac"}""")]
    [InlineData("""{"kind":"delay","by":"00:00:02"}""")]
    [InlineData("""{"kind":"duplicate","tag":"notification"}""")]
    [InlineData("""{"kind":"reorder"}""")]
    [InlineData("""{"kind":"compress"}""")]
    [InlineData("""{"kind":"split","bytes":3}""")]
    [InlineData("""{"kind":"slow-bytes","bytes":3,"pause":"00:00:01"}""")]
    [InlineData("""{"kind":"certificate","defect":"wrong-root"}""")]
    [InlineData("""{"kind":"resumption","defect":"broken"}""")]
    [InlineData("""{"kind":"failure","reason":402,"attributes":{"code":"101","expire":"60"}}""")]
    [InlineData("""{"kind":"request-error","xmlns":"usync","code":429,"backoff":30}""")]
    [InlineData("""{"kind":"no-answer","xmlns":"usync"}""")]
    [InlineData("""{"kind":"pair-success","defect":"wrong-hmac"}""")]
    [InlineData("""{"times":2,"defect":"delayed","by":"00:00:03","kind":"restart"}""")]
    public async Task Each_fault_can_be_armed_listed_and_cleared(string json)
    {
        await using var scene = await Scene.StartAsync();

        var receipt = await scene.PostAsync("faults", json, HttpStatusCode.Created);
        var listed = Assert.Single((await scene.GetAsync("faults")).EnumerateArray()).GetProperty("fault");

        using var sent = JsonDocument.Parse(json);
        foreach (var property in sent.RootElement.EnumerateObject())
        {
            Assert.Equal(property.Value.GetRawText(), listed.GetProperty(property.Name).GetRawText());
        }

        await scene.SendAsync(HttpMethod.Delete, $"faults/{receipt.GetProperty("id")}", HttpStatusCode.NoContent);
        Assert.Empty((await scene.GetAsync("faults")).EnumerateArray());
    }

    [Fact]
    public async Task Stanza_in_JSON_reaches_the_device()
    {
        await using var scene = await Scene.StartAsync();
        var account = scene.Server.Accounts.Create();
        var (client, _) = await TestClient.BringUpAsync(scene.Simulator, account);
        await using var disposing = client;

        var pushed = await scene.PostAsync(
            $"accounts/{account.Phone}/stanzas",
            """
            {"tag":"notification","attrs":{"id":"n1","from":{"jid":"s.whatsapp.net"},"type":"server_sync","t":1752021890},
             "content":[{"tag":"collection","attrs":{"name":"regular"}},{"tag":"x","content":{"hex":"0102"}},{"tag":"y","content":{"text":"z"}}]}
            """);

        Assert.Equal(1, pushed.GetProperty("devices").GetInt32());
        var received = await client.ReceiveAsync("notification");
        Assert.True(received.TryGetAttribute("from", out var from) && from.IsJid);
        Assert.Equal([1, 2], received.Child("x")!.ContentBytes.ToArray());
        Assert.Equal(("z", "1752021890"), (received.Child("y")!.ContentText, received["t"]));
    }

    [Fact]
    public async Task Refusals_are_listed_and_cleared()
    {
        await using var scene = await Scene.StartAsync();
        await using var client = await TestClient.OpenAsync(scene.Simulator);
        await client.SendRawAsync("GET /"u8.ToArray());
        await client.ReceiveCloseAsync();

        var refusal = Assert.Single((await scene.GetAsync("refusals")).EnumerateArray());
        Assert.Equal("bad-intro", refusal.TextOf("kind"));
        Assert.Equal(1, refusal.GetProperty("connection").GetInt64());
        await scene.SendAsync(HttpMethod.Delete, "refusals", HttpStatusCode.NoContent);
        Assert.Empty((await scene.GetAsync("refusals")).EnumerateArray());
    }

    [Fact]
    public async Task Events_are_streamed_as_they_happen()
    {
        await using var scene = await Scene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await scene.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TestClient.Guard);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        await using var client = await TestClient.OpenAsync(scene.Simulator);

        Assert.Equal("id: 1", await reader.ReadLineAsync().WaitAsync(TestClient.Guard));
        Assert.Equal("event: connected", await reader.ReadLineAsync().WaitAsync(TestClient.Guard));
        Assert.Contains("\"kind\":\"connected\"", await reader.ReadLineAsync().WaitAsync(TestClient.Guard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_events_ends_with_an_empty_list()
    {
        var time = new ManualTimeProvider();
        await using var scene = await Scene.StartAsync(new SimulatorOptions { Time = time });

        var waiting = scene.GetAsync("events?wait=30");
        await time.WhenTimersArmedAsync(2).WaitAsync(TestClient.Guard);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Empty((await waiting).EnumerateArray());
    }

    [Fact]
    public async Task Clock_is_that_of_the_server()
    {
        var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1752021890));
        await using var scene = await Scene.StartAsync(new SimulatorOptions { Time = time });

        Assert.Equal(1752021890, (await scene.GetAsync("clock")).GetProperty("unixSeconds").GetInt64());
    }

    [Fact]
    public async Task Account_is_changed_listed_and_deleted()
    {
        await using var scene = await Scene.StartAsync();
        var phone = (await scene.PostAsync("accounts", "", HttpStatusCode.Created)).TextOf("phone");

        var patched = await scene.SendAsync(HttpMethod.Patch, $"accounts/{phone}", HttpStatusCode.OK, """{"requiresPasskey":true}""");

        Assert.True(patched.GetProperty("requiresPasskey").GetBoolean());
        Assert.Single((await scene.GetAsync("accounts")).EnumerateArray());
        await scene.SendAsync(HttpMethod.Delete, $"accounts/{phone}", HttpStatusCode.NoContent);
        Assert.Empty((await scene.GetAsync("accounts")).EnumerateArray());
    }

    [Fact]
    public async Task Chat_path_without_WebSocket_is_answered_with_426()
    {
        await using var scene = await Scene.StartAsync();

        using var response = await scene.Http.GetAsync(new Uri("/ws/chat?ED=CAgIBRoBAA", UriKind.Relative));

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Phone_is_switched_and_its_history_is_set_up_and_sent_by_script()
    {
        await using var scene = await Scene.StartAsync();
        await scene.PostAsync("accounts", """{"phone":"15550001234"}""", HttpStatusCode.Created);
        await using var companion = await Companion.LinkAsync(scene.Simulator, scene.Server.Accounts.Find("15550001234")!);

        var phone = await scene.SendAsync(HttpMethod.Patch, "accounts/15550001234/phone", HttpStatusCode.OK, """{"on":true}""");
        var history = await scene.SendAsync(
            HttpMethod.Patch, "accounts/15550001234/history", HttpStatusCode.OK, """{"messageBytes":10,"onReupload":"not-found"}""");
        await scene.PostAsync("accounts/15550001234/history/chats", """{"jid":"200000000000001@lid","title":"Anna"}""", HttpStatusCode.NoContent);
        await scene.PostAsync("accounts/15550001234/history/send", "", HttpStatusCode.NoContent);
        await scene.PostAsync("accounts/15550001234/history/send", """{"kind":"full","bytes":5000}""", HttpStatusCode.NoContent);

        Assert.True(phone.GetProperty("on").GetBoolean());
        Assert.Equal((10, "not-found"), (history.GetProperty("messageBytes").GetInt32(), history.TextOf("onReupload")));
        Assert.Equal("Anna", Assert.Single((await ReceivedHistory.TakeAsync(scene.Simulator, companion)).Content.Conversations).DisplayName);
        var deliveries = await scene.GetAsync("accounts/15550001234/history/deliveries");
        Assert.Equal(
            ["initial-bootstrap", "push-name", "non-blocking-data", "full"], deliveries.EnumerateArray().Select(piece => piece.TextOf("kind")));
        await scene.SendAsync(HttpMethod.Get, "accounts/15559999999/history", HttpStatusCode.NotFound);
        await scene.PostAsync("accounts/15550001234/history/chats", """{"jid":"nobody"}""", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("""{"kind":"app-state","defect":"value-mac","collection":"regular","in":"snapshot","times":0}""")]
    [InlineData("""{"kind":"blob","defect":"gone","type":"md-msg-hist"}""")]
    [InlineData("""{"kind":"history","defect":"not-protobuf","account":"15550001234"}""")]
    [InlineData("""{"kind":"key-share","defect":"orphan"}""")]
    [InlineData("""{"kind":"message","defect":"corrupted","topic":"chat"}""")]
    [InlineData("""{"kind":"recovery","defect":"wrong-hash","collection":"regular"}""")]
    public async Task Faults_of_phones_are_armed_and_listed_by_script(string fault)
    {
        await using var scene = await Scene.StartAsync();

        await scene.PostAsync("faults", fault, HttpStatusCode.Created);

        var listed = Assert.Single((await scene.GetAsync("faults")).EnumerateArray()).GetProperty("fault");
        foreach (var member in JsonSerializer.Deserialize<JsonElement>(fault).EnumerateObject())
        {
            Assert.Equal(member.Value.ToString(), listed.GetProperty(member.Name).ToString());
        }
    }

    private sealed class Scene(SimulatorHost simulator) : IAsyncDisposable
    {
        public SimulatorHost Simulator { get; } = simulator;

        public SimulatorServer Server => Simulator.Server;

        public HttpClient Http { get; } = new() { BaseAddress = new Uri(simulator.BaseAddress, "/sim/") };

        public static async Task<Scene> StartAsync(SimulatorOptions? options = null) => new(await SimulatorHost.StartAsync(options));

        public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, HttpStatusCode.OK);

        public Task<JsonElement> PostAsync(string path, string body, HttpStatusCode expected = HttpStatusCode.OK) =>
            SendAsync(HttpMethod.Post, path, expected, body);

        public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpStatusCode expected, string body = "")
        {
            using var request = new HttpRequestMessage(method, path);
            if (body.Length > 0)
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
            }

            using var response = await Http.SendAsync(request).WaitAsync(TestClient.Guard);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode} {text}");
            return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await Simulator.DisposeAsync();
        }
    }
}
