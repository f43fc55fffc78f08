using System.Reflection;
using Wuts.Testing;
using Xunit.Sdk;

namespace Wuts.Storage.Tests;

/// <summary>Runs a theory on every database that can be had here.</summary>
public sealed class EachDatabaseAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [StorageKind.Sqlite];
        if (PostgresServer.Missing is null)
        {
            yield return [StorageKind.Postgres];
        }
    }
}

/// <summary>A test of PostgreSQL alone.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
