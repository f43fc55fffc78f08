using Microsoft.Extensions.DependencyInjection.Extensions;
using Wuts.Api;
using Wuts.Api.OpenApi;
using Wuts.Core.Devices;
using Wuts.Core.Events;
using Wuts.Hosting.ClientVersions;
using Wuts.Hosting.Health;
using Wuts.Hosting.Metrics;
using Wuts.Hosting.Pages;
using Wuts.Storage;

namespace Wuts.Hosting.Composition;

/// <summary>Puts the gateway together: settings, database, engine, API. Also what tests start.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WutsStorage _storage;

    private GatewayHost(WebApplication app, WutsStorage storage)
    {
        App = app;
        _storage = storage;
    }

    /// <summary>The web application, built and not started.</summary>
    public WebApplication App { get; }

    /// <summary>Opens the database and builds the host.</summary>
    /// <param name="builder">With the configuration; what it has registered already stays.</param>
    /// <param name="parts">What it runs; and on which engine.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StorageSetupException">The database cannot be opened as it is set up.</exception>
    /// <exception cref="ArgumentException">A setting has no meaning; the message names it.</exception>
    public static async Task<GatewayHost> BuildAsync(
        WebApplicationBuilder builder, GatewayParts parts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var settings = HostSettings.Read(builder.Configuration);
        ConfigureKestrel(builder);

        // Npgsql tells every statement; what goes wrong is told where it matters.
        builder.Configuration["Logging:LogLevel:Npgsql"] ??= "Warning";
        if (parts.ServesApi)
        {
            builder.Services.AddWutsApi();
        }

        builder.Services.AddSingleton(settings).AddSingleton(settings.Wawp).AddSingleton<IEventStream, EventStream>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddMetrics().AddSingleton<MetricsRegistry>().AddSingleton<StorageMetrics>();

        // The database is opened before anything is served: a host that cannot keep what it learns must not start.
        using var loggers = LoggerFactory.Create(logging => logging
            .AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddSimpleConsole());
        var storage = await WutsStorage.OpenAsync(settings.Storage, loggers, TimeProvider.System, cancellationToken);
        try
        {
            builder.Services.AddSingleton(await MasterTokenSetup.RunAsync(
                settings.MasterToken, storage.Installation, Console.Out, cancellationToken));
            AddStorage(builder.Services, storage);
            AddClientVersion(builder.Services, settings);
            await parts.AddEngine(builder, settings, cancellationToken);
            var app = builder.Build();
            if (parts.ServesApi)
            {
                app.UseReference();
            }

            app.UseRouting();
            app.MapHealth();
            app.MapMetrics();
            app.Services.GetRequiredService<StorageMetrics>();
            if (parts.ServesApi)
            {
                app.MapOpenApiDocument();
                app.MapDashboard();
                app.MapWutsApi();
            }

            return new GatewayHost(app, storage);
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the application, then closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _storage.DisposeAsync();
    }

    // As the container sees them these are somebody else's: the database is closed after everything that uses it.
    private static void AddStorage(IServiceCollection services, WutsStorage storage) => services
        .AddSingleton(storage)
        .AddSingleton(storage.Tenants)
        .AddSingleton(storage.Installation)
        .AddSingleton(storage.ClientVersions)
        .AddSingleton(storage.Devices)
        .AddSingleton(storage.Links)
        .AddSingleton(storage.ContactCache)
        .AddSingleton(storage.DeviceData);

    // Before the engine: its first connection names the newest version that was found earlier.
    private static void AddClientVersion(IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(new NewestClientVersion(settings.WhatsApp.ClientVersion));
        if (settings.ClientVersionUrl is { } url)
        {
            services.AddSingleton(_ => new ClientVersionPage(url)).AddHostedService<ClientVersionRefresher>();
        }
    }

    // Limits of the contract, wuts 1.1. The API itself reads at most 1 MiB of a body; this bounds what is thrown away unread.
    private static void ConfigureKestrel(WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(HostSettings.DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;

            // The API answers what is longer than it takes; only what is longer than this ends in the server, without a body.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 1024 * 1024;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(65);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(60);
        });
    }
}
