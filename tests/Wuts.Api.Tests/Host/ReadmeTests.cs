using System.Text.RegularExpressions;
using Wuts.Api.Tests.OpenApi;

namespace Wuts.Api.Tests.Host;

/// <summary>The README shows what the demo answers.</summary>
[Collection(nameof(DemoCollection))]
public sealed class ReadmeTests(RunningDemo demo)
{
    [Fact]
    public async Task The_command_lines_of_the_README_give_what_it_shows()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(OpenApiDocumentTests.RepositoryRoot(), "README.md"));
        var session = readme.Split("```console")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(12, session.Length);
        for (var i = 0; i < session.Length; i += 2)
        {
            Assert.StartsWith("$ curl ", session[i], StringComparison.Ordinal);
            var answer = await CurlLine.Parse(session[i][2..]).RunAsync(demo.Address);

            // An ellipsis stands for a value that differs from run to run.
            var shown = Regex.Escape(session[i + 1]).Replace("…", "[^\"]+", StringComparison.Ordinal);
            Assert.Matches($"^{shown}$", answer.Text);
        }
    }
}
