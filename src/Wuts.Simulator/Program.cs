namespace Wuts.Simulator;

internal static class Program
{
    private const string DefaultUrl = "http://127.0.0.1:9080";

    // --urls and the other settings of ASP.NET Core are honoured; --seed N makes keys, references and ids repeatable.
    private static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton(services => new SimulatorServer(new SimulatorOptions
        {
            Seed = builder.Configuration.GetValue<ulong?>("seed"),
            LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
        }));
        SimulatorHost.AddSimulator(builder);
        await using var app = builder.Build();
        var server = app.Services.GetRequiredService<SimulatorServer>();
        SimulatorHost.MapSimulator(app, server);
        app.Lifetime.ApplicationStarted.Register(() => server.PublicAddress = SimulatorServer.ToPublicAddress(app.Urls.First()));
        app.Lifetime.ApplicationStopping.Register(server.Dispose);
        await app.RunAsync();
    }
}
