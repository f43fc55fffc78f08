using System.Net;
using System.Text.Json;
using Npgsql;
using Wuts.Api.Tests.EndToEnd;
using Wuts.Api.Tests.Harness;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Live;

/// <summary>PostgreSQL is restarted, gone for longer than a lease, or hangs, under a host that serves.</summary>
public sealed class DatabaseOutageTests
{
    [PostgresFact]
    public async Task A_restart_under_load_costs_no_connection_and_nothing_that_was_acknowledged()
    {
        await using var server = await PostgresServer.StartAsync(waitsForDisk: false);
        await using var gateway = await StartAsync(await server.CreateDatabaseAsync());
        var world = LiveWorld.Create(gateway.WhatsApp);
        var caller = await LinkAsync(gateway, world);
        var connection = Assert.Single(gateway.WhatsApp.Connections);
        var load = new LoadDuringOutage(caller, gateway.WhatsApp, world);
        var running = load.RunAsync();
        await load.PassAsync(10);

        await server.StopAsync(immediately: true);
        await load.PassAsync(5);
        await server.StartAgainAsync();
        await load.PassAsync(10);
        await load.StopAsync(running);

        Assert.Equal(connection.Id, Assert.Single(gateway.WhatsApp.Connections).Id);
        Assert.Empty(load.Surprises);
        await load.AssertNothingLostAsync();
        Assert.Empty(gateway.WhatsApp.Refusals);
    }

    [PostgresFact]
    public Task A_database_that_is_gone_longer_than_a_lease_is_told_read_around_and_recovered_from() => LoseAsync(hangs: false);

    [PostgresFact]
    public Task A_database_that_accepts_connections_and_says_nothing_is_as_good_as_gone() => LoseAsync(hangs: true);

    private static async Task LoseAsync(bool hangs)
    {
        await using var proxy = TcpProxy.To((await PostgresServer.GetAsync()).Port);
        var settings = new NpgsqlConnectionStringBuilder(await (await PostgresServer.GetAsync()).CreateDatabaseAsync()) { Port = proxy.Port };
        settings.Remove("Timeout");
        settings.Remove("Command Timeout");
        await using var gateway = await StartAsync(settings.ConnectionString);
        var world = LiveWorld.Create(gateway.WhatsApp);
        var caller = await LinkAsync(gateway, world);
        var contacts = Caller.Json(await caller.Http.GetAsync("/contacts?stale=true"));
        (await Ready(gateway)).Is(HttpStatusCode.OK, """{"status":"ok","storage":"ok","engine":"ok"}""");

        Interrupt(proxy, hangs);
        await Eventually.IsAsync(() => Task.FromResult(gateway.WhatsApp.Connections.Count), open => open == 0);
        await Eventually.IsAsync(
            async () => (await caller.Http.GetAsync("/status")).Text, text => text.Contains("\"status\":\"connecting\"", StringComparison.Ordinal));

        // Reads go on from memory, and say that they may be old.
        var remembered = Caller.Json(await caller.Http.GetAsync("/contacts?stale=true"));
        Assert.Equal(contacts.GetProperty("contacts").GetRawText(), remembered.GetProperty("contacts").GetRawText());
        Assert.NotEqual(JsonValueKind.Null, remembered.GetProperty("stale_since").ValueKind);
        await AssertRefusedAsync(caller);
        var degraded = JsonDocument.Parse((await Ready(gateway)).Text).RootElement;
        Assert.Equal(("degraded", "unavailable"), (degraded.Text("status"), degraded.Text("storage")));
        Assert.True(degraded.GetProperty("storageAwaySince").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Client("").GetAsync("/health/ready?storage=required")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client("").GetAsync("/health/live")).Status);
        Assert.Contains("\nwuts_storage_available 0", (await gateway.Client("").GetAsync("/metrics")).Text, StringComparison.Ordinal);

        proxy.Restore();
        await caller.UntilConnectedAsync();
        await Eventually.IsAsync(() => Ready(gateway), answer => answer.Text == """{"status":"ok","storage":"ok","engine":"ok"}""");
        Caller.Json(await caller.Http.PostAsync("/contacts/block", $$"""{"number":"{{world.Joao.Phone}}"}"""));
        Caller.Json(await caller.Http.PostAsync("/devices", """{"name":"Another"}"""), HttpStatusCode.Created);
        Assert.Empty(gateway.WhatsApp.Refusals);
    }

    // What needs the database is refused in the form of each dialect, with a time to come back, and soon.
    private static async Task AssertRefusedAsync(Caller caller)
    {
        (string Method, string Path, string? Body)[] calls =
        [
            ("POST", "/devices", """{"name":"Another"}"""),
            ("POST", "/users", """{"email":"new@example.com","password":"long enough"}"""),
            ("GET", "/users", null),
            ("GET", "/devices", null),
            ("POST", "/contacts/block", """{"number":"5511888888888"}"""),
            ("POST", "/connect", null),
            ("GET", "/identity/people?number=5511888888888", null),
            ("GET", "/contacts?stale=true&q=never-asked", null),
            ("POST", "/wa/devices", """{"device_name":"Another"}"""),
            ("POST", "/v2/session/create", null),
            ("PUT", $"/v2/contacts/4915700000000?instance_id={caller.InstanceId}", """{"firstName":"Never"}"""),
        ];
        foreach (var (method, path, body) in calls)
        {
            var begun = System.Diagnostics.Stopwatch.GetTimestamp();
            var answer = await caller.Http.SendAsync(new HttpMethod(method), path, body, null);
            Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, $"{method} {path}: {answer.Status} {answer.Text}");
            Assert.True(answer.Header("Retry-After") is not null, $"{method} {path}: no Retry-After: {answer.Text}");
            Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    private static void Interrupt(TcpProxy proxy, bool hangs)
    {
        if (hangs)
        {
            proxy.Hang();
        }
        else
        {
            proxy.Cut();
        }
    }

    private static Task<ApiAnswer> Ready(RunningGateway gateway) => gateway.Client("").GetAsync("/health/ready");

    private static Task<RunningGateway> StartAsync(string connection) => RunningGateway.StartAsync(new Dictionary<string, string?>
    {
        ["Wuts:Storage"] = "postgres",
        ["Wuts:ConnectionString"] = connection,
    });

    private static async Task<Caller> LinkAsync(RunningGateway gateway, LiveWorld world)
    {
        var caller = await Caller.RegisterAsync(gateway.Address, RunningGateway.MasterToken, "Acme");
        await caller.CreateInstanceAsync();
        await caller.ScanAsync(gateway.WhatsApp, world.Account);
        await caller.UntilContactsAsync(2);
        return caller;
    }
}
