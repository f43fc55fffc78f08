using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuts.Benchmarks.Reporting;
using Wuts.Simulator;

namespace Wuts.Benchmarks.Gateway;

/// <summary>
/// Requests per second of the real host, with a linked device and SQLite, against Kestrel that returns the same bytes. The rounds of
/// both alternate, and the middle one of the ratios counts: whatever else the machine does disturbs both.
/// </summary>
internal static class GatewayComparison
{
    private const double Target = 0.6;
    private const int Contacts = 1000;
    private const int BatchSize = 160;
    private const int Batches = 512;
    private const int Rounds = 9;
    private const string MasterToken = "the-operators-token";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures and prints; returns 0 when every ratio reaches the target, else 1.</summary>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("wuts-gateway-").FullName;
        try
        {
            await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 3 });
            using var gateway = await ServerProcess.StartAsync(
                "Wuts.Host.dll", "--Wuts:DataDirectory", directory, "--Wuts:MasterToken", MasterToken,
                "--WhatsApp:Endpoint", simulator.Endpoint.AbsoluteUri, "--WhatsApp:NoiseRootKey", Convert.ToHexString(simulator.RootKey.Span),
                "--WhatsApp:MediaBaseUrl", simulator.MediaBaseUrl.AbsoluteUri);
            var (token, people) = await LinkAsync(simulator.Server, gateway.Address);
            var random = new Random(3);
            (string Title, string Method, string Path, string?[] Bodies)[] rows =
            [
                ($"`GET /contacts`, {Contacts:N0} contacts", "GET", "/contacts", [null]),
                ("`GET /contacts/profile`, cached", "GET", $"/contacts/profile?number={people[0].Phone}", [null]),
                ("`POST /contacts/resolve`, the same 160", "POST", "/contacts/resolve", [Batch(people.Take(BatchSize))]),
                (
                    $"`POST /contacts/resolve`, 160 of {Contacts:N0} at random", "POST", "/contacts/resolve",
                    [.. Enumerable.Range(0, Batches).Select(_ => Batch(random.GetItems([.. people], BatchSize * 2).Distinct().Take(BatchSize)))]),
            ];
            await MarkdownTable.WriteHeadAsync(output, "Request", "Answer:", "Gateway, requests/s:", "Bare Kestrel:", "Ratio:", "Gateway's processor:", "Bare:");
            var outcome = 0;
            foreach (var (title, method, path, bodies) in rows)
            {
                var ratio = await CompareAsync(output, title, gateway, token, method, path, bodies, directory);
                outcome |= ratio >= Target ? 0 : 1;
            }

            return outcome;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> CompareAsync(
        TextWriter output, string title, ServerProcess gateway, string token, string method, string path, string?[] bodies, string directory)
    {
        using var http = Client(gateway.Address, token);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path)
        {
            Content = bodies[0] is { } body ? new StringContent(body) : null,
        };
        using var answer = await http.SendAsync(request);
        var bytes = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        var file = Path.Combine(directory, "answer.json");
        await File.WriteAllBytesAsync(file, bytes);
        using var bare = await ServerProcess.StartAsync("Wuts.Benchmarks.dll", "bare-server", file);
        byte[][] requests = [.. bodies.Select(content => RawClient.Request(method, path, token, content))];
        var ours = new RawClient(gateway.Address, requests);
        var theirs = new RawClient(bare.Address, requests);
        await theirs.MeasureAsync(Round * 2);
        await ours.MeasureAsync(Round * 2);
        var rates = new List<(double Ours, double Theirs)>();
        var (work, theirWork) = (gateway.ProcessorTime, bare.ProcessorTime);
        for (var i = 0; i < Rounds; i++)
        {
            rates.Add((await ours.MeasureAsync(Round), await theirs.MeasureAsync(Round)));
        }

        (work, theirWork) = (gateway.ProcessorTime - work, bare.ProcessorTime - theirWork);
        var ratio = Median(rates.Select(rate => rate.Ours / rate.Theirs));
        await MarkdownTable.WriteRowAsync(
            output, title, MarkdownTable.Size(bytes.Length), Rate(Median(rates.Select(rate => rate.Ours))),
            Rate(Median(rates.Select(rate => rate.Theirs))), ratio.ToString("P0", CultureInfo.InvariantCulture),
            Work(work, rates.Sum(rate => rate.Ours)), Work(theirWork, rates.Sum(rate => rate.Theirs)));
        return ratio;
    }

    private static async Task<(string Token, IReadOnlyList<Person> People)> LinkAsync(SimulatorServer whatsApp, Uri gateway)
    {
        var account = whatsApp.Accounts.Create(new AccountSpec { PhoneIsOn = true });
        var people = WorldGenerator.Populate(whatsApp, account, new WorldPlan { Contacts = Contacts }).Contacts;
        using var master = Client(gateway, MasterToken);
        var token = Text(
            await SendAsync(master, HttpMethod.Post, "/register", """{"tenant_name":"Acme","email":"a@acme.example","password":"long enough"}"""), "token");
        using var http = Client(gateway, token);
        var qr = Text((await SendAsync(http, HttpMethod.Get, "/qr", null)).GetProperty("data"), "qr_code");
        var outcome = await whatsApp.ScanAsync(account, qr);
        if (!outcome.IsLinked)
        {
            throw new InvalidOperationException(outcome.Reason);
        }

        // Until the whole address book has come.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!(await http.GetStringAsync("/contacts?stale=true", limit.Token)).Contains($"\"count\":{Contacts}", StringComparison.Ordinal)
            || !(await http.GetStringAsync("/status", limit.Token)).Contains("\"connected\":true", StringComparison.Ordinal))
        {
            await Task.Delay(100, limit.Token);
        }

        return (token, people);
    }

    private static HttpClient Client(Uri address, string token)
    {
        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await http.SendAsync(request);
        return JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).RootElement;
    }

    private static string Batch(IEnumerable<Person> people)
    {
        var jids = people.Select((person, i) => (JsonNode)(i % 2 == 0 ? person.Phone : person.Jid.ToString()));
        return new JsonObject { ["jids"] = new JsonArray([.. jids]) }.ToJsonString();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Rate(double rate) => rate.ToString("N0", CultureInfo.InvariantCulture);

    // The processor time of a request is much less disturbed by what else the machine does than the rate is.
    private static string Work(TimeSpan time, double sumOfRates) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds / (sumOfRates * Round.TotalSeconds):F1} µs");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
