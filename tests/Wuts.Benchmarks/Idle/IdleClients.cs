using System.Diagnostics;
using System.Globalization;
using Wuts.WhatsApp;

namespace Wuts.Benchmarks.Idle;

/// <summary>
/// The command <c>idle-clients</c>: what a connected client costs that has nothing to do. The simulator runs in a process of
/// its own; the clients of this one are linked to an account each and have answered pings behind them when they are weighed.
/// </summary>
/// <remarks>
/// Counted is everything that the clients brought into the process, with their credentials and a reader of their events. Pre-keys
/// belong into a database: after the restart they are removed from the stores before the clients are weighed; after pairing they
/// still count, because the server is going to ask for their digest.
/// </remarks>
internal static class IdleClients
{
    /// <summary>How much managed memory an idle client may take.</summary>
    public const int LimitInBytes = 48 * 1024;

    private const int WarmUpClients = 16;
    private const int PingRounds = 2;
    private const int PreKeys = 30;

    private static readonly KeepAliveOptions KeepAlive = new()
    {
        MinInterval = TimeSpan.FromSeconds(4),
        MaxInterval = TimeSpan.FromSeconds(6),
    };

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    /// <summary>Measures, prints, and returns 0 when a client takes no more than <see cref="LimitInBytes"/>, else 1.</summary>
    public static async Task<int> RunAsync(int count, TextWriter output, CancellationToken cancellationToken)
    {
        await using var simulator = await SimulatorProcess.StartAsync(cancellationToken);
        await using (var warmUp = new Fleet(simulator, KeepAlive, PreKeys))
        {
            // Code, static tables, thread pool and HTTP connections are there before the first client is counted.
            await warmUp.PairAsync(WarmUpClients, cancellationToken);
            await warmUp.RestartAsync(cancellationToken);
        }

        var before = MemorySample.Take();
        await using var fleet = new Fleet(simulator, KeepAlive, PreKeys);
        var pairing = await TimeAsync(() => fleet.PairAsync(count, cancellationToken));
        await fleet.WaitForPingsAsync(PingRounds, cancellationToken);
        var paired = MemorySample.Take();
        await fleet.DisconnectAsync(cancellationToken);
        var connecting = await TimeAsync(() => fleet.RestartAsync(cancellationToken));
        await fleet.WaitForPingsAsync(PingRounds, cancellationToken);
        var processor = await ProcessorShareAsync(cancellationToken);
        fleet.ForgetPreKeys();
        var restarted = MemorySample.Take();

        if (fleet.Connected < count || await simulator.CountRefusalsAsync(cancellationToken) is > 0)
        {
            throw new InvalidOperationException("The measurement is void: not every client stayed connected, or the simulator refused something.");
        }

        await PrintAsync(output, "Idle clients", count, "");
        await PrintAsync(output, "Pairings by QR", count / pairing.TotalSeconds, "per second");
        await PrintAsync(output, "Connects with resumption", count / connecting.TotalSeconds, "per second");
        await PrintAsync(output, "Managed, after pairing", Each(paired.Managed - before.Managed), $"KiB per client, with {PreKeys} pre-keys");
        await PrintAsync(output, "Managed, after a restart", Each(restarted.Managed - before.Managed), "KiB per client, without pre-keys");
        await PrintAsync(output, "Working set", Each(restarted.WorkingSet - before.WorkingSet), "KiB per client");
        await PrintAsync(output, "Threads", restarted.Threads, $"(before: {before.Threads})");
        await PrintAsync(output, "Processor when idle", 100 * processor, $"% of one core, pings every {KeepAlive.MinInterval.Seconds}–{KeepAlive.MaxInterval.Seconds} s");
        var worst = Math.Max(paired.Managed, restarted.Managed) - before.Managed;
        return worst <= (long)LimitInBytes * count ? 0 : 1;

        double Each(long bytes) => bytes / 1024.0 / count;
    }

    private static Task PrintAsync(TextWriter output, string what, double value, string unit) =>
        output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what,-26} {value,10:0.#} {unit}"));

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<double> ProcessorShareAsync(CancellationToken cancellationToken)
    {
        var before = Environment.CpuUsage.TotalTime;
        var took = await TimeAsync(() => Task.Delay(IdleTime, TimeProvider.System, cancellationToken));
        return (Environment.CpuUsage.TotalTime - before) / took;
    }
}
