using System.Globalization;
using System.Text.Json;
using Wuts.WhatsApp.AppState;

namespace Wuts.Benchmarks.Sync;

/// <summary>
/// The command <c>make-appstate folder contacts</c>: an <see cref="AppStateWorkload"/> as files, so that another implementation
/// can be given the same work.
/// </summary>
internal static class AppStateFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Writes <c>snapshot.bin</c> (SyncdSnapshot), <c>patches/0001.bin</c> … (SyncdPatch), and <c>appstate.json</c> with the
    /// collection, the keys and the versions.
    /// </summary>
    public static async Task<int> WriteAsync(string folder, string contactsText, TextWriter output, CancellationToken cancellationToken)
    {
        if (!int.TryParse(contactsText, NumberStyles.None, CultureInfo.InvariantCulture, out var contacts) || contacts is < 1 or > 1_000_000)
        {
            await output.WriteLineAsync("The number of contacts must be between 1 and 1000000.");
            return 2;
        }

        var workload = new AppStateWorkload(contacts);
        var patches = Directory.CreateDirectory(Path.Combine(folder, "patches"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "snapshot.bin"), workload.Snapshot, cancellationToken);
        for (var i = 0; i < workload.Patches.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{i + 1:0000}.bin");
            await File.WriteAllBytesAsync(Path.Combine(patches.FullName, name), workload.Patches[i], cancellationToken);
        }

        var state = workload.ReadSnapshot().State;
        var description = new
        {
            collection = AppStateWorkload.Collection.WireName(),
            contacts,
            snapshotVersion = state.Version,
            snapshotHash = Convert.ToHexStringLower(state.Hash.Span),
            finalVersion = state.Version + (ulong)workload.Patches.Count,
            keys = new[]
            {
                new
                {
                    id = workload.Key.Id.ToString(),
                    data = Convert.ToHexStringLower(workload.Key.Data),
                    timestamp = workload.Key.Timestamp,
                },
            },
        };
        await File.WriteAllTextAsync(
            Path.Combine(folder, "appstate.json"), JsonSerializer.Serialize(description, Indented), cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{contacts} contacts, {workload.Patches.Count} patches, snapshot of {workload.Snapshot.Length} bytes"));
        return 0;
    }
}
