using System.Diagnostics;
using System.Globalization;
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
    private static readonly (string Name, string Kind, int Size)[] Lines =
    [
        ("idle process", "idle", 0),
        ("snapshot, 10,000 contacts", "snapshot", 10_000),
        ("snapshot, 100,000 contacts", "snapshot", 100_000),
        ("history, 10 MiB", "history", 10),
        ("history, 50 MiB", "history", 50),
        ("history, 200 MiB", "history", 200),
    ];

    /// <summary>Runs every line and prints a table.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"| {"Work",-27} | {"Input MiB",9} | {"Time ms",8} | {"Allocated MiB",13} | {"Peak RSS MiB",12} |");
        await output.WriteLineAsync($"|{new string('-', 29)}|{new string('-', 10)}:|{new string('-', 9)}:|{new string('-', 14)}:|{new string('-', 13)}:|");
        var folder = Directory.CreateTempSubdirectory("wuts-bench-");
        try
        {
            foreach (var (name, kind, size) in Lines)
            {
                var file = Path.Combine(folder.FullName, $"{kind}-{size}");
                var key = WriteInput(kind, size, file);
                var result = await RunChildAsync(["measure-sync", kind, file, key], cancellationToken);
                await output.WriteLineAsync($"| {name,-27} | {result}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    /// <summary>One line, in the child process.</summary>
    public static async Task<int> MeasureAsync(string kind, string file, string key, TextWriter output, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        switch (kind)
        {
            case "snapshot":
                await ReadSnapshotAsync(file, key, cancellationToken);
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
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{MiB(input),9:F1} | {clock.ElapsedMilliseconds,8} | {MiB(allocated),13:F1} | {MiB(process.PeakWorkingSet64),12:F1} |"));
        return 0;
    }

    private static async Task ReadSnapshotAsync(string file, string key, CancellationToken cancellationToken)
    {
        var parts = key.Split('.');
        var ring = AppStateKeyRing.Empty.With(
            [new AppStateSyncKey(new AppStateKeyId(Convert.FromHexString(parts[0])), Convert.FromHexString(parts[1]), 1)]);
        using var content = await OpenAsync(file, parts[2], MediaKind.AppState, cancellationToken);
        using var blob = content.OpenRead();
        if (!SnapshotReader.TryRead(
            blob, AppStateWorkload.Collection, ring, AppStateLimits.Default, out var snapshot, out var failure, cancellationToken))
        {
            throw new InvalidOperationException($"The snapshot is not right: {failure}.");
        }

        var store = new InMemoryAppStateStore();
        using var draft = new CollectionDraft(AppStateWorkload.Collection, CollectionState.Empty, store, ring);
        draft.Replace(snapshot);
        var delta = await draft.BuildDeltaAsync(cancellationToken);
        if (delta.Changes.Count() != delta.Upserts.Count)
        {
            throw new InvalidOperationException("Contacts were lost.");
        }
    }

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
            case "snapshot":
                var workload = new AppStateWorkload(size);
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

    private static double MiB(long bytes) => bytes / (1024.0 * 1024);
}
