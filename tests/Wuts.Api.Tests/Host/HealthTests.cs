using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wuts.Api.Tests.EndToEnd;
using Wuts.Host.Composition;
using Wuts.Hosting.Composition;
using Wuts.Storage;

namespace Wuts.Api.Tests.Host;

/// <summary>What readiness says when something is broken.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_database_that_takes_no_writes_is_named_and_makes_the_host_unready_for_those_who_need_it()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var anyone = new ApiClient(gateway.Address, null);
        (await anyone.GetAsync("/health/ready")).Is(HttpStatusCode.OK, """{"status":"ok","storage":"ok","engine":"ok"}""");

        var directory = gateway.Services.GetRequiredService<HostSettings>().Storage.DataDirectory;
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(directory, StorageOptions.DatabaseFileName)}"))
        {
            await other.OpenAsync();
            var command = other.CreateCommand();
            command.CommandText = "ALTER TABLE wuts_schema RENAME TO wuts_schema_away";
            await command.ExecuteNonQueryAsync();
        }

        (await anyone.GetAsync("/health/ready")).Is(HttpStatusCode.OK, """{"status":"degraded","storage":"unavailable","engine":"ok"}""");
        var unready = await anyone.GetAsync("/health/ready?storage=required");
        unready.Is(HttpStatusCode.ServiceUnavailable, """{"status":"unavailable","storage":"unavailable","engine":"ok"}""");
        Assert.DoesNotContain(directory, unready.Text, StringComparison.Ordinal);
        (await anyone.GetAsync("/health/live")).Is(HttpStatusCode.OK, """{"status":"ok"}""");
    }

    [Fact]
    public async Task A_host_whose_devices_nobody_looks_after_is_not_ready()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.Services.GetRequiredService<LocalGateway>().StopAsync(default);
        (await new ApiClient(gateway.Address, null).GetAsync("/health/ready"))
            .Is(HttpStatusCode.ServiceUnavailable, """{"status":"unavailable","storage":"ok","engine":"stopped"}""");
    }
}
