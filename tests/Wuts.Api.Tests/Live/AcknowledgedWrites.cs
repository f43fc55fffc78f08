using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Wuts.Api.Tests.Live;

/// <summary>Writes as fast as it can until the gateway is gone, and remembers what was acknowledged.</summary>
internal sealed class AcknowledgedWrites(Caller caller)
{
    private const int Enough = 25;
    private const long FirstNumber = 4915700000000;

    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _devices = [];
    private readonly List<string> _users = [];
    private readonly List<long> _links = [];
    private readonly Dictionary<long, string> _names = [];
    private volatile string? _blocked;

    /// <summary>Completes when there is a good number of each kind.</summary>
    public Task EnoughWritten => _enough.Task;

    /// <summary>Writes until a call fails because nobody answers any more.</summary>
    public Task RunAsync(string blocked) => Task.WhenAll(
        UntilGoneAsync(async i => Add(_devices, Id(await caller.Http.PostAsync("/devices", $$"""{"name":"Device {{i}}"}"""), "device"))),
        UntilGoneAsync(async i => Add(_users, Id(
            await caller.Http.PostAsync("/users", $$"""{"email":"user{{i}}@kill.example","password":"long enough"}"""), "user"))),
        UntilGoneAsync(async i => await NameAsync(FirstNumber + (i % 40), $"Name{i}")),
        UntilGoneAsync(async i => await NameAsync(FirstNumber + 40 + i, $"Other{i}")),
        UntilGoneAsync(async i =>
        {
            var number = FirstNumber + 100_000 + i;
            Caller.Json(await caller.Http.PostAsync(
                "/identity/links", $$"""{"phone":"{{number}}","lid":"{{number}}1@lid","evidence":"test"}"""));
            Add(_links, number);
        }),
        BlockAsync(blocked));

    /// <summary>Everything that was acknowledged is there.</summary>
    public async Task AssertThereAsync(Caller after)
    {
        var devices = (await after.Http.GetAsync("/devices")).Text;
        Assert.All(_devices, id => Assert.Contains(id, devices, StringComparison.Ordinal));
        var users = (await after.Http.GetAsync("/users")).Text;
        Assert.All(_users, id => Assert.Contains(id, users, StringComparison.Ordinal));
        foreach (var number in _links)
        {
            var person = Caller.Json(await after.Http.GetAsync($"/identity/people?number={number}")).GetProperty("person");
            Assert.Equal(2, person.GetProperty("aliases").GetArrayLength());
        }

        foreach (var (number, name) in _names)
        {
            // One more may have been under way: it was not acknowledged, and may have been done.
            var found = Caller.Json(await after.V2Async($"contacts?contactId={number}")).Text("name");
            Assert.True(IsAtLeast(found, name), $"{number} was acknowledged as {name} and is {found}.");
        }

        if (_blocked is { } blocked)
        {
            var list = await Eventually.IsAsync(
                () => after.Http.GetAsync($"/contacts/blocklist?device_id={after.DeviceId}"), answer => answer.Status == HttpStatusCode.OK);
            Assert.Contains(blocked, list.Text, StringComparison.Ordinal);
        }
    }

    // Names count up, so a later one says that the earlier one was not lost.
    private static bool IsAtLeast(string found, string acknowledged) =>
        Number(found) >= Number(acknowledged) && found[..4] == acknowledged[..4];

    private static int Number(string name) => int.Parse(string.Concat(name.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);

    private static string Id(ApiAnswer answer, string thing) => Caller.Json(answer, HttpStatusCode.Created).Text(thing, "id");

    private async Task NameAsync(long number, string name)
    {
        var answer = await caller.Http.SendAsync(
            HttpMethod.Put, $"/v2/contacts/{number}?instance_id={caller.InstanceId}", $$"""{"firstName":"{{name}}"}""", null);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        lock (_names)
        {
            _names[number] = name;
        }
    }

    private async Task BlockAsync(string number)
    {
        await UntilGoneAsync(async i =>
        {
            if (i == 0)
            {
                Caller.Json(await caller.Http.PostAsync("/contacts/block", $$"""{"number":"{{number}}"}"""));
                _blocked = number;
            }
            else
            {
                await caller.Http.GetAsync("/contacts");
            }
        });
    }

    private void Add<T>(List<T> list, T entry)
    {
        lock (_names)
        {
            list.Add(entry);
            if (_devices.Count >= Enough && _users.Count >= 2 && _links.Count >= Enough && _names.Count >= Enough)
            {
                _enough.TrySetResult();
            }
        }
    }

    private static async Task UntilGoneAsync(Func<int, Task> write)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await write(i);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
            {
                return;
            }
        }
    }
}
