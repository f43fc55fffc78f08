using System.Diagnostics;
using System.Text.RegularExpressions;
using Wuts.Host.Composition;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Live;

/// <summary>The host as a process of its own, so that it can be killed.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    public const string MasterToken = "the-operators-token";

    private readonly Process _process;

    private GatewayProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<GatewayProcess> StartAsync(SimulatorHost simulator, string directory)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        string[] arguments =
        [
            "exec", typeof(LocalGateway).Assembly.Location, "--urls", "http://127.0.0.1:0",
            "--Wuts:DataDirectory", directory,
            "--WhatsApp:Endpoint", simulator.Endpoint.AbsoluteUri,
            "--WhatsApp:NoiseRootKey", Convert.ToHexString(simulator.RootKey.Span),
            "--WhatsApp:MediaBaseUrl", simulator.MediaBaseUrl.AbsoluteUri,
            "--Logging:LogLevel:Default", "Information",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Wuts__MasterToken"] = MasterToken;
        var process = Process.Start(start)!;
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new List<string>();
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new GatewayProcess(process, await listening.Task.WaitAsync(Eventually.Limit));
        }
        catch (TimeoutException e)
        {
            process.Kill();
            throw new InvalidOperationException(string.Join('\n', output), e);
        }

        void Read(string? line)
        {
            lock (output)
            {
                output.Add(line ?? "");
            }

            if (Listening().Match(line ?? "") is { Success: true } match)
            {
                listening.TrySetResult(new Uri(match.Groups[1].Value));
            }
        }
    }

    /// <summary>SIGKILL: nothing in the process gets to know.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
