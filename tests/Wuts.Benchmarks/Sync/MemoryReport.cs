using System.Diagnostics;
using System.Text.Json;
using Wuts.Benchmarks.Reporting;
using Wuts.WhatsApp.AppState;
using Wuts.WhatsApp.History;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Wire;

namespace Wuts.Benchmarks.Sync;

/// <summary>
/// The command <c>measure-sync</c>: time and peak memory of syncing large accounts. Each line is a process of its own, which
/// reads its input from a file through the same verification as a download, so that the peak is that of the work alone.
/// </summary>
internal static class MemoryReport
{
    // A limit stands well above what the work takes on a machine with much memory, where the garbage collector is in no hurry,
    // and far below what it would take to hold an unpacked blob or every object of a message in memory.
    private static readonly (string Name, string Kind, int Size, int LimitMiB)[] Lines =
    [
        ("Process that does nothing", "idle", 0, 64),
        ("Snapshot of 10,000 contacts", "snapshot", 10_000, 112),
        ("Snapshot of 100,000 contacts", "snapshot", 100_000, 224),
        ("1,000 patches, 10,000 contacts, with the store", "patches", 10_000, 128),
        ("History of 10 MiB", "history", 10, 96),
        ("History of 50 MiB", "history", 50, 96),
        ("History of 200 MiB", "history", 200, 96),
    ];

