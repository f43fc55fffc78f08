using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Simulator;

namespace Wuts.Api.Tests.Live;

/// <summary>
/// People write messages, a caller writes contacts and reads, and every answer is noted: what was acknowledged has to be there at the
/// end, what was refused has to have been refused in an orderly way.
/// </summary>
internal sealed class LoadDuringOutage(Caller caller, SimulatorServer whatsApp, LiveWorld world)
{
    private const long FirstNumber = 4915700000000;

    private readonly ApiClient _http = caller.Http;

    private readonly ConcurrentDictionary<long, string> _saved = new();
    private readonly List<string> _writers = [];
    private readonly CancellationTokenSource _stop = new();
    private int _rounds;

    /// <summary>Answers that no caller must ever get.</summary>
    public ConcurrentBag<string> Surprises { get; } = [];

    /// <summary>Goes on until it is stopped.</summary>
    public Task RunAsync() => Task.WhenAll(WriteAsync(), ReadAsync(), SendAsync());

    /// <summary>Waits until so many more rounds are done.</summary>
    public Task PassAsync(int rounds)
    {
        var until = Volatile.Read(ref _rounds) + rounds;
        return Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref _rounds)), done => done >= until);
    }

    /// <summary>Ends it.</summary>
    public async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.WaitAsync(Eventually.Limit);
        _stop.Dispose();
    }

    /// <summary>Whatever was acknowledged to a caller or to WhatsApp is stored.</summary>
    public async Task AssertNothingLostAsync()
    {
        Assert.NotEmpty(_saved);
        Assert.NotEmpty(_writers);
        var last = _writers[^1];
        await Eventually.IsAsync(async () => (await _http.GetAsync("/contacts")).Text, text => text.Contains($"\"{last}\"", StringComparison.Ordinal));
        var list = (await _http.GetAsync("/contacts")).Text;
        Assert.All(_saved.Values, saved => Assert.Contains($"\"{saved}\"", list, StringComparison.Ordinal));
        Assert.All(_writers, writer => Assert.Contains($"\"{writer}\"", list, StringComparison.Ordinal));
    }

    private async Task WriteAsync()
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var number = FirstNumber + i;
            var name = string.Create(CultureInfo.InvariantCulture, $"Saved{i}");
            var answer = await _http.SendAsync(HttpMethod.Put, $"/v2/contacts/{number}?instance_id={caller.InstanceId}", $$"""{"firstName":"{{name}}"}""", null);
            if (answer.Status == HttpStatusCode.OK)
            {
                _saved[number] = name;
            }
            else if (answer.Status != HttpStatusCode.ServiceUnavailable || answer.Header("Retry-After") is null)
            {
                Surprises.Add($"write: {answer.Status} {answer.Text}");
            }

            Interlocked.Increment(ref _rounds);
        }
    }

    private async Task ReadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var answer = await _http.GetAsync("/contacts?stale=true");
            if (answer.Status != HttpStatusCode.OK && (answer.Status != HttpStatusCode.ServiceUnavailable || answer.Header("Retry-After") is null))
            {
                Surprises.Add($"read: {answer.Status} {answer.Text}");
            }

            await Task.Delay(20);
        }
    }

    private async Task SendAsync()
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"Writer{i}");
            var person = whatsApp.People.Add(new PersonSpec { PushName = name });
            if (person.SendMessage(world.Account, new PersonMessage("Hello")) is not null)
            {
                _writers.Add(name);
            }

            await Task.Delay(50);
        }
    }
}
