using Wuts.Core.Stores;
using Wuts.Core.Tenancy;

namespace Wuts.Hosting.Composition;

/// <summary>
/// The token of the platform's operator: the one that is configured, or one that the first start makes, keeps encrypted in the
/// database and shows once.
/// </summary>
internal static class MasterTokenSetup
{
    private const string SecretName = "master-token";

    /// <summary>Finds or makes it.</summary>
    /// <param name="configured"><c>Wuts:MasterToken</c>, which wins over a stored one.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="console">Where a new one is shown: to the operator, not to the log.</param>
    /// <param name="cancellationToken">Cancels before it is stored.</param>
    public static async Task<MasterToken> RunAsync(
        string? configured, IInstallationStore store, TextWriter console, CancellationToken cancellationToken)
    {
        if (configured is not null)
        {
            return MasterToken.Of(configured);
        }

        if (await store.FindSecretAsync(SecretName, cancellationToken) is { } stored)
        {
            return MasterToken.Of(stored);
        }

        var made = Guid.NewGuid().ToString("D");
        var kept = await store.AddSecretAsync(SecretName, made, cancellationToken);
        if (kept == made)
        {
            await console.WriteLineAsync($"Master token (shown only this once): {kept}");
        }

        return MasterToken.Of(kept);
    }
}
