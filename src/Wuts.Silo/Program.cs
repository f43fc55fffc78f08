using Wuts.Hosting.Composition;
using Wuts.Hosting.Demo;
using Wuts.Hosting.Health;
using Wuts.Silo.Composition;
using Wuts.Storage;

// One process of the cluster. What it takes part in is said by --role; settings are described in HostSettings and ClusterSettings.
try
{
    if (HealthProbe.IsAskedFor(args))
    {
        return await HealthProbe.RunAsync(args);
    }

    var mode = SiloMode.Parse(args);
    var builder = WebApplication.CreateSlimBuilder(mode.Arguments);
    ClusterSettings.PreferPostgres(builder.Configuration);

    // Orleans tells every option that it has; what goes wrong it tells as a warning.
    builder.Configuration["Logging:LogLevel:Orleans"] ??= "Warning";
    if (mode.Demo)
    {
        // Somebody sits at the terminal: command lines must not drown in the log.
        builder.Configuration["Logging:LogLevel:Default"] ??= "Warning";
    }

    var parts = ClusterEngine.PartsOf(mode.Role);
    if (mode.Demo)
    {
        await using var demo = await DemoHost.BuildAsync(builder, parts);
        await DemoCommand.RunAsync(demo, Console.Out);
    }
    else
    {
        await using var host = await GatewayHost.BuildAsync(builder, parts);
        await host.App.RunAsync();
    }

    return 0;
}
catch (Exception e) when (e is ArgumentException or StorageSetupException or IOException { InnerException: not null })
{
    // Mistakes of whoever started it: the message says it all.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
