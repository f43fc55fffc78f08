using System.Net;
using Wuts.Api.Tests.Harness;
using Wuts.Contract.WutsRest;
using Wuts.Core;
using Wuts.Core.Contacts;
using Wuts.Core.Devices;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;

namespace Wuts.Api.Tests.WutsRest;

public sealed class ProfileTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Person = "5511999999999@s.whatsapp.net";

    [Fact]
    [Statement("wuts 3.2", "The document's example: PascalCase inside user_info, null for VerifiedName and business_profile.")]
    public async Task The_profile_is_that_of_the_document()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Profile = (_, _) => Profile() with
        {
            About = Seen.Shown("Hey there! I am using WhatsApp."),
            PictureId = Seen.Shown("1718000000"),
            Devices = [Jid.Parse(Person)],
        };
        (await tenant.Client.GetAsync("/contacts/profile?jid=5511999999999@s.whatsapp.net&number=5511999999999")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net",
             "user_info":{"Status":"Hey there! I am using WhatsApp.","PictureID":"1718000000",
                          "Devices":["5511999999999@s.whatsapp.net"],"VerifiedName":null},
             "business_profile":null}}
            """);
    }

    [Fact]
    [Statement("wuts 3.2", "Hidden or unset values are \"\"; Devices are ordered by number, the main device without a number; no LID key.")]
    public async Task Hidden_values_are_empty_and_devices_are_ordered()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Profile = (_, _) => Profile() with
        {
            About = Seen<string>.Hidden,
            PictureId = Seen<string>.NotSet,
            Lid = Jid.Parse("112233445566778@lid"),
            Devices = [Jid.Parse("5511999999999:12@s.whatsapp.net"), Jid.Parse("5511999999999:3@s.whatsapp.net"), Jid.Parse(Person)],
        };
        (await tenant.Client.GetAsync("/contacts/profile?number=5511999999999")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net",
             "user_info":{"Status":"","PictureID":"","Devices":["5511999999999@s.whatsapp.net","5511999999999:3@s.whatsapp.net",
                          "5511999999999:12@s.whatsapp.net"],"VerifiedName":null},
             "business_profile":null}}
            """);
    }

    [Fact]
    [Statement("wuts 3.2", "VerifiedName and business_profile have the keys of the library's types, all present, empty when unknown.")]
    public async Task A_business_has_all_keys()
    {
        var (tenant, device) = await NewDeviceAsync();
        bool? withBusiness = null;
        device.Contact(Person).Profile = (_, wanted) =>
        {
            withBusiness = wanted;
            return Profile() with
            {
                VerifiedName = new VerifiedName("Silva Comercio", 12345678901234567890, "smb:wa", VerifiedLevel.Low, null),
                Business = new BusinessProfile
                {
                    Jid = Jid.Parse(Person),
                    Email = "a@b.example",
                    Categories = [new BusinessCategory("1223524174334504", "Loja")],
                    Options = new Dictionary<string, string> { ["cart_enabled"] = "true" },
                    HoursTimeZone = "America/Sao_Paulo",
                    Hours = [new BusinessHours("mon", "specific_hours", "540", "1080")],
                },
            };
        };
        (await tenant.Client.GetAsync("/contacts/profile?number=5511999999999")).Is(HttpStatusCode.OK, """
            {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net",
             "user_info":{"Status":"","PictureID":"","Devices":[],
              "VerifiedName":{"Certificate":null,"Details":{"serial":12345678901234567890,"issuer":"smb:wa","verifiedName":"Silva Comercio"}}},
             "business_profile":{"JID":"5511999999999@s.whatsapp.net","Address":"","Email":"a@b.example",
              "Categories":[{"ID":"1223524174334504","Name":"Loja"}],"ProfileOptions":{"cart_enabled":"true"},
              "BusinessHoursTimeZone":"America/Sao_Paulo",
              "BusinessHours":[{"DayOfWeek":"mon","Mode":"specific_hours","OpenTime":"540","CloseTime":"1080"}]}}}
            """);
        Assert.True(withBusiness);
    }

    [Fact]
    [Statement("wuts 3.2", "A LID is accepted; data.jid is the phone number's JID when it is known, else the LID.")]
    public async Task A_lid_is_answered_by_phone_number_when_known()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact("112233445566778@lid").Profile = (_, _) => Profile() with { Lid = Jid.Parse("112233445566778@lid") };
        var known = await tenant.Client.GetAsync("/contacts/profile?jid=112233445566778@LID");
        Assert.Contains("\"jid\":\"5511999999999@s.whatsapp.net\"", known.Text, StringComparison.Ordinal);
        device.Contact("112233445566779@lid").Profile = (_, _) => Profile() with { Phone = null, Lid = Jid.Parse("112233445566779@lid") };
        var unknown = await tenant.Client.GetAsync("/contacts/profile?jid=112233445566779:4@lid");
        Assert.Contains("\"jid\":\"112233445566779@lid\"", unknown.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Statement("wuts 3.2", "Neither parameter, a malformed value, a group or a newsletter answers 400 with the field.")]
    [MemberData(nameof(ProfileContract.NotPeople), MemberType = typeof(ProfileContract))]
    public async Task A_target_must_be_a_person(string query, string field)
    {
        var (tenant, _) = await NewDeviceAsync();
        (await tenant.Client.GetAsync("/contacts/profile" + query)).IsInvalid(field);
    }

    [Fact]
    [Statement("wuts 3.2", "number is used only when jid is left out.")]
    public async Task The_jid_wins_over_the_number()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Profile = (_, _) => Profile();
        Assert.Equal(HttpStatusCode.OK, (await tenant.Client.GetAsync($"/contacts/profile?jid={Person}&number=nonsense")).Status);
    }

    [Theory]
    [Statement("wuts 3.2", "Not on WhatsApp is 404 NOT_FOUND, an unanswered query 504, an error of WhatsApp 502, its limit 429; what may be tried again says when.")]
    [InlineData("missing", HttpStatusCode.NotFound, "NOT_FOUND", "contact not found on WhatsApp")]
    [InlineData("timeout", HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT", null)]
    [InlineData("refused", HttpStatusCode.BadGateway, "WHATSAPP_ERROR", null)]
    [InlineData("limited", HttpStatusCode.TooManyRequests, "RATE_LIMITED", null)]
    [InlineData("moved", HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY", null)]
    [InlineData("reconnecting", HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY", null)]
    [InlineData("logged out", HttpStatusCode.ServiceUnavailable, "DEVICE_NOT_READY", null)]
    public async Task Failures_have_their_codes(string kind, HttpStatusCode status, string code, string? error)
    {
        var (tenant, device) = await NewDeviceAsync();
        Failure failure = kind switch
        {
            "missing" => new Failure.NotFound(MissingThing.Contact),
            "timeout" => new Failure.TimedOut(),
            "refused" => new Failure.Refused(500),
            "limited" => new Failure.RateLimited(TimeSpan.FromSeconds(12.2), false),
            "reconnecting" => new Failure.NotReady(DeviceState.Reconnecting),
            "logged out" => new Failure.NotReady(DeviceState.LoggedOut),
            _ => new Failure.Unavailable(TimeSpan.FromSeconds(2)),
        };
        device.Contact(Person).Profile = (_, _) => failure;
        var answer = await tenant.Client.GetAsync("/contacts/profile?number=5511999999999");
        answer.IsWutsError(status, code, error);
        Assert.Equal(kind switch { "limited" => "13", "moved" or "timeout" or "reconnecting" => "2", _ => null }, answer.Header("Retry-After"));
    }

    [Fact]
    [Statement("wuts 3.2", "What could not be renewed is no answer: the failure is.")]
    public async Task A_profile_that_could_not_be_renewed_is_the_failure()
    {
        var (tenant, device) = await NewDeviceAsync();
        device.Contact(Person).Profile = (_, _) => Profile() with { Unrenewed = new Failure.TimedOut() };

        (await tenant.Client.GetAsync("/contacts/profile?number=5511999999999")).IsWutsError(HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT");
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData("&refresh=true", 0)]
    public async Task An_answer_is_at_most_a_minute_old_or_fresh_on_demand(string query, int seconds)
    {
        var (tenant, device) = await NewDeviceAsync();
        TimeSpan? asked = null;
        device.Contact(Person).Profile = (maxAge, _) =>
        {
            asked = maxAge;
            return Profile();
        };
        await tenant.Client.GetAsync("/contacts/profile?number=5511999999999" + query);
        Assert.Equal(TimeSpan.FromSeconds(seconds), asked);
    }

    private static ContactProfile Profile() => new() { Phone = Jid.Parse(Person) };

    private async Task<(TestUser Tenant, TestDevice Device)> NewDeviceAsync()
    {
        var tenant = await api.NewTenantAsync();
        return (tenant, await tenant.AddDeviceAsync());
    }
}
