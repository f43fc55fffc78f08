using System.Text.RegularExpressions;

namespace Wuts.Api.Tests.Host;

/// <summary>A command line with curl, of those that the demo prints and the README shows, done without a shell.</summary>
internal sealed partial record CurlLine(Uri Url, IReadOnlyList<(string Name, string Value)> Headers, string? Body)
{
    public static CurlLine Parse(string line)
    {
        var words = Words().Matches(line).Select(match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Value).ToList();
        Assert.Equal("curl", words[0]);
        Uri? url = null;
        string? body = null;
        var headers = new List<(string, string)>();
        for (var i = 1; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "-s":
                    break;
                case "-o":
                    i++;
                    break;
                case "-d":
                    body = words[++i];
                    break;
                case "-H":
                    var parts = words[++i].Split(": ", 2);
                    headers.Add((parts[0], parts[1]));
                    break;
                default:
                    Assert.Null(url);
                    url = new Uri(words[i]);
                    break;
            }
        }

        Assert.NotNull(url);
        return new CurlLine(url, headers, body);
    }

    /// <summary>Does what curl would do, at another address.</summary>
    public Task<ApiAnswer> RunAsync(Uri address) => new ApiClient(address, null).SendAsync(
        Body is null ? HttpMethod.Get : HttpMethod.Post,
        Url.PathAndQuery,
        Body,
        request =>
        {
            foreach (var (name, value) in Headers)
            {
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            }
        });

    [GeneratedRegex("'(?<quoted>[^']*)'|[^ ']+")]
    private static partial Regex Words();
}
