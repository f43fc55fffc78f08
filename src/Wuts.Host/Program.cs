using Wuts.Host.Composition;
using Wuts.Host.Linking;
using Wuts.Hosting.Composition;
using Wuts.Hosting.Demo;
using Wuts.Storage;

// The gateway in one process. What it is made of is in Wuts.Hosting; settings are described in HostSettings there.
try
{
    var mode = HostMode.Parse(args);
    var builder = WebApplication.CreateSlimBuilder(mode.Arguments);
    if (mode.Demo || mode.Link)
    {
        // Somebody sits at the terminal: codes and command lines must not drown in the log.
        builder.Configuration["Logging:LogLevel:Default"] ??= "Warning";
    }

    if (mode.Demo)
    {
        await using var demo = await DemoHost.BuildAsync(builder, LocalGateway.Parts);
        await DemoCommand.RunAsync(demo, Console.Out);
    }
    else
    {
        await using var host = await GatewayHost.BuildAsync(builder, LocalGateway.Parts);
        await (mode.Link ? LinkCommand.RunAsync(host.App, Console.Out) : host.App.RunAsync());
    }

    return 0;
}
catch (Exception e) when (e is ArgumentException or StorageSetupException or IOException { InnerException: not null })
{
    // Mistakes of whoever started it: the message says it all.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
