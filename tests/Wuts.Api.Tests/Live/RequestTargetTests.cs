using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>Requests that are too long or no HTTP: what the API answers in its own words, and what ends in the server.</summary>
public sealed class RequestTargetTests : IAsyncLifetime
{
    private const int Limit = 8 * 1024;
    private const int LineLimit = 64 * 1024;

    private RunningGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await RunningGateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    [Statement("wuts 1.5", "Path and query of more than 8 KiB are 414 URI_TOO_LONG, before the token is looked at; one of exactly 8 KiB is read.")]
    [Statement("device-profile 1.4", "Path and query of more than 8 KiB are 414 uri_too_long; one of exactly 8 KiB is read.")]
    [Statement("wawp 1.2", "Path and query of more than 8 KiB are 414 uri_too_long; one of exactly 8 KiB is read.")]
    public async Task A_long_target_is_refused_in_the_words_of_the_dialect()
    {
        var caller = await Caller.RegisterAsync(_gateway.Address, RunningGateway.MasterToken, "Acme");
        foreach (var client in new[] { caller.Http, new ApiClient(_gateway.Address, null) })
        {
            foreach (var (start, body) in new[]
            {
                ("/devices?x=", """{"success":false,"error":"path and query are longer than 8 KiB","error_code":"URI_TOO_LONG","timestamp":"<any>"}"""),
                ("/nowhere/", """{"success":false,"error":"path and query are longer than 8 KiB","error_code":"URI_TOO_LONG","timestamp":"<any>"}"""),
                ("/wa/devices?x=", """{"error":{"code":"uri_too_long","message":"Path and query are longer than 8 KiB"},"request_id":"<any>"}"""),
                ("/v2/lids?x=", """{"code":"uri_too_long","message":"Path and query are longer than 8 KiB.","data":{"status":414}}"""),
            })
            {
                (await client.GetAsync(start.PadRight(Limit + 1, 'x'))).Is(HttpStatusCode.RequestUriTooLong, body);
                (await client.GetAsync(start.PadRight(LineLimit - 200, 'x'))).Is(HttpStatusCode.RequestUriTooLong, body);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/devices?x=".PadRight(Limit, 'x'))).Status);
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/wa/devices?x=".PadRight(Limit, 'x'))).Status);
        (await caller.Http.GetAsync("/v2/lids?x=".PadRight(Limit, 'x'))).Is(
            HttpStatusCode.BadRequest, """{"code":"missing_parameter","message":"Missing required parameter: instance_id","data":{"status":400}}""");
        (await caller.Http.GetAsync("/nowhere/".PadRight(Limit, 'x'))).IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    [Statement("wuts 1.1", "What the server cannot read as HTTP gets its bare 4xx, and the connection ends: the list of docs/api.md.")]
    public async Task What_is_no_HTTP_is_refused_by_the_server_without_a_body()
    {
        var problems = new List<string>();
        foreach (var (what, request, status) in new[]
        {
            ("a zero byte in the path", "GET /contacts/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("a byte that is no ASCII", "GET /contacts/\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("no host", "GET /contacts HTTP/1.1\r\n\r\n", 400),
            ("two hosts", "GET /contacts HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("a space in the path", "GET /con tacts HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("another version", "GET /contacts HTTP/3.7\r\nHost: a\r\n\r\n", 505),
            ("a header without a colon", "GET /contacts HTTP/1.1\r\nHost: a\r\nNonsense\r\n\r\n", 400),
            ("a zero byte in a header", "GET /contacts HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n", 400),
            ("a length that is no number", "POST /contacts HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
            ("no request", "hello\r\n\r\n", 400),
            ("a line that is too long", $"GET /{new string('x', LineLimit)} HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            ("too many headers", $"GET /contacts HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat("X-A: b\r\n", 110))}\r\n", 431),
        })
        {
            var answer = await SendAsync(request);
            if (!answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal)
                || !answer.Contains("\r\nContent-Length: 0\r\n", StringComparison.Ordinal) || !answer.EndsWith("\r\n\r\n", StringComparison.Ordinal)
                || !answer.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal))
            {
                problems.Add($"{what}: {answer}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [Statement("wuts 1.5", "Escapes in a path that are none, or no text, are only characters: the dialect answers.")]
    [InlineData("/contacts/%/picture")]
    [InlineData("/contacts/%zz/picture")]
    [InlineData("/contacts/%FF%FE/picture")]
    [InlineData("/contacts/%ED%A0%80/picture")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("//contacts//")]
    public async Task Odd_escapes_reach_the_dialect(string path)
    {
        var answer = await SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        var body = JsonDocument.Parse(answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]).RootElement;
        Assert.False(body.GetProperty("success").GetBoolean());
    }

    // A socket of our own: every client library refuses to send such things.
    private async Task<string> SendAsync(string request)
    {
        using var limit = new CancellationTokenSource(RunningGateway.Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Address.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // The server closed while a part of the request was unread.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
