using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Runtime;
using Wuts.Cluster.Tests.Failover;
using Wuts.Silo.Directory;
using Wuts.Silo.Schema;

namespace Wuts.Cluster.Tests.Silo;

/// <summary>What Orleans may rely on when it asks where a device lives.</summary>
public sealed class PostgresGrainDirectoryTests
{
    private static readonly GrainId Device = GrainId.Create("wuts.device", "5a8f0d3c1b2e4f60a1b2c3d4e5f60718");

    [PostgresFact]
    public async Task What_was_registered_is_found_whole()
    {
        await using var directory = await CreateAsync();
        var address = Address(Device, silo: 1);
        Assert.Null(await directory.Lookup(Device));

        var registered = await directory.Register(address);
        var found = await directory.Lookup(Device);

        Assert.Equal(address, registered);
        Assert.Equal(address, found);
        Assert.Equal(address.MembershipVersion, found!.MembershipVersion);
    }

    [PostgresFact]
    public async Task Who_comes_second_learns_who_was_first()
    {
        await using var directory = await CreateAsync();
        var (first, second) = (Address(Device, silo: 1), Address(Device, silo: 2));
        await directory.Register(first);

        Assert.Equal(first, await directory.Register(second));
        Assert.Equal(first, await directory.Register(second, Address(Device, silo: 3), CancellationToken.None));
        Assert.Equal(first, await directory.Register(first));
        Assert.Equal(first, await directory.Lookup(Device));
    }

    [PostgresFact]
    public async Task An_entry_gives_way_to_one_that_names_it()
    {
        await using var directory = await CreateAsync();
        var (dead, next) = (Address(Device, silo: 1), Address(Device, silo: 2));
        await directory.Register(dead);

        Assert.Equal(next, await directory.Register(next, dead, CancellationToken.None));
        Assert.Equal(next, await directory.Register(Address(Device, silo: 3), dead, CancellationToken.None));
    }

    [PostgresFact]
    public async Task A_silo_that_was_declared_dead_enters_nothing_and_learns_who_lives()
    {
        var connection = await ConnectionAsync();
        await using var directory = Open(connection, "wuts");
        var (zombie, next) = (Address(Device, silo: 1), Address(Device, silo: 2));
        await DeclareAsync(connection, Silo(1), status: 6);
        await DeclareAsync(connection, Silo(2), status: 3);

        await Assert.ThrowsAsync<OrleansException>(() => directory.Register(zombie));
        Assert.Null(await directory.Lookup(Device));

        Assert.Equal(next, await directory.Register(next));
        Assert.Equal(next, await directory.Register(zombie));
        Assert.Equal(next, await directory.Register(zombie, next, CancellationToken.None));
    }

    [PostgresFact]
    public async Task An_entry_that_stays_is_not_written()
    {
        var connection = await ConnectionAsync();
        await using var directory = Open(connection, "wuts");
        await using var source = NpgsqlDataSource.Create(connection);
        await using var writtenBy = source.CreateCommand("SELECT xmin::text FROM wuts_grain_directory");
        await directory.Register(Address(Device, silo: 1));
        var before = await writtenBy.ExecuteScalarAsync();

        await directory.Register(Address(Device, silo: 2));

        Assert.Equal(before, await writtenBy.ExecuteScalarAsync());
    }

    [PostgresFact]
    public async Task Of_many_that_register_at_once_one_wins_and_all_learn_which()
    {
        await using var directory = await CreateAsync();
        for (var round = 0; round < 10; round++)
        {
            var device = GrainId.Create("wuts.device", $"{round:x32}");
            var rivals = Enumerable.Range(1, 24).Select(silo => Address(device, silo)).ToList();

            var winners = await Task.WhenAll(rivals.Select(rival => directory.Register(rival)));

            Assert.Contains(Assert.Single(winners.Distinct()), rivals);
        }
    }

    [PostgresFact]
    public async Task Of_many_that_replace_a_dead_entry_at_once_one_wins_and_all_learn_which()
    {
        await using var directory = await CreateAsync();
        var dead = Address(Device, silo: 99);
        await directory.Register(dead);
        var rivals = Enumerable.Range(1, 24).Select(silo => Address(Device, silo)).ToList();

        var winners = await Task.WhenAll(rivals.Select(rival => directory.Register(rival, dead, CancellationToken.None)));

        Assert.Contains(Assert.Single(winners.Distinct()), rivals);
    }

