using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Wuts.Cluster.Scene;

/// <summary>What became of a call.</summary>
internal enum CallOutcome
{
    /// <summary>The answer is the truth.</summary>
    Right,

    /// <summary>503 or 504 that says when to try again, or that the device is not connected at the moment.</summary>
    Later,

    /// <summary>Anything else.</summary>
    Wrong,
}

/// <summary>A call and what became of it.</summary>
/// <param name="Device">About which device.</param>
/// <param name="Path">What was asked.</param>
/// <param name="Begun">When.</param>
/// <param name="Took">How long the answer took.</param>
/// <param name="Outcome">What it was.</param>
/// <param name="Fault">What was wrong, or not there yet.</param>
internal sealed record Call(SceneDevice Device, string Path, DateTimeOffset Begun, TimeSpan Took, CallOutcome Outcome, string? Fault);

/// <summary>Callers that ask an API about all devices of a scene at a steady rate, and hold every answer against the truth.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly ClusterScene _scene;
    private readonly SiloProcess _through;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly Task _running;

    private Traffic(ClusterScene scene, SiloProcess through, int perSecond)
    {
        _scene = scene;
        _through = through;
        _running = RunAsync(perSecond);
    }

    /// <summary>The calls that have an answer.</summary>
    public IReadOnlyCollection<Call> Calls => _calls;

    /// <summary>Begins to call.</summary>
    /// <param name="scene">Whose devices.</param>
    /// <param name="through">The process that serves the API.</param>
    /// <param name="perSecond">How many calls are begun in a second, whether or not earlier ones have an answer.</param>
    public static Traffic Begin(ClusterScene scene, SiloProcess through, int perSecond) => new(scene, through, perSecond);

    /// <summary>Begins no more calls, and waits for the answers to all.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(int perSecond)
    {
        var devices = _scene.Devices.ToList();
        var open = new ConcurrentDictionary<Task, bool>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(_stop.Token); i++)
            {
                var call = CallAsync(devices[Random.Shared.Next(devices.Count)], i);
                open[call] = true;
                _ = call.ContinueWith(done => open.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(open.Keys);
    }

    private async Task CallAsync(SceneDevice device, int number)
    {
        var path = (number % 4) switch
        {
            0 => $"/status?device_id={device.Id}",
            1 => $"/contacts/profile?number={device.Person.Jid.User}&device_id={device.Id}",
            _ => $"/contacts?device_id={device.Id}",
        };
        var begun = (At: DateTimeOffset.UtcNow, Stamp: Stopwatch.GetTimestamp());
        CallOutcome outcome;
        string? fault;
        try
        {
            using var answer = await _through.AskAsync(HttpMethod.Get, path, _scene.Token);
            (outcome, fault) = await JudgeAsync(device, path, answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or JsonException)
        {
            (outcome, fault) = (CallOutcome.Wrong, failure.Message);
        }

        _calls.Enqueue(new Call(device, path, begun.At, Stopwatch.GetElapsedTime(begun.Stamp), outcome, fault));
    }

    private static async Task<(CallOutcome Outcome, string? Fault)> JudgeAsync(SceneDevice device, string path, HttpResponseMessage answer)
    {
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var told = answer.StatusCode == HttpStatusCode.GatewayTimeout || answer.Headers.RetryAfter is not null;
            return (told ? CallOutcome.Later : CallOutcome.Wrong, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        if (path.StartsWith("/status", StringComparison.Ordinal))
        {
            return await JudgeStatusAsync(device, answer);
        }

        var fault = path.StartsWith("/contacts?", StringComparison.Ordinal)
            ? await device.FindFaultAsync(answer)
            : await device.FindProfileFaultAsync(answer);
        return (fault is null ? CallOutcome.Right : CallOutcome.Wrong, fault);
    }

    // That a device is not connected at the moment may be the truth; that it does not exist never is.
    private static async Task<(CallOutcome Outcome, string? Fault)> JudgeStatusAsync(SceneDevice device, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return !answer.IsSuccessStatusCode || !text.Contains(device.Id, StringComparison.Ordinal) ? (CallOutcome.Wrong, $"{(int)answer.StatusCode} {text}")
            : text.Contains("\"connected\":true", StringComparison.Ordinal) ? (CallOutcome.Right, null)
            : (CallOutcome.Later, "not connected");
    }
}
