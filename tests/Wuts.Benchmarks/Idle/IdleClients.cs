using System.Diagnostics;
using System.Globalization;
using Wuts.Benchmarks.Reporting;
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

        await MarkdownTable.WriteHeadAsync(output, "What", "Figure:");
        await PrintAsync("Managed memory per client, fresh from pairing, with 30 pre-keys", $"{Each(paired.Managed - before.Managed)}");
        await PrintAsync("Managed memory per client, after a restart, without pre-keys", $"{Each(restarted.Managed - before.Managed)}");
        await PrintAsync("Working set per client, after a restart", $"{Each(restarted.WorkingSet - before.WorkingSet)}");
        await PrintAsync("Threads of the process, before / with the clients", $"{before.Threads} / {restarted.Threads}");
        await PrintAsync("Processor when idle, a ping of each client every 4 to 6 s", $"{100 * processor:0} % of one core");
        await PrintAsync("Pairings by QR code, both processes on the same cores", $"{count / pairing.TotalSeconds:0} per second");
        await PrintAsync("Connects with resumption, likewise", $"{count / connecting.TotalSeconds:0} per second");
        var worst = Math.Max(paired.Managed, restarted.Managed) - before.Managed;
        return worst <= (long)LimitInBytes * count ? 0 : 1;

        string Each(long bytes) => MarkdownTable.Size((double)bytes / count);

        Task PrintAsync(string what, FormattableString figure) =>
            MarkdownTable.WriteRowAsync(output, what, figure.ToString(CultureInfo.InvariantCulture));
    }

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
