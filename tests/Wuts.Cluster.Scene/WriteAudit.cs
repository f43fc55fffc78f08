using Npgsql;

namespace Wuts.Cluster.Scene;

/// <summary>
/// A record, kept by the database itself, of which process changed a row of the gateway's tables, and when. Signs of life in Orleans'
/// membership table are not among them.
/// </summary>
internal sealed class WriteAudit
{
    private const string Install = """
        CREATE TABLE trial_audit (at timestamptz NOT NULL DEFAULT clock_timestamp(), process text NOT NULL, relation text NOT NULL, device text);
        CREATE FUNCTION trial_note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO trial_audit (process, relation, device)
            VALUES (current_setting('application_name'), TG_TABLE_NAME, to_jsonb(coalesce(NEW, OLD))->>'device_id');
            RETURN NULL;
        END $$;
        DO $$
        DECLARE relation regclass;
        BEGIN
            FOR relation IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname LIKE 'wuts\_%' LOOP
                EXECUTE format('CREATE TRIGGER trial_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION trial_note()', relation);
            END LOOP;
        END $$;
        """;

    private readonly NpgsqlDataSource _source;

    private WriteAudit(NpgsqlDataSource source) => _source = source;

    /// <summary>Begins to record.</summary>
    public static async Task<WriteAudit> BeginAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(Install);
        await command.ExecuteNonQueryAsync();
        return new WriteAudit(source);
    }

    /// <summary>The clock of the database.</summary>
    public async Task<DateTime> NowAsync()
    {
        await using var command = _source.CreateCommand("SELECT clock_timestamp()");
        return (DateTime)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What a process wrote after a moment: into which table, about which device, and how much later.</summary>
    /// <param name="process">The process.</param>
    /// <param name="after">The moment.</param>
    /// <param name="elsewhere">
    /// Devices that it never owned: what their owners answer it about contacts it may keep, since their leases say so.
    /// </param>
    public async Task<IReadOnlyList<string>> WritesAsync(SiloProcess process, DateTime after, IEnumerable<SceneDevice> elsewhere)
    {
        await using var command = _source.CreateCommand(
            """
            SELECT relation, device, at - $2 FROM trial_audit WHERE process = $1 AND at > $2
                AND NOT (relation IN ('wuts_contact_cache', 'wuts_pictures') AND device = ANY ($3))
            ORDER BY at
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = process.Name });
        command.Parameters.Add(new NpgsqlParameter { Value = after });
        command.Parameters.Add(new NpgsqlParameter { Value = elsewhere.Select(device => device.Id).ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var writes = new List<string>();
        while (await reader.ReadAsync())
        {
            var device = reader.IsDBNull(1) ? "no device" : reader.GetString(1);
            writes.Add($"{reader.GetString(0)} of {device} after {reader.GetTimeSpan(2).TotalMilliseconds:0} ms");
        }

        return writes;
    }
}
