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

    /// <summary>The command.</summary>
    public static async Task<int> WriteAsync(string folder, string contactsText, TextWriter output, CancellationToken cancellationToken)
    {
        if (!int.TryParse(contactsText, NumberStyles.None, CultureInfo.InvariantCulture, out var contacts) || contacts is < 1 or > 1_000_000)
        {
            await output.WriteLineAsync("The number of contacts must be between 1 and 1000000.");
            return 2;
        }

        var workload = new AppStateWorkload(contacts);
        await WriteAsync(workload, folder, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{contacts} contacts, {workload.Patches.Count} patches, snapshot of {workload.Snapshot.Length} bytes"));
        return 0;
    }

    /// <summary>
    /// Writes <c>snapshot.bin</c> (SyncdSnapshot), <c>patches/0001.bin</c> … (SyncdPatch), and <c>appstate.json</c> with the
    /// collection, the keys, the versions and the hashes.
    /// </summary>
    public static async Task WriteAsync(AppStateWorkload workload, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        WritePatches(workload, Path.Combine(folder, "patches"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "snapshot.bin"), workload.Snapshot, cancellationToken);
        var state = workload.ReadSnapshot().State;
        var description = new
        {
            collection = AppStateWorkload.Collection.WireName(),
            contacts = workload.Contacts,
            snapshotVersion = state.Version,
            snapshotHash = Convert.ToHexStringLower(state.Hash.Span),
            finalVersion = state.Version + (ulong)workload.Patches.Count,
            finalHash = Convert.ToHexStringLower(workload.FinalHash),
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
    }

    /// <summary>Writes the patches alone.</summary>
    public static void WritePatches(AppStateWorkload workload, string folder)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < workload.Patches.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i + 1:0000}.bin")), workload.Patches[i]);
        }
    }
}
