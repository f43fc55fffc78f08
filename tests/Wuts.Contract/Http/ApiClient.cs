using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Wuts.Contract.Http;

/// <summary>A caller of the API.</summary>
public sealed class ApiClient(Uri address, string? token)
{
    public string? Token { get; } = token;

    // One client for all: it has no state of its own, and a connection per call would run out of ports.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    public Task<ApiAnswer> GetAsync(string path, Action<HttpRequestMessage>? change = null) => SendAsync(HttpMethod.Get, path, null, change);

    public Task<ApiAnswer> PostAsync(string path, string? body = null, Action<HttpRequestMessage>? change = null) =>
        SendAsync(HttpMethod.Post, path, body, change);

    public Task<ApiAnswer> PutAsync(string path, string? body = null) => SendAsync(HttpMethod.Put, path, body, null);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, Action<HttpRequestMessage>? change)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        if (Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        change?.Invoke(request);
        using var response = await Http.SendAsync(request);
        return new ApiAnswer(
            response.StatusCode,
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>An answer of the API.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
