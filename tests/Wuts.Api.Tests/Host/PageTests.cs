using System.Net;
using Wuts.Hosting.Demo;

namespace Wuts.Api.Tests.Host;

/// <summary>Pages and probes that need no token.</summary>
[Collection(nameof(DemoCollection))]
public sealed class PageTests(RunningDemo demo)
{
    [Fact]
    public async Task Probes_say_what_works()
    {
        (await demo.Anyone.GetAsync("/health/live")).Is(HttpStatusCode.OK, """{"status":"ok"}""");
        (await demo.Anyone.GetAsync("/health/ready")).Is(HttpStatusCode.OK, """{"status":"ok","storage":"ok","engine":"ok"}""");
    }

    [Fact]
    public async Task The_dashboard_loads_nothing_from_elsewhere_and_holds_no_secret()
    {
        var page = await demo.Anyone.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Contains("default-src 'none'; connect-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("script-src 'sha256-", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(DemoIds.Token, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{version}", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{client}", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_works_without_a_network()
    {
        Assert.Equal(HttpStatusCode.MovedPermanently, (await demo.Anyone.GetAsync("/docs")).Status);
        var page = await demo.Anyone.GetAsync("/docs/index.html");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        foreach (var file in new[] { "swagger-ui.css", "swagger-ui-bundle.js", "index.js" })
        {
            var answer = await demo.Anyone.GetAsync($"/docs/{file}");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.NotEmpty(answer.Bytes);
        }
    }
}
