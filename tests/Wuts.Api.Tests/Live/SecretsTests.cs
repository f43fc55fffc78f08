using System.Text;
using Npgsql;
using Wuts.Api.Tests.EndToEnd;

namespace Wuts.Api.Tests.Live;

/// <summary>Tokens and passwords: neither in the log, nor in the clear in a copy of the database.</summary>
public sealed class SecretsTests
{
    [Fact]
    [Statement("wawp 1.1", "A token in a query string is in no line of the log, at whatever level.")]
    [Statement("wuts 7.1", "In a copy of the database no token and no password stands in the clear.")]
    public async Task Secrets_stand_neither_in_the_log_nor_in_the_database_file()
    {
        var scene = await TwoTenants.StartAsync();
        await using (var gateway = scene.Gateway)
        {
            await CallWithTokensEverywhereAsync(scene);
            await gateway.RestartAsync();
            AssertNotLogged(scene);
            var files = Directory.GetFiles(gateway.DataDirectory, "wuts.db*");
            AssertClean(string.Concat(files.Select(file => Latin(ReadShared(file)))), scene);
        }
    }

    [PostgresFact]
    public async Task Secrets_do_not_stand_in_a_dump_of_PostgreSQL()
    {
        var settings = await RunningGateway.OnPostgresAsync();
        var scene = await TwoTenants.StartAsync(settings);
        await using (scene.Gateway)
        {
            await CallWithTokensEverywhereAsync(scene);
            AssertNotLogged(scene);
            AssertClean(await DumpAsync(settings["Wuts:ConnectionString"]!), scene);
        }
    }

    private static async Task CallWithTokensEverywhereAsync(TwoTenants scene)
    {
        var anyone = new ApiClient(scene.Gateway.Address, null);
        var credentials = $"instance_id={scene.Alpha.InstanceId}&access_token={scene.Alpha.Token}";
        foreach (var path in new[] { $"/v2/contacts/all?{credentials}", $"/v2/nowhere?{credentials}", $"/wawp/v2/contacts/about?{credentials}&contactId=x", $"/contacts?token={scene.Alpha.Token}" })
        {
            await anyone.GetAsync(path);
        }

        await anyone.PostAsync("/v2/session/info", $$"""{"instance_id":"{{scene.Alpha.InstanceId}}","access_token":"{{scene.Alpha.Token}}"}""");
        await scene.Alpha.Http.GetAsync("/users");
    }

    private static IEnumerable<string> SecretsOf(TwoTenants scene) =>
    [
        scene.Alpha.Token, scene.Beta.Token, scene.Colleague.Token, scene.Manager.Token, scene.VerificationToken, RunningGateway.MasterToken,
        $"pass-of-{TwoTenants.Mark}", "pass-of-Bernard",
    ];

    private static void AssertNotLogged(TwoTenants scene)
    {
        var log = string.Join('\n', scene.Gateway.Log.Lines);
        Assert.Contains("/v2/contacts/all", log, StringComparison.Ordinal);
        Assert.All(SecretsOf(scene), secret => Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertClean(string dump, TwoTenants scene)
    {
        // What is not secret is found, so the search would find a secret too.
        Assert.Contains($"{TwoTenants.Mark} 7", dump, StringComparison.Ordinal);
        foreach (var secret in SecretsOf(scene))
        {
            Assert.All(FormsOf(secret), form => Assert.DoesNotContain(form, dump, StringComparison.OrdinalIgnoreCase));
        }
    }

    // As text, as the hexadecimal digits of the text, and a UUID as its bytes too.
    private static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
        if (Guid.TryParse(secret, out var id))
        {
            yield return Latin(id.ToByteArray());
            yield return Latin(id.ToByteArray(bigEndian: true));
            yield return id.ToString("N");
        }
    }

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task<string> DumpAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var rows = await list.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                tables.Add(rows.GetString(0));
            }
        }

        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            await using var read = new NpgsqlCommand($"SELECT t::text FROM \"{table}\" t", connection);
            await using var rows = await read.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                dump.AppendLine(rows.GetString(0));
            }
        }

        return dump.ToString();
    }
}
