using System.Diagnostics;

namespace Wuts.Benchmarks.Gateway;

/// <summary>A web server in a process of its own; both sides of the comparison are started in the same way.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Announcement = "Now listening on: ";

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>How much of the processor it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts an assembly beside this one, and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string assembly, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "exec", Path.Combine(AppContext.BaseDirectory, assembly), .. arguments, "--urls", "http://127.0.0.1:0",
                "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"{assembly} ended before it listened."));
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Announcement, StringComparison.Ordinal) is { } at and >= 0)
            {
                listening.TrySetResult(new Uri(line.Data[(at + Announcement.Length)..].Trim()));
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        return new ServerProcess(process, await listening.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
