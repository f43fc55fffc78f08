using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Wuts.Cluster.Tests.Failover;

/// <summary>A process of the cluster, as it is run in production, spoken to over HTTP.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _http;

    private SiloProcess(Process process, Uri address, SiloPorts ports)
    {
        _process = process;
        Address = address;
        Ports = ports;
        _http = new HttpClient { BaseAddress = address, Timeout = Guard.Limit };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
    }

    public int Id => _process.Id;

    /// <summary>Where it answers over HTTP.</summary>
    public Uri Address { get; }

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
    public static async Task<SiloProcess> StartAsync(string role, IReadOnlyDictionary<string, string> settings, SiloPorts? ports = null)
    {
        var silo = Launch(role, settings, ports);
        await Eventually.IsAsync(silo.IsReadyAsync, ready => ready, () => silo.Output);
        return silo;
    }

    /// <summary>Starts a process and does not wait for it, since it may never be ready.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="ports">Where the cluster reaches it; by default somewhere new.</param>
    public static SiloProcess Launch(string role, IReadOnlyDictionary<string, string> settings, SiloPorts? ports = null)
    {
        ports ??= new SiloPorts(FreePort(), FreePort());
        var port = FreePort();
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Wuts.Silo.dll"));
        start.ArgumentList.Add("--role");
        start.ArgumentList.Add(role);
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Wuts__Cluster__SiloPort"] = ports.Silo.ToString(CultureInfo.InvariantCulture);
        start.Environment["Wuts__Cluster__GatewayPort"] = ports.Gateway.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new SiloProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), ports);
    }

    /// <summary>Sends a request as a caller with a token, and reads the JSON of a good answer.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var answer = await AskAsync(method, path, token, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}\n{Output}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends a request as a caller with a token.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    /// <summary>Whether it says that it is ready; not listening yet is no.</summary>
    /// <exception cref="HttpRequestException">It has ended.</exception>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
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
    public async Task StopAsync()
    {
        Signal(15);
        await _process.WaitForExitAsync().Within();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task WhenExitedAsync() => _process.WaitForExitAsync();

    public ValueTask DisposeAsync()
    {
        Kill();
        _http.Dispose();
        _process.Dispose();
        return default;
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>Ports of a silo.</summary>
internal sealed record SiloPorts(int Silo, int Gateway);
