using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Api.WutsRest;
using Wuts.Core.Contacts;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;

namespace Wuts.Api.Tests.WutsRest;

/// <summary>Batches that are put together from items that were answered before are never older than the device's address book.</summary>
public sealed class ResolvedCacheTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Ana = "5511999990001";
    private const string Ben = "5511999990002";
    private const string Cem = "5511999990003";

    private readonly List<string> _asked = [];
    private long _version = 7;
    private string _name = "before";

    [Fact]
    [Statement("wuts 3.4", "A batch that mixes what was answered in several others is the same as if each was asked for, in the order of the request.")]
    public async Task Known_people_are_not_asked_for_again()
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana, Ben);
        await ResolveAsync(client, Cem, Ana);
        var asked = await client.PostAsync("/contacts/resolve", Body(Ben, Cem, Ana));

        Assert.Equal([Ana, Ben, Cem], _asked);
        asked.Is(HttpStatusCode.OK, $$"""
            {"success":true,"count":3,"items":[{{Item(Ben)}},{{Item(Cem)}},{{Item(Ana)}}]}
            """);
    }

    [Fact]
    public async Task A_known_input_that_is_repeated_has_one_item_and_another_spelling_has_its_own()
    {
        var (client, _) = await NewAsync();
        const string Spelling = "+55 11 99999-0001";
        await ResolveAsync(client, Ana, Spelling, Ben);

        Assert.Equal([Ben, Ana, Spelling], await ResolveAsync(client, Ben, Ana, Ben, Ana, Spelling, Spelling, Ben));
        Assert.Equal([Ana], await ResolveAsync(client, Ana));
        Assert.Equal([Ana, Ben], Inputs((await client.PostAsync("/contacts/resolve", """{"jids":["\u0035511999990001","5511999990002"]}""")).Text));
        Assert.Equal([Ana, Ben], _asked);
    }

    [Fact]
    public async Task A_change_of_the_address_book_makes_everything_old()
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana, Ben);
        _name = "after";
        Assert.Contains("before", (await client.PostAsync("/contacts/resolve", Body(Ben))).Text, StringComparison.Ordinal);
        _version++;

        foreach (var batch in new[] { Body(Ana), Body(Ben), Body(Ana, Ben) })
        {
            var text = (await client.PostAsync("/contacts/resolve", batch)).Text;
            Assert.Contains("after", text, StringComparison.Ordinal);
            Assert.DoesNotContain("before", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_changes_while_it_is_read_is_read_again()
    {
        var (client, device) = await NewAsync();
        var answer = device.Actor.Resolve;
        device.Actor.Resolve = request =>
        {
            var old = answer(request);
            _version++;
            _name = "after";
            return old;
        };
        Assert.Contains("before", (await client.PostAsync("/contacts/resolve", Body(Ana))).Text, StringComparison.Ordinal);
        device.Actor.Resolve = answer;
        Assert.Contains("after", (await client.PostAsync("/contacts/resolve", Body(Ana))).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("wuts 3.4", "What one device knows about somebody is never in the answer of another device, whoever owns it.")]
    public async Task Devices_and_tenants_are_never_mixed()
    {
        var (client, _) = await NewAsync("first");
        await ResolveAsync(client, Ana);
        var tenant = await api.NewTenantAsync();
        var (one, two) = (await AddAsync(tenant, "second"), await AddAsync(tenant, "third"));

        for (var i = 0; i < 2; i++)
        {
            foreach (var (device, name) in new[] { (one, "second"), (two, "third") })
            {
                var text = (await tenant.Client.PostAsync($"/contacts/resolve?device_id={device.Id}", Body(Ana))).Text;
                Assert.Contains($"\"full_name\":\"{name}", text, StringComparison.Ordinal);
            }

            Assert.Contains("\"full_name\":\"first", (await client.PostAsync("/contacts/resolve", Body(Ana))).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Known_people_need_a_connected_device_all_the_same()
    {
        var (client, device) = await NewAsync();
        await ResolveAsync(client, Ana);
        device.Actor.Contacts = _ => new ContactPage(_version, [], [], HasMore: false, StaleSince: api.Time.GetUtcNow()) { IsUnchanged = true };
        device.Is(Core.Devices.DeviceState.Disconnected);
        (await client.PostAsync("/contacts/resolve", Body(Ana))).IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    [Theory]
    [InlineData("""{"jids":["5511999990001"],"explain":true}""")]
    [InlineData("""{"jids":["5511999990001"],"group_jid":"120363039000000000@g.us"}""")]
    public async Task A_question_with_more_to_it_is_asked(string body)
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana);
        Assert.Equal([Ana], Inputs((await client.PostAsync("/contacts/resolve", body)).Text));
        Assert.Equal([Ana, Ana], _asked);
    }

    [Theory]
    [InlineData("""{"jids":["5511999990001","abc"]}""", "jids[1]")]
    [InlineData("""{"jids":["5511999990001",null]}""", "jids[1]")]
    [InlineData("""{"jids":["5511999990001"],"group_jid":"abc"}""", "group_jid")]
    public async Task What_is_wrong_beside_a_known_input_is_still_said(string body, string field)
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana);
        (await client.PostAsync("/contacts/resolve", body)).IsInvalid(field);
    }

    [Theory]
    [InlineData("""{"jids":["5511999990001"]""")]
    [InlineData("""{"jids":["5511999990001"]}}""")]
    [InlineData("""{"jids":["5511999990001"],"jids":["5511999990001"]}""")]
    public async Task A_body_that_is_no_JSON_is_refused_although_its_people_are_known(string body)
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana);
        (await client.PostAsync("/contacts/resolve", body)).IsWutsError(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task After_a_minute_everything_is_asked_for_again_and_nothing_is_kept_for_idle_devices()
    {
        var (client, _) = await NewAsync();
        await ResolveAsync(client, Ana);
        Assert.NotEqual(0, api.Service<ApiServices>().Resolved.Devices);

        api.Time.Advance(ResolvedCache.Lifetime * 2);
        Assert.Equal(0, api.Service<ApiServices>().Resolved.Devices);
        await ResolveAsync(client, Ana);
        Assert.Equal([Ana, Ana], _asked);
    }

    [Fact]
    public void A_full_table_begins_anew()
    {
        using var cache = new ResolvedCache(api.Time);
        var device = Core.Devices.DeviceId.New();
        var people = cache.Of(device, 1);
        for (var i = 0; i < ResolvedTable.MaxItems; i++)
        {
            Assert.Same(people, cache.Of(device, 1));
            people.Keep(Key(i), Item(i));
        }

        for (var i = 0; i < ResolvedTable.MaxItems; i++)
        {
            Assert.True(people.TryFind(Key(i), out var item));
            Assert.Equal(Item(i).Json, item.Json);
        }

        people.Keep(Key(ResolvedTable.MaxItems), Item(0));
        Assert.False(people.TryFind(Key(ResolvedTable.MaxItems), out _));
        Assert.NotSame(people, cache.Of(device, 1));
        Assert.False(cache.Find(device)!.TryFind(Key(0), out _));
    }

    [Fact]
    public void When_all_devices_together_hold_too_much_everything_goes()
    {
        using var cache = new ResolvedCache(api.Time);
        var first = Core.Devices.DeviceId.New();
        const int Items = 1000;
        var large = new ResolvedItem(new byte[1024], 0, 1024);
        cache.Of(first, 1).Keep(Key(0), Item(0));
        var devices = 0;
        while (cache.Find(first) is not null)
        {
            Assert.InRange(++devices, 0, 100);
            var people = cache.Of(Core.Devices.DeviceId.New(), 1);
            for (var i = 0; i < Items; i++)
            {
                people.Keep(Key(i), large);
            }
        }

        Assert.InRange((long)devices * Items * large.Length, ResolvedCache.MaxBytes * 9 / 10, ResolvedCache.MaxBytes * 11 / 10);
        Assert.Equal(1, cache.Devices);
    }

    [Fact]
    public async Task Readers_find_what_was_kept_before_while_more_is_added()
    {
        var people = new ResolvedPeople(1, 0);
        var kept = 0;
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < ResolvedTable.MaxItems; i++)
            {
                people.Keep(Key(i), Item(i));
                Volatile.Write(ref kept, i + 1);
            }
        });
        for (var i = 0; !writing.IsCompleted; i++)
        {
            var count = Volatile.Read(ref kept);
            if (count > 0)
            {
                Assert.True(people.TryFind(Key(i % count), out var item));
                Assert.Equal(Item(i % count).Json, item.Json);
            }
        }

        await writing;
        Assert.Equal(ResolvedTable.MaxItems, kept);
    }

    private static byte[] Key(int i) => System.Text.Encoding.UTF8.GetBytes($"55119{i:D8}");

    private static ResolvedItem Item(int i)
    {
        var json = System.Text.Encoding.UTF8.GetBytes($$""",{"input":"{{i}}"}""");
        return new ResolvedItem(json, 0, json.Length);
    }

    private static string Body(params string[] inputs) => JsonSerializer.Serialize(new { jids = inputs });

    private static IEnumerable<string?> Inputs(string answer)
    {
        var root = JsonDocument.Parse(answer).RootElement;
        var inputs = root.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("input").GetString()).ToList();
        Assert.Equal(inputs.Count, root.GetProperty("count").GetInt32());
        return inputs;
    }

    private static async Task<IEnumerable<string?>> ResolveAsync(ApiClient client, params string[] inputs) =>
        Inputs((await client.PostAsync("/contacts/resolve", Body(inputs))).Text);

    private string Item(string number) => $$"""
        {"input":"{{number}}","input_jid":"{{number}}@s.whatsapp.net","resolved_jid":"{{number}}@s.whatsapp.net",
         "jid":"{{number}}@s.whatsapp.net","phone_number":"{{number}}","lid_jid":"1{{number}}@lid","full_name":"{{_name}} {{number}}"}
        """;

    private async Task<(ApiClient Client, TestDevice Device)> NewAsync(string? name = null)
    {
        var tenant = await api.NewTenantAsync();
        return (tenant.Client, await AddAsync(tenant, name));
    }

    // A device with a book of a version, whose people are called after the device or what the test says now.
    private async Task<TestDevice> AddAsync(TestUser tenant, string? name)
    {
        var device = await tenant.AddDeviceAsync();
        device.Actor.Contacts = request => new ContactPage(_version, [], [], HasMore: false, StaleSince: null)
        {
            IsUnchanged = request.KnownVersion == _version,
            CursorTooOld = request.KnownVersion != _version,
        };
        device.Actor.Resolve = request =>
        {
            _asked.AddRange(request.Jids.Select(jid => jid.User));
            return request.Jids.Select(jid => new Resolution(jid, jid, new Jid($"1{jid.User}", JidServers.Lid))
            {
                FullName = $"{name ?? _name} {jid.User}",
            }).ToArray();
        };
        return device;
    }
}
