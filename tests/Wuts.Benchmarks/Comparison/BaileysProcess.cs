using System.Diagnostics;
using System.Text.Json;

namespace Wuts.Benchmarks.Comparison;

/// <summary>Runs the scripts of <c>tests/interop/bench</c>, which time Baileys in a process of its own.</summary>
internal sealed class BaileysProcess
{
    private readonly string _interop = Path.Combine(RepositoryRoot(), "tests", "interop");

    /// <summary>Installs the packages of <c>tests/interop</c> from its lock file, unless they are there.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(_interop, "node_modules", "baileys")))
        {
            await RunAsync("npm", ["ci", "--no-progress", "--loglevel=error"], static _ => { }, cancellationToken);
        }
    }

    /// <summary>Runs a script to its end.</summary>
    /// <returns>The lines it printed, each of which is JSON.</returns>
    public async Task<IReadOnlyList<T>> RunScriptAsync<T>(string script, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var lines = new List<T>();
        await RunAsync(
            "node",
            [Path.Combine("bench", script), .. arguments],
            line => lines.Add(JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!),
            cancellationToken);
        return lines;
    }

    private async Task RunAsync(string command, string[] arguments, Action<string> readLine, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(command, arguments) { WorkingDirectory = _interop, RedirectStandardOutput = true },
        };
        process.Start();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            readLine(line);
        }

        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{command} {string.Join(' ', arguments)} in tests/interop ended with exit code {process.ExitCode}.");
        }
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wuts.Orleans.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Comparisons run inside the repository, since they start scripts of tests/interop.");
    }
}
