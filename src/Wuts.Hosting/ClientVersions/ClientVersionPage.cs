using System.Net;
using Wuts.WhatsApp.Pairing;

namespace Wuts.Hosting.ClientVersions;

/// <summary>Reads the present version of WhatsApp Web from its own script. Protocol section 4.4.</summary>
internal sealed class ClientVersionPage : IDisposable
{
    /// <summary>Where WhatsApp has it.</summary>
    public static readonly Uri Default = new("https://web.whatsapp.com/sw.js");

    /// <summary>How many bytes are read of it, decompressed: several times what it has.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.All,
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 64,
    })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>Creates the reader; nothing is asked yet.</summary>
    public ClientVersionPage(Uri url)
    {
        _url = url;

        // The server gives the script to browsers only.
        _http.DefaultRequestHeaders.TryAddWithoutValidation(
            "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("sec-fetch-site", "none");
    }

    /// <summary>Asks once.</summary>
    /// <returns>The version; <see langword="null"/> when the answer names none.</returns>
    /// <exception cref="HttpRequestException">There was no answer, it was not a 200, or it was too long.</exception>
    /// <exception cref="OperationCanceledException">It took longer than 30 s, or it was cancelled.</exception>
    public async Task<ClientVersion?> ReadAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(_url, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return response.StatusCode != HttpStatusCode.OK
            ? throw new HttpRequestException($"The page answered with status {(int)response.StatusCode}.", null, response.StatusCode)
            : ClientVersion.TryFindIn(await response.Content.ReadAsStringAsync(cancellationToken), out var version) ? version : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
