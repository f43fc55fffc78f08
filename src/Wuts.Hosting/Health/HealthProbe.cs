namespace Wuts.Hosting.Health;

/// <summary><c>--probe URL</c>: asks another process how it is, for images without a shell and a client for HTTP.</summary>
internal static class HealthProbe
{
    private const string Option = "--probe";

    /// <summary>Whether the arguments ask for a probe and for nothing else.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [Option, _];

    /// <summary>Asks, for 5 s at most.</summary>
    /// <returns>The exit code: 0 after an answer of 2xx, otherwise 1.</returns>
    /// <exception cref="ArgumentException">It is no URL.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!Uri.TryCreate(arguments[1], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{Option} is set to \"{arguments[1]}\". It must begin with http:// or https://.");
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }
}
