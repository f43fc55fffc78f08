namespace Wuts.Core.Stores;

/// <summary>Secrets that an installation makes for itself once and keeps, encrypted at rest: the master token, keys of keyed hashes.</summary>
public interface IInstallationStore
{
    /// <summary>A secret; <see langword="null"/> when it was not made yet.</summary>
    /// <param name="name">Its name: at most 64 characters.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<string?> FindSecretAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a secret unless there is one of that name.</summary>
    /// <returns>The one that is kept: of two processes that start at once, both get the same.</returns>
    Task<string> AddSecretAsync(string name, string value, CancellationToken cancellationToken);
}
