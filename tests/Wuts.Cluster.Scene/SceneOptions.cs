namespace Wuts.Cluster.Scene;

/// <summary>How a scene is set up.</summary>
internal sealed record SceneOptions
{
    /// <summary>How many entries the address book of every account has.</summary>
    public int ContactsPerAccount { get; init; } = 5;

    /// <summary>How many groups every account is in.</summary>
    public int GroupsPerAccount { get; init; } = 1;

    /// <summary>Whether the database server is the scene's own: one that may be stopped, and that waits for the disk.</summary>
    public bool OwnDatabase { get; init; }

    /// <summary>The program that the processes run; by default the one beside this.</summary>
    public string? Program { get; init; }

    /// <summary>Settings of the processes, as environment variables, besides those that every scene has.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
