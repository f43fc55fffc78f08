using System.Diagnostics;
using System.Text.Json;

namespace Wuts.Benchmarks.Comparison;

/// <summary>Runs <c>tests/interop/bench/nodes.mjs</c>, which times Baileys' codec in a process of its own.</summary>
internal sealed class BaileysCodec(string repositoryRoot, string nodesFile)
{
    private readonly string _interop = Path.Combine(repositoryRoot, "tests", "interop");

    /// <summary>Installs the packages of <c>tests/interop</c> from its lock file, unless they are there.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(_interop, "node_modules", "baileys")))
        {
            await RunAsync("npm", ["ci", "--no-progress", "--loglevel=error"], static _ => { }, cancellationToken);
        }
    }

    /// <summary>One round over all nodes.</summary>
    public async Task<IReadOnlyList<Measurement>> RoundAsync(CancellationToken cancellationToken)
    {
        var measurements = new List<Measurement>();
        await RunAsync(
            "node",
            [Path.Combine("bench", "nodes.mjs"), nodesFile],
            line => measurements.Add(JsonSerializer.Deserialize<Measurement>(line, JsonSerializerOptions.Web)!),
            cancellationToken);
        return measurements;
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
}
