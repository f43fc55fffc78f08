using System.Net;
using System.Text;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.WhatsApp.Tests.Simulator.World;

/// <summary>A script that sets up the world of a simulator over its control API.</summary>
internal sealed class WorldScript(SimulatorHost host) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(host.BaseAddress, "/sim/") };

    public Task<JsonElement> GetAsync(string path) => SendAsync("GET", path);

    public async Task<JsonElement> SendAsync(string method, string path, string body = "", HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8) };
        using var response = await _http.SendAsync(request).WaitAsync(TestClient.Guard);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The code of the error that a call is answered with.</summary>
    public async Task<string> ErrorAsync(string method, string path, string body, HttpStatusCode expected) =>
        (await SendAsync(method, path, body, expected)).GetProperty("error").GetProperty("code").GetString()!;

    public void Dispose() => _http.Dispose();
}
