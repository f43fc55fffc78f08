using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Wuts.Storage.Devices;
using Wuts.Storage.Migrations;

namespace Wuts.Storage.Tests.Schema;

public class SchemaTests
{
    [Theory, EachDatabase]
    public async Task The_schema_is_the_one_that_was_agreed_on(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var actual = await Dump.SchemaAsync(test.Options);
        var name = kind == StorageKind.Sqlite ? "sqlite.txt" : "postgres.txt";
        var folder = Path.Combine(AppContext.BaseDirectory, "Schema");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, $"actual-{name}"), actual);

        var expected = Path.Combine(folder, name);
        Assert.True(
            File.Exists(expected) && (await File.ReadAllTextAsync(expected)).ReplaceLineEndings("\n") == actual,
            $"The schema changed. A released migration never changes: add a new one. Then put {folder}/actual-{name} into Schema/{name}.");
    }

    [Theory, EachDatabase]
    public async Task A_database_of_a_newer_program_is_refused(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        await Dump.ExecuteAsync(test.Options, "INSERT INTO wuts_schema (version, name, applied_at) VALUES (999, 'later', 0)");

        var refused = await Assert.ThrowsAsync<StorageSetupException>(test.ReopenAsync);

        Assert.Contains("999", refused.Message, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task Processes_that_start_together_migrate_once(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        foreach (var table in (await Dump.TablesAsync(test.Options)).OrderBy(Dependence))
        {
            await Dump.ExecuteAsync(test.Options, $"DROP TABLE {table}");
        }

        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => WutsStorage.OpenAsync(test.Options, NullLoggerFactory.Instance, TimeProvider.System))));

        foreach (var storage in opened)
        {
            Assert.True((await storage.ProbeAsync(default)).IsHealthy);
            await storage.DisposeAsync();
        }

        var versions = await Dump.QueryAsync(test.Options, "SELECT version FROM wuts_schema");
        Assert.Equal(Migration.All.Select(migration => migration.Version.ToString(CultureInfo.InvariantCulture)), versions);
    }

    [Theory, EachDatabase]
    public async Task Every_table_with_rows_of_devices_is_emptied_with_its_device(StorageKind kind)
    {
        await using var test = await TestStorage.CreateAsync(kind);
        var tables = await Dump.TablesAsync(test.Options);
        var columns = await Dump.DeviceTablesAsync(test.Options);

        string[] listed = [.. DeviceTables.Keys, .. DeviceTables.Account, .. DeviceTables.Book, "wuts_verifications", "wuts_leases"];
        Assert.Equal(columns.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed.Length, listed.Distinct().Count());
        Assert.Superset(listed.ToHashSet(), tables.ToHashSet());
    }

    private static int Dependence(string table) => table switch
    {
        "wuts_person_links" or "wuts_leases" => 0,
        "wuts_devices" => 2,
        "wuts_users" => 3,
        "wuts_persons" => 3,
        "wuts_tenants" => 4,
        _ => 1,
    };
}
