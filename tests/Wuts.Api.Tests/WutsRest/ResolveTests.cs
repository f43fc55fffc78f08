using System.Net;
using System.Text.Json;
using Wuts.Api.Tests.Harness;
using Wuts.Contract.WutsRest;
using Wuts.Core;
using Wuts.Core.Identity;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.Api.Tests.WutsRest;

public sealed class ResolveTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly Jid Maria = Jid.Parse("5511999999999@s.whatsapp.net");
    private static readonly Jid Joao = Jid.Parse("5511888888888@s.whatsapp.net");
    private static readonly Jid JoaoLid = Jid.Parse("112233445566778@lid");

    [Fact]
    [Statement("wuts 3.4", "One item per input in the order of the request, keys as documented; LID and phone number of one person are not merged.")]
    public async Task Every_input_has_an_item()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Resolve = _ => Answer(
            new Resolution(JoaoLid, Joao, JoaoLid) { FullName = "Joao Pereira" },
            new Resolution(Maria, Maria, null) { FullName = "Maria Silva", PushName = "Maria" },
            new Resolution(Joao, Joao, JoaoLid) { FullName = "Joao Pereira" });
        var answer = await tenant.Client.PostAsync(
            "/contacts/resolve", """{"jids":["5511999999999","5511888888888@s.whatsapp.net","112233445566778@lid"]}""");
        answer.Is(HttpStatusCode.OK, """
            {"success":true,"count":3,"items":[
             {"input":"5511999999999","input_jid":"5511999999999@s.whatsapp.net","resolved_jid":"5511999999999@s.whatsapp.net",
              "jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","full_name":"Maria Silva","push_name":"Maria"},
             {"input":"5511888888888@s.whatsapp.net","input_jid":"5511888888888@s.whatsapp.net","resolved_jid":"5511888888888@s.whatsapp.net",
              "jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888","lid_jid":"112233445566778@lid","full_name":"Joao Pereira"},
             {"input":"112233445566778@lid","input_jid":"112233445566778@lid","resolved_jid":"5511888888888@s.whatsapp.net",
              "jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888","lid_jid":"112233445566778@lid","full_name":"Joao Pereira"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.4", "A LID with unknown phone number is resolved to itself; first_name and business_name are added when known.")]
    public async Task An_unknown_lid_is_resolved_to_itself()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Resolve = _ => Answer(
            new Resolution(JoaoLid, null, JoaoLid) { FirstName = "Joao", FullName = "Joao P", PushName = "J", BusinessName = "JP" });
        (await tenant.Client.PostAsync("/contacts/resolve", """{"jids":["112233445566778@lid"]}""")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"items":[{"input":"112233445566778@lid","input_jid":"112233445566778@lid",
             "resolved_jid":"112233445566778@lid","jid":"112233445566778@lid","lid_jid":"112233445566778@lid",
             "first_name":"Joao","full_name":"Joao P","push_name":"J","business_name":"JP"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.4", "Exact duplicates of an input collapse; different spellings of one address stay, and are asked for once.")]
    public async Task Duplicates_collapse()
    {
        var (tenant, device) = await NewDeviceAsync();
        ResolveRequest? asked = null;
        device.Actor.Resolve = request =>
        {
            asked = request;
            return Answer(new Resolution(Maria, Maria, null));
        };
        var answer = await tenant.Client.PostAsync(
            "/contacts/resolve", """{"jids":["5511999999999","+55 11 99999-9999","5511999999999","5511999999999:7@c.us"]}""");
        var inputs = JsonDocument.Parse(answer.Text).RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("input").GetString());
        Assert.Equal(["5511999999999", "+55 11 99999-9999", "5511999999999:7@c.us"], inputs);
        Assert.Equal(Maria, Assert.Single(asked!.Jids));
        Assert.False(asked.Explain);
    }

    [Theory]
    [Statement("wuts 3.4", "A group, a newsletter or a malformed input is 400 with its index; missing, empty or more than 160 is 400 on jids.")]
    [MemberData(nameof(ResolveContract.BadBodies), MemberType = typeof(ResolveContract))]
    public async Task Inputs_are_checked(string body, string fields)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.PostAsync("/contacts/resolve", body)).IsInvalid(fields.Split('|'));
    }

    [Theory]
    [Statement("wuts 3.4", "160 inputs are taken, 161 are not.")]
    [InlineData(160, HttpStatusCode.OK)]
    [InlineData(161, HttpStatusCode.BadRequest)]
    public async Task The_number_of_inputs_is_limited(int count, HttpStatusCode expected)
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Actor.Resolve = request => Answer([.. request.Jids.Select(jid => new Resolution(jid, jid, null))]);
        var body = JsonSerializer.Serialize(new { jids = Enumerable.Range(0, count).Select(i => $"55119{i:D8}") });
        var answer = await tenant.Client.PostAsync("/contacts/resolve", body);
        Assert.Equal(expected, answer.Status);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal(count, JsonDocument.Parse(answer.Text).RootElement.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    [Statement("wuts 3.4", "group_jid reaches the core; an unknown group, or one we are not in, is 404 GROUP_NOT_FOUND.")]
    public async Task A_group_is_a_further_source()
    {
        var (tenant, device) = await NewDeviceAsync();
        var body = """{"jids":["5511999999999"],"group_jid":"120363039000000000@g.us"}""";
        device.Actor.Resolve = request => request.Group == Jid.Parse("120363039000000000@g.us")
            ? new Failure.NotFound(MissingThing.Group)
            : throw new InvalidOperationException();
        (await tenant.Client.PostAsync("/contacts/resolve", body)).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
        device.Actor.Resolve = _ => new Failure.NotPermitted();
        (await tenant.Client.PostAsync("/contacts/resolve", body)).IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
    }

    [Fact]
    [Statement("wuts 3.4", "It needs a connected session: 503 DEVICE_NOT_READY.")]
    public async Task Resolving_needs_a_connection()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Is(Core.Devices.DeviceState.Disconnected);
        (await tenant.Client.PostAsync("/contacts/resolve", """{"jids":["5511999999999"]}"""))
            .IsWutsError(HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY");
    }

    [Fact]
    public async Task With_explain_every_item_says_what_it_rests_on()
    {
        var (tenant, device) = await NewDeviceAsync();
        var at = new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
        Assert.True(AddressPair.TryCreate(Joao, JoaoLid, out var now));
        Assert.True(AddressPair.TryCreate(Maria, JoaoLid, out var before));
        device.Actor.Resolve = request => !request.Explain ? throw new InvalidOperationException() : Answer(new Resolution(JoaoLid, Joao, JoaoLid)
        {
            History =
            [
                new PairHistory(now, ObservationSource.UserQuery, at, at.AddDays(2), null),
                new PairHistory(before, ObservationSource.History, at.AddDays(-9), at.AddDays(-8), at),
            ],
        });
        (await tenant.Client.PostAsync("/contacts/resolve?explain=true", """{"jids":["112233445566778@lid"]}""")).Is(HttpStatusCode.OK, """
            {"success":true,"count":1,"items":[{"input":"112233445566778@lid","input_jid":"112233445566778@lid",
             "resolved_jid":"5511888888888@s.whatsapp.net","jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888",
             "lid_jid":"112233445566778@lid","history":[
              {"phone_jid":"5511888888888@s.whatsapp.net","lid_jid":"112233445566778@lid","source":"user_query","confidence":"high",
               "first_seen":"2026-06-01T09:00:00Z","last_seen":"2026-06-03T09:00:00Z"},
              {"phone_jid":"5511999999999@s.whatsapp.net","lid_jid":"112233445566778@lid","source":"history","confidence":"low",
               "first_seen":"2026-05-23T09:00:00Z","last_seen":"2026-05-24T09:00:00Z","ended_at":"2026-06-01T09:00:00Z"}]}]}
            """);
    }

    private static Answer<IReadOnlyList<Resolution>> Answer(params Resolution[] resolutions) => resolutions;

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