    [PostgresFact]
    public async Task An_activation_removes_its_own_entry_only()
    {
        await using var directory = await CreateAsync();
        var present = Address(Device, silo: 1);
        await directory.Register(present);

        await directory.Unregister(Address(Device, silo: 1));
        Assert.Equal(present, await directory.Lookup(Device));

        await directory.Unregister(present);
        Assert.Null(await directory.Lookup(Device));
    }

    [PostgresFact]
    public async Task The_entries_of_dead_silos_go_while_others_are_removed_and_replaced()
    {
        await using var directory = await CreateAsync();
        var devices = Enumerable.Range(0, 120).Select(i => Address(GrainId.Create("wuts.device", $"{i:x32}"), silo: i % 3)).ToList();
        await Task.WhenAll(devices.Select(device => directory.Register(device)));
        var dead = devices.Where(device => device.SiloAddress == Silo(0)).ToList();
        var moved = Address(dead[0].GrainId, silo: 1);

        await Task.WhenAll(
        [
            .. Enumerable.Range(0, 8).Select(_ => directory.UnregisterSilos([Silo(0)])),
            directory.Register(moved, dead[0], CancellationToken.None),
        ]);

        var found = await Task.WhenAll(devices.Select(device => directory.Lookup(device.GrainId)));
        Assert.Contains(found[0], new[] { moved, null });
        Assert.All(devices.Zip(found).Skip(1), pair => Assert.Equal(pair.First.SiloAddress == Silo(0) ? null : pair.First, pair.Second));
    }

    [PostgresFact]
    public async Task A_silo_that_came_back_at_its_old_address_is_another_silo()
    {
        await using var directory = await CreateAsync();
        var now = Address(Device, silo: 1, generation: 8);
        await directory.Register(now);

        await directory.UnregisterSilos([Silo(1, generation: 7)]);

        Assert.Equal(now, await directory.Lookup(Device));
    }

    [PostgresFact]
    public async Task Clusters_on_one_database_do_not_see_each_other()
    {
        var connection = await ConnectionAsync();
        await using var one = Open(connection, "one");
        await using var two = Open(connection, "two");
        var (first, second) = (Address(Device, silo: 1), Address(Device, silo: 1));

        Assert.Equal(first, await one.Register(first));
        Assert.Equal(second, await two.Register(second));
        await two.UnregisterSilos([Silo(1)]);

        Assert.Equal(first, await one.Lookup(Device));
        Assert.Null(await two.Lookup(Device));
    }

    [PostgresFact]
    public async Task Without_a_database_asking_fails_and_forgetting_the_dead_does_not()
    {
        await using var directory = Open("Host=127.0.0.1;Port=1;Username=nobody;Database=none", "wuts");

        await Assert.ThrowsAsync<NpgsqlException>(() => directory.Lookup(Device));
        await directory.UnregisterSilos([Silo(1)]);
    }

    private static async Task DeclareAsync(string connection, SiloAddress silo, int status)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            """
            WITH cluster AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('wuts') ON CONFLICT DO NOTHING)
            INSERT INTO OrleansMembershipTable
                (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            VALUES ('wuts', $1, $2, $3, 'silo', 'host', $4, 30000, now(), now())
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = silo.Endpoint.Address.ToString() });
        command.Parameters.Add(new NpgsqlParameter { Value = silo.Endpoint.Port });
        command.Parameters.Add(new NpgsqlParameter { Value = silo.Generation });
        command.Parameters.Add(new NpgsqlParameter { Value = status });
        await command.ExecuteNonQueryAsync();
    }

    private static SiloAddress Silo(int number, int generation = 7) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111 + number), generation);

    private static GrainAddress Address(GrainId device, int silo, int generation = 7) => new()
    {
        GrainId = device,
        ActivationId = ActivationId.NewId(),
        SiloAddress = Silo(silo, generation),
        MembershipVersion = new MembershipVersion(5),
    };

    private static async Task<string> ConnectionAsync()
    {
        var connection = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await ClusterSchema.ApplyAsync(connection, CancellationToken.None);
        return connection;
    }

    private static PostgresGrainDirectory Open(string connection, string cluster) =>
        new(connection, cluster, NullLogger<PostgresGrainDirectory>.Instance);

    private static async Task<PostgresGrainDirectory> CreateAsync() => Open(await ConnectionAsync(), "wuts");
}
