namespace Wuts.Cluster.Tests.Failover;

/// <summary>A test that needs the programs of a PostgreSQL server; skipped, with the reason, where there are none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