    /// <summary>Runs every line, prints a table, and returns 0 when every peak keeps its limit, else 1.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await MarkdownTable.WriteHeadAsync(output, "Work", "Input:", "Processor time:", "Allocated:", "Peak working set:", "Limit:");
        var kept = true;
        var folder = Directory.CreateTempSubdirectory("wuts-bench-");
        try
        {
            foreach (var (name, kind, size, limit) in Lines)
            {
                var file = Path.Combine(folder.FullName, $"{kind}-{size}");
                var key = WriteInput(kind, size, file);
                var peak = JsonSerializer.Deserialize<Sample>(await RunChildAsync(["measure-sync", kind, file, key], cancellationToken))!;
                kept &= peak.WorkingSet <= limit * 1024L * 1024;
                await MarkdownTable.WriteRowAsync(
                    output, name, MarkdownTable.Size(peak.Input), MarkdownTable.Time(peak.Milliseconds * 1_000_000),
                    MarkdownTable.Size(peak.Allocated), MarkdownTable.Size(peak.WorkingSet), $"{limit} MiB");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return kept ? 0 : 1;
    }

    /// <summary>One line, in the child process.</summary>
    public static async Task<int> MeasureAsync(string kind, string file, string key, TextWriter output, CancellationToken cancellationToken)
    {
        var used = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        switch (kind)
        {
            case "snapshot":
                await ReadSnapshotAsync(file, key, new InMemoryAppStateStore(), cancellationToken);
                break;
            case "patches":
                await ApplyPatchesAsync(file, key, cancellationToken);
                break;
            case "history":
                await ReadHistoryAsync(file, key, cancellationToken);
                break;
            default:
                break;
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        using var process = Process.GetCurrentProcess();
        var input = File.Exists(file) ? new FileInfo(file).Length : 0;
        var sample = new Sample(input, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds, allocated, process.PeakWorkingSet64);
        await output.WriteLineAsync(JsonSerializer.Serialize(sample));
        return 0;
    }

    private static async Task<AppStateDelta> ReadSnapshotAsync(
        string file, string key, InMemoryAppStateStore store, CancellationToken cancellationToken)
    {
        var ring = RingOf(key);
        using var draft = new CollectionDraft(AppStateWorkload.Collection, CollectionState.Empty, store, ring);
        using (var content = await OpenAsync(file, key.Split('.')[2], MediaKind.AppState, cancellationToken))
        {
            using var blob = content.OpenRead();
            if (!SnapshotReader.TryRead(
                blob, AppStateWorkload.Collection, ring, AppStateLimits.Default, out var snapshot, out var failure, cancellationToken))
            {
                throw new InvalidOperationException($"The snapshot is not right: {failure}.");
            }

            draft.Replace(snapshot);
        }

        var delta = await draft.BuildDeltaAsync(cancellationToken);
        return delta.Changes.Count() == delta.Upserts.Count ? delta : throw new InvalidOperationException("Contacts were lost.");
    }

    private static async Task ApplyPatchesAsync(string file, string key, CancellationToken cancellationToken)
    {
        var store = new InMemoryAppStateStore();
        await store.CommitAsync(await ReadSnapshotAsync(file, key, store, cancellationToken), cancellationToken);
        var state = await store.LoadStateAsync(AppStateWorkload.Collection, cancellationToken);
        using var draft = new CollectionDraft(AppStateWorkload.Collection, state, store, RingOf(key));
        var patches = Directory.EnumerateFiles(PatchesOf(file)).Order(StringComparer.Ordinal)
            .Select(static patch => PatchEnvelope.Read(File.ReadAllBytes(patch))).ToList();
        if (await draft.ApplyAsync(patches, cancellationToken) is { } failure)
        {
            throw new InvalidOperationException($"A patch was not applied: {failure}.");
        }

        await store.CommitAsync(await draft.BuildDeltaAsync(cancellationToken), cancellationToken);
    }

    private static AppStateKeyRing RingOf(string key) => AppStateKeyRing.Empty.With(
        [new AppStateSyncKey(new AppStateKeyId(Convert.FromHexString(key.Split('.')[0])), Convert.FromHexString(key.Split('.')[1]), 1)]);

    private static string PatchesOf(string file) => file + ".patches";

    private static async Task ReadHistoryAsync(string file, string key, CancellationToken cancellationToken)
    {
        using var content = await OpenAsync(file, key, MediaKind.History, cancellationToken);
        using var inflated = InflateStream.Zlib(content.OpenRead(), HistoryLimits.Default.MaxInflatedSize);
        using var reader = new HistoryReader(inflated, HistoryLimits.Default);
        if (reader.ReadItems().Count() < reader.Conversations)
        {
            throw new InvalidOperationException("Chats were lost.");
        }
    }

    private static async Task<MediaContent> OpenAsync(string file, string reference, MediaKind kind, CancellationToken cancellationToken)
    {
        var parts = reference.Split(':');
        if (!MediaReference.TryCreate(
            "/file", Convert.FromHexString(parts[0]), Convert.FromHexString(parts[1]), Convert.FromHexString(parts[2]), out var media))
        {
            throw new InvalidOperationException("The reference is not right.");
        }

        using var incoming = new IncomingMedia(
            media, kind, MediaDownloadOptions.Default.MemoryLimit, MediaDownloadOptions.Default.SpoolDirectory);
        await using var stream = File.OpenRead(file);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await incoming.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return incoming.Complete(out var content) is { } fault
            ? throw new InvalidOperationException($"The file is not right: {fault}.")
            : content!;
    }

    /// <summary>Writes the encrypted file of a line and returns what the child needs to read it.</summary>
    private static string WriteInput(string kind, int size, string file)
    {
        var key = new byte[32];
        new Random(size).NextBytes(key);
        switch (kind)
        {
            case "snapshot" or "patches":
                var workload = new AppStateWorkload(size);
                AppStateFiles.WritePatches(workload, PatchesOf(file));
                return $"{workload.Key.Id}.{Convert.ToHexString(workload.Key.Data)}.{Encrypt(workload.Snapshot, MediaKind.AppState)}";
            case "history":
                return Encrypt(HistoryWorkload.Write(size * 1024L * 1024, out _), MediaKind.History);
            default:
                return "";
        }

        string Encrypt(byte[] plain, MediaKind media)
        {
            var encrypted = MediaFile.Encrypt(plain, key, media);
            File.WriteAllBytes(file, encrypted.File);
            return $"{Convert.ToHexString(key)}:{Convert.ToHexString(encrypted.EncryptedHash)}:{Convert.ToHexString(encrypted.PlainHash)}";
        }
    }

    private static async Task<string> RunChildAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(MemoryReport).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        var output = await child.StandardOutput.ReadToEndAsync(cancellationToken);
        await child.WaitForExitAsync(cancellationToken);
        return child.ExitCode == 0 ? output.TrimEnd() : throw new InvalidOperationException("The child process failed.");
    }

    private sealed record Sample(long Input, double Milliseconds, long Allocated, long WorkingSet);
}
