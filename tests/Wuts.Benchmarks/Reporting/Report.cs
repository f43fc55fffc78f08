using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Wuts.Benchmarks.Comparison;
using Wuts.Benchmarks.Idle;
using Wuts.Benchmarks.Sync;

namespace Wuts.Benchmarks.Reporting;

/// <summary>
/// The command <c>report</c>: every table of <c>docs/performance.md</c> in one run of some minutes. Short jobs inside this
/// process; medians, because other work on the machine only ever makes a sample slower.
/// </summary>
internal static class Report
{
    private static readonly (string Title, string Ours, string Theirs)[] CurveRows =
    [
        ("X25519 agreement", nameof(CurveBenchmarks.Agree), nameof(CurveBenchmarks.BouncyAgree)),
        ("X25519 public key", nameof(CurveBenchmarks.Derive), nameof(CurveBenchmarks.BouncyDerive)),
        ("Sign", nameof(CurveBenchmarks.Sign), nameof(CurveBenchmarks.BouncySign)),
        ("Verify", nameof(CurveBenchmarks.Verify), nameof(CurveBenchmarks.BouncyVerify)),
    ];

    private static readonly (string Title, string Method, int? Parameter)[] FrameRows =
    [
        ("Seal a frame of 64 B", nameof(NoiseFrameBenchmarks.Seal), 64),
        ("Seal a frame of 1 KiB", nameof(NoiseFrameBenchmarks.Seal), 1024),
        ("Seal a frame of 64 KiB", nameof(NoiseFrameBenchmarks.Seal), 65536),
        ("Seal 64 B and open it at the other end", nameof(NoiseFrameBenchmarks.SealAndOpen), 64),
        ("Seal 1 KiB and open it at the other end", nameof(NoiseFrameBenchmarks.SealAndOpen), 1024),
        ("Seal 64 KiB and open it at the other end", nameof(NoiseFrameBenchmarks.SealAndOpen), 65536),
    ];

    private static readonly (string Title, string Method, int? Parameter)[] HandshakeRows =
    [
        ("Full handshake (XX)", nameof(HandshakeBenchmarks.Full), null),
        ("Resumption (IK)", nameof(HandshakeBenchmarks.Resumed), null),
        ("Check of the certificate chain, which both contain", nameof(HandshakeBenchmarks.CertificateChain), null),
    ];

    private static readonly (string Title, string Method, int? Parameter)[] SignalRows =
    [
        ("Next message of a chain", nameof(SignalBenchmarks.NextMessage), null),
        ("First message after an own one, with a new ratchet key", nameof(SignalBenchmarks.MessageWithNewRatchetKey), null),
        ("Message that starts a session", nameof(SignalBenchmarks.PreKeyMessage), null),
        ("Group message", nameof(SignalBenchmarks.SenderKeyMessage), null),
    ];

    /// <summary>Measures and prints; returns 0 when every figure that has a limit keeps it, else 1.</summary>
    public static async Task<int> RunAsync(int clients, TextWriter output, CancellationToken cancellationToken)
    {
        await HeadAsync("Curve25519 against BouncyCastle");
        await PrintCurveAsync(output, Run<CurveBenchmarks>());
        await HeadAsync("Frames and handshakes");
        await MarkdownTable.WriteHeadAsync(output, "What", "Time:", "Allocates:");
        await PrintAsync(output, Run<NoiseFrameBenchmarks>(), FrameRows);
        await PrintAsync(output, Run<HandshakeBenchmarks>(), HandshakeRows);
        await HeadAsync("Messages of Signal sessions");
        await MarkdownTable.WriteHeadAsync(output, "Decrypt", "Time:", "Allocates:");
        await PrintAsync(output, Run<SignalBenchmarks>(), SignalRows);
        await HeadAsync("Node codec against Baileys");
        var outcome = await NodeComparison.RunAsync(output, cancellationToken);
        await HeadAsync("App state against Baileys");
        outcome |= await AppStateComparison.RunAsync(output, cancellationToken);
        await HeadAsync("Memory of large accounts");
        outcome |= await MemoryReport.RunAsync(output, cancellationToken);
        await HeadAsync("Idle clients");
        return outcome | await IdleClients.RunAsync(clients, output, cancellationToken);

        async Task HeadAsync(string title)
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync($"### {title}");
            await output.WriteLineAsync();
        }
    }

    // The logger is null on purpose: the table is all that anybody wants to see of hundreds of lines.
    private static Figures Run<T>() => new(BenchmarkRunner.Run<T>(ManualConfig.CreateEmpty()
        .AddLogger(NullLogger.Instance)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithOptions(ConfigOptions.DisableLogFile)
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(7)
            .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(150)))));

    private static async Task PrintCurveAsync(TextWriter output, Figures figures)
    {
        await MarkdownTable.WriteHeadAsync(
            output, "Operation", "Ours:", "BouncyCastle:", "Times faster:", "Ours allocates:", "It allocates:");
        foreach (var (title, ours, theirs) in CurveRows)
        {
            var (own, ownBytes) = figures.Of(ours);
            var (other, otherBytes) = figures.Of(theirs);
            await MarkdownTable.WriteRowAsync(
                output, title, MarkdownTable.Time(own), MarkdownTable.Time(other), MarkdownTable.Ratio(other / own),
                MarkdownTable.Size(ownBytes), MarkdownTable.Size(otherBytes));
        }
    }

    private static async Task PrintAsync(TextWriter output, Figures figures, (string Title, string Method, int? Parameter)[] rows)
    {
        foreach (var (title, method, parameter) in rows)
        {
            var (time, bytes) = figures.Of(method, parameter);
            await MarkdownTable.WriteRowAsync(output, title, MarkdownTable.Time(time), MarkdownTable.Size(bytes));
        }
    }
}
