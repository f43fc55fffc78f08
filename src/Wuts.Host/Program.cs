using Wuts.Host.Composition;

// The gateway in one process. Everything that it is made of is in Composition; settings are described in HostSettings.
var builder = WebApplication.CreateSlimBuilder(args);
await using var host = await GatewayHost.BuildAsync(builder);
await host.App.RunAsync();
