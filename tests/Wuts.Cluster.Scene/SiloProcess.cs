using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Wuts.Testing;

namespace Wuts.Cluster.Scene;

/// <summary>A process of the cluster, as it is run in production, spoken to over HTTP.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _http;

    private SiloProcess(Process process, Uri address, SiloPorts ports, string name)
    {
        _process = process;
        Address = address;
        Ports = ports;
        Name = name;
        _http = new HttpClient { BaseAddress = address, Timeout = Patience };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public int Id => _process.Id;

    /// <summary>Where it answers over HTTP.</summary>
    public Uri Address { get; }

    /// <summary>What its connections to the database are called.</summary>
    public string Name { get; }

    /// <summary>Where the rest of the cluster reaches it.</summary>
    public SiloPorts Ports { get; }

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a process and waits until it is ready.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="ports">Where the cluster reaches it; by default somewhere new.</param>
    /// <param name="name">What its connections to the database are called in <paramref name="settings"/>.</param>
    /// <param name="program">What it runs; by default the program beside this one.</param>
    public static async Task<SiloProcess> StartAsync(
        string role, IReadOnlyDictionary<string, string> settings, SiloPorts? ports = null, string name = "", string? program = null)
    {
        var silo = Launch(role, settings, ports, name, program);
        try
        {
            await Eventually.IsAsync(silo.IsReadyAsync, ready => ready, () => silo.Output);
            return silo;
        }
        catch (HttpRequestException)
        {
            throw new InvalidOperationException($"The process has ended. {silo.Output}");
        }
    }

    /// <summary>Starts a process and does not wait for it, since it may never be ready.</summary>
    /// <inheritdoc cref="StartAsync" path="/param"/>
    public static SiloProcess Launch(
        string role, IReadOnlyDictionary<string, string> settings, SiloPorts? ports = null, string name = "", string? program = null)
    {
        ports ??= SiloPorts.Free();
        var port = FreePort.Take();
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program ?? Path.Combine(AppContext.BaseDirectory, "Wuts.Silo.dll"));
        start.ArgumentList.Add("--role");
        start.ArgumentList.Add(role);
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Wuts__Cluster__SiloPort"] = ports.Silo.ToString(CultureInfo.InvariantCulture);
        start.Environment["Wuts__Cluster__GatewayPort"] = ports.Gateway.ToString(CultureInfo.InvariantCulture);
        foreach (var (setting, value) in settings)
        {
            start.Environment[setting] = value;
        }

        return new SiloProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), ports, name);
    }

    /// <summary>
    /// Sends a request as a caller with a token, and reads the JSON of a good answer. Where it is told to try again, it does.
    /// </summary>
    /// <exception cref="InvalidOperationException">The answer is not a good one.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var answer = await Eventually.IsAsync(
            () => AskAsync(method, path, token, body), answer => answer.StatusCode != HttpStatusCode.ServiceUnavailable, () => Output);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{path}: {answer.StatusCode} {text}\n{Output}");
    }

    /// <summary>Sends a request as a caller with a token.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    /// <summary>Reads what needs no token.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Whether it says that it is ready; not listening yet is no.</summary>
    /// <exception cref="HttpRequestException">It has ended.</exception>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }

    /// <summary>Ends it at once, as a power failure would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Stops all of its threads; its connections stay open.</summary>
    public void Freeze() => Signal(19);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Signal(18);

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public Task StopAsync()
    {
        Signal(15);
        return WhenExitedAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task WhenExitedAsync() => _process.WaitForExitAsync().WaitAsync(Eventually.Limit);

    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Kill();
        _http.Dispose();
        _process.Dispose();
        return default;
    }

    private void OnExit(object? sender, EventArgs e) => Kill();

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Process {_process.Id} cannot be sent signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
