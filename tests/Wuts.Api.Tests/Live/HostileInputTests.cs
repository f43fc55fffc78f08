using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>
/// Every parameter of every endpoint with every hostile value: the dialect's own 4xx, never a 5xx, and WhatsApp never hears of it.
/// </summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    // What only a caller can cause. App state is written in the background, when WhatsApp has time for it.
    private static readonly string[] Asked = ["usync", "w:profile:picture", "w:g2", "w:biz", "blocklist"];

    private readonly List<string> _problems = [];
    private TwoTenants _scene = null!;
    private int _questions;
    private string _lastQuestion = "";
    private int _calls;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.Gateway.DisposeAsync();

    [Fact]
    [Statement("wuts 1.5", "Whatever is sent as a parameter, the answer is the dialect's own 4xx, never a 5xx, and WhatsApp is not asked.")]
    [Statement("device-profile 1.4", "Whatever is sent as a parameter, the answer is the dialect's own 4xx, never a 5xx, and WhatsApp is not asked.")]
    [Statement("wawp 1.2", "Whatever is sent as a parameter, the answer is the dialect's own 4xx, never a 5xx, and WhatsApp is not asked.")]
    public async Task Hostile_parameters_are_refused()
    {
        await StartAsync();
        await RefusesParametersAsync();
    }

    [PostgresFact]
    public async Task Hostile_parameters_are_refused_on_PostgreSQL()
    {
        await StartAsync(await RunningGateway.OnPostgresAsync());
        await RefusesParametersAsync();
    }

    [Fact]
    [Statement("wuts 1.1", "A body that is no JSON of the wanted form is 4xx on every endpoint that reads one, and WhatsApp is not asked.")]
    public async Task Hostile_bodies_are_refused()
    {
        await StartAsync();
        await RefusesBodiesAsync();
    }

    [PostgresFact]
    public async Task Hostile_bodies_are_refused_on_PostgreSQL()
    {
        await StartAsync(await RunningGateway.OnPostgresAsync());
        await RefusesBodiesAsync();
    }

    private async Task StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        _scene = await TwoTenants.StartAsync(settings);

        // What a device reads by itself after its login is over.
        foreach (var caller in new[] { _scene.Alpha, _scene.Beta })
        {
            Caller.Json(await caller.Http.GetAsync("/groups"));
            Caller.Json(await caller.Http.GetAsync("/contacts/blocklist"));
        }

        foreach (var xmlns in Asked)
        {
            _scene.Gateway.WhatsApp.OnIq(xmlns, iq =>
            {
                _lastQuestion = iq.ToString();
                Interlocked.Increment(ref _questions);
                return null;
            });
        }
    }

    private async Task RefusesParametersAsync()
    {
        foreach (var probe in ProbeTable.All)
        {
            var route = _scene.RoutesOf(probe).First();
            foreach (var name in probe.PathParameters)
            {
                await TryPathAsync(probe, route, name);
            }

            foreach (var name in probe.Query.Select(parameter => parameter.Split('=')[0]))
            {
                await TryQueryAsync(probe, route, name);
            }
        }

        Finish(1200);
    }

    private async Task RefusesBodiesAsync()
    {
        foreach (var probe in ProbeTable.All.Where(probe => probe.Body is not null))
        {
            var route = _scene.RoutesOf(probe).First();
            foreach (var body in HostileValues.Bodies)
            {
                await SendAsync(probe, probe.Url(route, _scene.Values), body, mustFail: true, "whole body");
            }

            foreach (var (name, good) in probe.Fields(_scene.Values))
            {
                if (probe.Pattern == "/register" && name == "role")
                {
                    // Contract wuts 7.2: the first user is an admin, whatever it says.
                    continue;
                }

                // A number is only read when there is no JID.
                string[] others = name == "number" ? ["jid"] : [];
                foreach (var value in HostileValues.RefusedJson(name))
                {
                    await SendFieldAsync(probe, route, name, value, others, mustFail: true);
                }

                if (good!.GetValueKind() == JsonValueKind.String && !IsAddress(name))
                {
                    foreach (var value in HostileValues.OddJson())
                    {
                        await SendFieldAsync(probe, route, name, value, others, mustFail: false);
                    }
                }
            }
        }

        Finish(600);
    }

    private static bool IsAddress(string name) => HostileValues.RefusedJson(name).Count() > 10;

    private async Task TryPathAsync(Probe probe, RouteEndpoint route, string name)
    {
        foreach (var value in HostileValues.Refused(name == "id" && probe.Pattern.StartsWith("/v2/groups", StringComparison.Ordinal) ? "jid" : name))
        {
            // A LID is opaque, so what looks like a number is one.
            if (name != "lid" || value.Contains('%', StringComparison.Ordinal))
            {
                await SendAsync(probe, probe.Url(route, _scene.Values, Replace(name, value)), Body(probe), mustFail: name != "lid", value);
            }
        }
    }

    private async Task TryQueryAsync(Probe probe, RouteEndpoint route, string name)
    {
        var replaced = name == "number" ? Replace("jid", Probe.Absent) : [];
        foreach (var value in HostileValues.Refused(name))
        {
            replaced[name] = value;
            var tolerated = probe.Endpoint == "wuts GET /status" && name == "device_id";
            await SendAsync(probe, probe.Url(route, _scene.Values, replaced), Body(probe), mustFail: !tolerated, $"{name}={value}");
        }

        foreach (var value in HostileValues.Odd(name))
        {
            replaced[name] = value;
            await SendAsync(probe, probe.Url(route, _scene.Values, replaced), Body(probe), mustFail: false, $"{name}={value}");
        }

        // Twice, with different values.
        replaced[name] = $"1&{name}=2";
        await SendAsync(probe, probe.Url(route, _scene.Values, replaced), Body(probe), mustFail: true, replaced[name]);
    }

    private byte[]? Body(Probe probe) => probe.Body is null ? null : System.Text.Encoding.UTF8.GetBytes(_scene.Values.Fill(probe.Body));

    private static Dictionary<string, string> Replace(string name, string value) => new() { [name] = value };

    private async Task SendFieldAsync(Probe probe, RouteEndpoint route, string name, JsonNode? value, string[] others, bool mustFail)
    {
        var fields = probe.Fields(_scene.Values);
        fields[name] = value?.DeepClone();
        foreach (var other in others)
        {
            fields.Remove(other);
        }

        var shown = value?.ToJsonString() is { Length: > 80 } text ? text[..80] : value?.ToJsonString();
        await SendAsync(probe, probe.Url(route, _scene.Values), System.Text.Encoding.UTF8.GetBytes(fields.ToJsonString()), mustFail, $"{name}: {shown}");
    }

    private async Task SendAsync(Probe probe, string url, byte[]? body, bool mustFail, string what)
    {
        var before = Volatile.Read(ref _questions);
        var client = probe.Scope == ProbeScope.Master ? _scene.Gateway.Master : _scene.Alpha.Http;
        var answer = await client.SendAsync(probe.Method, url, null, request =>
        {
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
            }
        });
        _calls++;
        var status = (int)answer.Status;
        if (status >= 500 || (mustFail && status < 400) || (status >= 400 && !IsOwn(probe, answer, url)))
        {
            _problems.Add($"{probe.Endpoint} with {what}: {status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
        }

        if (status >= 400 && Volatile.Read(ref _questions) != before)
        {
            _problems.Add($"{probe.Endpoint} with {what}: WhatsApp was asked {_lastQuestion}");
        }
    }

    // A zero byte in a path ends in the server: no endpoint ever sees the request. docs/api.md has the list.
    private static bool IsOwn(Probe probe, ApiAnswer answer, string url)
    {
        if (answer.Bytes.Length == 0)
        {
            return answer.Status == HttpStatusCode.BadRequest && url.Split('?')[0].Contains("%00", StringComparison.Ordinal);
        }

        var keys = JsonDocument.Parse(answer.Text).RootElement.EnumerateObject().Select(property => property.Name).ToList();
        return probe.Dialect switch
        {
            "wuts" => keys.Take(4).SequenceEqual(["success", "error", "error_code", "timestamp"]),
            "wawp" => keys.SequenceEqual(["code", "message", "data"]),
            _ => keys.SequenceEqual(["error", "request_id"]),
        };
    }

    private void Finish(int least)
    {
        Assert.True(_problems.Count == 0, $"{_problems.Count} of {_calls}:\n{string.Join('\n', _problems.Take(60))}");
        Assert.InRange(_calls, least, int.MaxValue);
        Assert.DoesNotContain(_scene.Gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }
}
