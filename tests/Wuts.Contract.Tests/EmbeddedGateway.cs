using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Host.Composition;
using Wuts.Hosting.Composition;
using Wuts.Simulator;

namespace Wuts.Contract.Tests;

/// <summary>The gateway in one process: the local engine on SQLite.</summary>
public sealed class EmbeddedGateway : GatewayUnderTest
{
    /// <summary>The collection of all classes that share it.</summary>
    public const string Name = "embedded gateway";

    private readonly string _directory = Directory.CreateTempSubdirectory("wuts-contract-").FullName;
    private GatewayHost? _host;
    private Uri _address = new("http://localhost");

    public override Uri Address => _address;

    protected override async Task StartAsync(SimulatorHost simulator)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings(simulator)).AddInMemoryCollection(
            new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Wuts:DataDirectory"] = _directory });
        _host = await GatewayHost.BuildAsync(builder, LocalGateway.Parts);
        await _host.App.StartAsync();
        _address = new Uri(_host.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    protected override async Task StopAsync()
    {
        if (_host is not null)
        {
            await _host.App.StopAsync();
            await _host.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>The classes that share an embedded gateway.</summary>
[CollectionDefinition(EmbeddedGateway.Name)]
public sealed class EmbeddedGatewayCollection : ICollectionFixture<EmbeddedGateway>;
