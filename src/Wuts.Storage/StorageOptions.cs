namespace Wuts.Storage;

/// <summary>Which database is used.</summary>
public enum StorageKind
{
    /// <summary>One file in the data directory; for one process.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server, version 13 or newer; for any number of processes.</summary>
    Postgres,
}

/// <summary>Where everything is kept.</summary>
public sealed record StorageOptions
{
    /// <summary>Name of the database file in the data directory.</summary>
    public const string DatabaseFileName = "wuts.db";

    /// <summary>Name of the file with the master key in the data directory.</summary>
    public const string MasterKeyFileName = "master.key";

    /// <summary><c>Wuts:Storage</c>. Default: SQLite.</summary>
    public StorageKind Kind { get; init; } = StorageKind.Sqlite;

    /// <summary><c>Wuts:ConnectionString</c>. Needed for PostgreSQL, unused for SQLite. A secret.</summary>
    public string? ConnectionString { get; init; }

    /// <summary><c>Wuts:DataDirectory</c>. Made when it is missing, for its owner only. Default: <c>./data</c>.</summary>
    public string DataDirectory { get; init; } = "./data";

    /// <summary>
    /// <c>Wuts:MasterKey</c>: base64 of 32 bytes, or several of them separated by commas, the present one first. Without it the
    /// file <see cref="MasterKeyFileName"/> in the data directory is used, which is made at the first start. A secret.
    /// </summary>
    public string? MasterKey { get; init; }

    /// <summary>Reads the name of a database as settings spell it: <c>sqlite</c> or <c>postgres</c>.</summary>
    /// <exception cref="StorageSetupException">Another name.</exception>
    public static StorageKind ParseKind(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToUpperInvariant() switch
        {
            "SQLITE" => StorageKind.Sqlite,
            "POSTGRES" or "POSTGRESQL" => StorageKind.Postgres,
            _ => throw new StorageSetupException($"Wuts:Storage is set to '{text}'. It must be 'sqlite' or 'postgres'."),
        };
    }

    /// <summary>The kind of database only: the rest is secret.</summary>
    public override string ToString() => $"StorageOptions ({Kind})";
}
