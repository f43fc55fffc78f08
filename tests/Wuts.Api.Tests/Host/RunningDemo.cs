using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Wuts.Host.Composition;
using Wuts.Hosting.Demo;

namespace Wuts.Api.Tests.Host;

/// <summary>One demo for all tests that only read.</summary>
public sealed class RunningDemo : IAsyncLifetime
{
    private DemoHost? _demo;

    /// <summary>Root of its API.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>What it prints for its user.</summary>
    public string Printed { get; private set; } = "";

    /// <summary>A caller with the demo's token.</summary>
    internal ApiClient Client => new(Address, DemoIds.Token);

    /// <summary>A caller without a token.</summary>
    internal ApiClient Anyone => new(Address, null);

    internal DemoHost Demo => _demo!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Wuts:Storage"] = "postgres",
            ["Wuts:ConnectionString"] = "Host=real-data.example",
        });
        _demo = await DemoHost.BuildAsync(builder, LocalGateway.Parts);
        await _demo.StartAsync();
        Address = CommandLines.AddressOf(_demo.App);
        using var text = new StringWriter();
        await CommandLines.WriteAsync(
            text, Address, DemoIds.Token, DemoIds.Device.ToString(), DemoIds.Instance.ToString(), DemoCommand.Person);
        Printed = text.ToString();
    }

    public async Task DisposeAsync()
    {
        await _demo!.App.StopAsync();
        await _demo.DisposeAsync();
    }
}

/// <summary>Tests that share a demo.</summary>
[CollectionDefinition(nameof(DemoCollection))]
public sealed class DemoCollection : ICollectionFixture<RunningDemo>;
