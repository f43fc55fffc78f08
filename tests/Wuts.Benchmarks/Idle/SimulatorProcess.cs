using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Wuts.Benchmarks.Idle;

/// <summary>
/// The simulator in a process of its own, so that its memory and its work do not count as the clients', and its control API.
/// </summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";

    private readonly Process _process;
    private readonly HttpClient _control;

    private SimulatorProcess(Process process, HttpClient control, byte[] rootKey)
    {
        _process = process;
        _control = control;
        RootKey = rootKey;
        Endpoint = new UriBuilder(control.BaseAddress!) { Scheme = "ws", Path = "/ws/chat" }.Uri;
    }

    /// <summary>Where clients connect.</summary>
    public Uri Endpoint { get; }

    /// <summary>The key that clients must trust.</summary>
    public byte[] RootKey { get; }

    /// <summary>Starts a simulator on a free port of the loopback address and waits until it listens.</summary>
    public static async Task<SimulatorProcess> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Wuts.Simulator.dll"),
                "--urls", "http://127.0.0.1:0",
                "--Logging:LogLevel:Default", "Warning",
                "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Information",
            ])
        {
            RedirectStandardOutput = true,
        };
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The simulator ended before it listened."));
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Announcement, StringComparison.Ordinal) is { } at and >= 0)
            {
                listening.TrySetResult(new Uri(line.Data[(at + Announcement.Length)..].Trim()));
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        try
        {
            var address = await listening.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            var control = new HttpClient { BaseAddress = new Uri(address, "/sim/") };
            var rootKey = Convert.FromHexString(await control.GetStringAsync(new Uri("root-key", UriKind.Relative), cancellationToken));
            return new SimulatorProcess(process, control, rootKey);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Makes an account with numbers of the simulator's choice.</summary>
    /// <returns>Its phone number.</returns>
    public async Task<string> CreateAccountAsync(CancellationToken cancellationToken)
    {
        var account = await PostAsync("accounts", new { }, cancellationToken);
        return account.GetProperty("phone").GetString()!;
    }

    /// <summary>Has an account's phone scan a QR code.</summary>
    /// <exception cref="InvalidOperationException">The device was not linked.</exception>
    public async Task ScanAsync(string phone, string qr, CancellationToken cancellationToken)
    {
        var outcome = await PostAsync($"accounts/{phone}/scan", new { qr }, cancellationToken);
        if (outcome.GetProperty("status").GetString() != "linked")
        {
            throw new InvalidOperationException($"The simulator did not link a device: {outcome.GetProperty("reason").GetString()}");
        }
    }

    /// <summary>How many things the simulator refused so far; what clients do right it does not.</summary>
    public async Task<int> CountRefusalsAsync(CancellationToken cancellationToken)
    {
        var status = await _control.GetFromJsonAsync<JsonElement>(new Uri("", UriKind.Relative), cancellationToken);
        return status.GetProperty("refusals").GetInt32();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await _control.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
