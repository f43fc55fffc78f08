using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Wuts.Core.Engine;
using Wuts.Grains;
using Wuts.Hosting.Composition;
using Wuts.Silo.Directory;
using Wuts.Silo.Schema;
using Wuts.Storage;

namespace Wuts.Silo.Composition;

/// <summary>Runs devices and contacts as grains: on this process, or on others that it calls.</summary>
internal static class ClusterEngine
{
    private const string Invariant = "Npgsql";

    /// <summary>What a process of a role runs.</summary>
    public static GatewayParts PartsOf(SiloRole role) => new()
    {
        ServesApi = role != SiloRole.Silo,
        AddEngine = (builder, settings, cancellationToken) => AddAsync(builder, settings, role, cancellationToken),
    };

    private static async Task AddAsync(WebApplicationBuilder builder, HostSettings settings, SiloRole role, CancellationToken cancellationToken)
    {
        var cluster = ClusterSettings.Read(builder.Configuration);
        var certificates = ClusterCertificates.Read(builder.Configuration, TimeProvider.System);
        var connection = settings.Storage.Kind == StorageKind.Postgres ? settings.Storage.ConnectionString : null;
        if (connection is null && role != SiloRole.All)
        {
            throw new ArgumentException("A cluster of several processes needs PostgreSQL: set Wuts:ConnectionString.");
        }

        if (connection is not null)
        {
            await ClusterSchema.ApplyAsync(connection, cancellationToken);
        }

        builder.Services.Configure<HostOptions>(options =>
        {
            // Deactivating every device takes a while: its connection is closed, what it knows is stored, its lease is given back.
            options.ShutdownTimeout = TimeSpan.FromSeconds(60);

            // The silo leaves at once, and not after the last request has been answered, which may wait for a minute.
            options.ServicesStopConcurrently = true;
        });
        if (role == SiloRole.Api)
        {
            builder.UseOrleansClient(client => Connect(client, cluster, certificates, connection!));
            return;
        }

        builder.Services.AddSiloServices(settings, cluster);
        builder.UseOrleans(silo => Join(silo, cluster, certificates, connection));
    }

    private static void Join(ISiloBuilder silo, ClusterSettings cluster, ClusterCertificates? certificates, string? connection)
    {
        if (certificates is not null)
        {
            silo.UseTls(certificates.Apply);
        }

        if (connection is null)
        {
            var alone = cluster.Alone();
            silo.UseLocalhostClustering(alone.SiloPort, alone.GatewayPort, serviceId: cluster.Id, clusterId: cluster.Id);
        }
        else
        {
            silo.Configure<ClusterOptions>(options => Name(options, cluster));
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = Invariant;
                options.ConnectionString = connection;
            });
            silo.AddGrainDirectory(PostgresGrainDirectory.Name, (services, _) => new PostgresGrainDirectory(
                connection, cluster.Id, services.GetRequiredService<ILogger<PostgresGrainDirectory>>()));
            silo.FindDevicesIn(PostgresGrainDirectory.Name);
            silo.ConfigureEndpoints(cluster.Address, cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: true);
        }

        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = cluster.ProbeTimeout;

            // Orleans would probe faster while answers come fast, and so take a silo for dead that is busy for a second and a half.
            options.MinProbeTimeout = cluster.ProbeTimeout;
            options.NumMissedProbesLimit = 3;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);

            // After a failure of everything the table still names silos that do not answer: who joins waits for so long, and then goes
            // on without them. A process that comes back at its old address need not wait.
            options.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);

            // A silo that hangs but answered something a moment ago would be spared for up to a minute. Declaring it dead by mistake
            // costs a restart and no more, since devices are fenced by their leases.
            options.EnableConnectionLivenessCheck = false;
        });
        silo.AddWutsGrains(new GrainOptions { MaxContacts = cluster.MaxContacts, MovesPerMinute = cluster.MovesPerMinute });
    }

    private static void Connect(IClientBuilder client, ClusterSettings cluster, ClusterCertificates? certificates, string connection)
    {
        if (certificates is not null)
        {
            client.UseTls(certificates.Apply);
        }

        client.Configure<ClusterOptions>(options => Name(options, cluster));
        client.UseAdoNetClustering(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = connection;
        });

        // A gateway that hangs is used until the list is read again.
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
        client.UseConnectionRetryFilter(async (_, cancellationToken) =>
        {
            // The API may start before the first silo.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            return true;
        });
        client.AddWutsGrains();
        var reach = new SiloReach();
        client.Services.AddSingleton<ISupervision>(reach);
        client.AddGatewayCountChangedHandler((_, change) => reach.Note(change.NumberOfConnectedGateways));
    }

    private static void Name(ClusterOptions options, ClusterSettings cluster)
    {
        options.ClusterId = cluster.Id;
        options.ServiceId = cluster.Id;
    }
}
