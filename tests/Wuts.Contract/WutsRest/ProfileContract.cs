using System.Globalization;
using System.Net;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.WutsRest;

/// <summary>What can be seen of a contact. Contract wuts 3.2.</summary>
public abstract class ProfileContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    /// <summary>Queries that name nobody, with the field that is wrong.</summary>
    public static TheoryData<string, string> NotPeople => new()
    {
        { "", "jid" },
        { "?jid=", "jid" },
        { "?jid=120363039000000000@g.us", "jid" },
        { "?jid=120363039000000000@newsletter", "jid" },
        { "?jid=5511@999@s.whatsapp.net", "jid" },
        { "?number=123", "number" },
        { "?number=5511999999999@s.whatsapp.net", "number" },
        { "?jid=5511999999999&jid=5511999999998", "jid" },
    };

    private const string Example = """
        {"success":true,"data":{"jid":"5511999999999@s.whatsapp.net",
         "user_info":{"Status":"Hey there! I am using WhatsApp.","PictureID":"1718000000",
                      "Devices":["5511999999999@s.whatsapp.net"],"VerifiedName":null},
         "business_profile":null}}
        """;

    [Theory]
    [Statement("wuts 3.2", "The document's example: PascalCase inside user_info, null for VerifiedName and business_profile, whatever the spelling.")]
    [InlineData("jid=5511999999999@s.whatsapp.net&number=5511999999999")]
    [InlineData("number=5511999999999")]
    [InlineData("number=%2B55%20(11)%2099999-9999")]
    [InlineData("jid=5511999999999")]
    [InlineData("jid=5511999999999@c.us")]
    [InlineData("jid=5511999999999:12@S.WhatsApp.Net")]
    [InlineData("jid=150199452311775@lid")]
    [InlineData("jid=150199452311775:3@LID")]
    [InlineData("jid=5511999999999@s.whatsapp.net&number=nonsense")]
    public async Task Profile_is_that_of_the_document(string query) =>
        (await Scene.Http.GetAsync("/contacts/profile?" + query)).Is(HttpStatusCode.OK, Example);

    [Fact]
    [Statement("wuts 3.2", "Hidden values are \"\".")]
    public async Task Hidden_values_are_empty() => (await Scene.Http.GetAsync("/contacts/profile?number=5511777777777")).Is(HttpStatusCode.OK, """
        {"success":true,"data":{"jid":"5511777777777@s.whatsapp.net",
         "user_info":{"Status":"","PictureID":"","Devices":["5511777777777@s.whatsapp.net"],"VerifiedName":null},
         "business_profile":null}}
        """);

    [Fact]
    [Statement("wuts 3.2", "A picture that is not set is \"\".")]
    public async Task Unset_values_are_empty() => (await Scene.Http.GetAsync("/contacts/profile?number=5511888888888")).Is(HttpStatusCode.OK, """
        {"success":true,"data":{"jid":"5511888888888@s.whatsapp.net",
         "user_info":{"Status":"Available","PictureID":"","Devices":["5511888888888@s.whatsapp.net"],"VerifiedName":null},
         "business_profile":null}}
        """);

    [Fact]
    [Statement("wuts 3.2", "Devices are ordered by number, the main device without a number, and there is no LID key.")]
    public async Task Devices_are_ordered()
    {
        var person = Gateway.WhatsApp.People.Add();
        person.AddCompanion(new CompanionDevice(12, 2));
        person.AddCompanion(new CompanionDevice(3, 1));
        (await Scene.Http.GetAsync($"/contacts/profile?number={person.Phone}")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"data":{"jid":"{{{person.Jid}}}","user_info":{"Status":"Hey there! I am using WhatsApp.","PictureID":"",
             "Devices":["{{{person.Jid}}}","{{{person.Phone}}}:3@s.whatsapp.net","{{{person.Phone}}}:12@s.whatsapp.net"],"VerifiedName":null},
             "business_profile":null}}
            """);
    }

    [Fact]
    [Statement("wuts 3.2", "VerifiedName and business_profile have the keys of the library's types, all present, empty when unknown.")]
    public async Task Business_has_all_keys()
    {
        var answer = await Scene.Http.GetAsync("/contacts/profile?number=5511966666666");
        var info = Caller.Json(answer).GetProperty("data").GetProperty("user_info");
        var serial = info.GetProperty("VerifiedName").GetProperty("Details").GetProperty("serial").GetUInt64();
        answer.Is(HttpStatusCode.OK, $$$$"""
            {"success":true,"data":{"jid":"5511966666666@s.whatsapp.net",
             "user_info":{"Status":"<any>","PictureID":"<any>","Devices":["5511966666666@s.whatsapp.net"],
              "VerifiedName":{"Certificate":null,"Details":{"serial":{{{{serial}}}},"issuer":"smb:wa","verifiedName":"Silva Comercio"}}},
             "business_profile":{"JID":"5511966666666@s.whatsapp.net","Address":"Rua Augusta 1500, Sao Paulo","Email":"contato@silva.example",
              "Categories":[{"ID":"1223524174334504","Name":"Shop"}],"ProfileOptions":{"commerce_experience":"catalog"},
              "BusinessHoursTimeZone":"America/Sao_Paulo",
              "BusinessHours":[{"DayOfWeek":"mon","Mode":"specific_hours","OpenTime":"540","CloseTime":"1080"},
                               {"DayOfWeek":"sun","Mode":"open_24h","OpenTime":"","CloseTime":""}]}}}
            """);
    }

    [Fact]
    [Statement("wuts 3.2", "A business that filled in nothing has a verified name and no profile, or one without anything.")]
    public async Task Bare_business_has_a_name()
    {
        var shop = Gateway.WhatsApp.People.Add(new PersonSpec { Business = new BusinessCard { Name = "Bare", Issuer = "ent:wa" } });
        var data = Caller.Json(await Scene.Http.GetAsync($"/contacts/profile?number={shop.Phone}")).GetProperty("data");
        Assert.Equal("Bare", data.GetProperty("user_info").GetProperty("VerifiedName").GetProperty("Details").Text("verifiedName"));
        Assert.Equal("ent:wa", data.GetProperty("user_info").GetProperty("VerifiedName").GetProperty("Details").Text("issuer"));
    }

    [Theory]
    [Statement("wuts 3.2", "Neither parameter, a malformed value, a group or a newsletter answers 400 with the field.")]
    [MemberData(nameof(NotPeople))]
    public async Task Target_must_be_a_person(string query, string field) =>
        (await Scene.Http.GetAsync("/contacts/profile" + query)).IsInvalid(field);

    [Fact]
    [Statement("wuts 3.2", "A number that is not on WhatsApp is 404 NOT_FOUND \"contact not found on WhatsApp\".")]
    public async Task Number_not_on_WhatsApp_is_not_found() =>
        (await Scene.Http.GetAsync("/contacts/profile?number=5511700000000"))
            .IsWutsError(HttpStatusCode.NotFound, "NOT_FOUND", "contact not found on WhatsApp");

    [Fact]
    [Statement("wuts 3.2", "A LID whose number is not known is answered by the LID.")]
    public async Task Lid_without_number_is_answered_by_lid()
    {
        var secret = Gateway.WhatsApp.People.Add(new PersonSpec { About = "Hidden number", LidIsKnown = false });
        var data = Caller.Json(await Scene.Http.GetAsync($"/contacts/profile?jid={secret.Lid}")).GetProperty("data");
        Assert.Equal(secret.Lid.ToString(), data.Text("jid"));
        Assert.Equal("Hidden number", data.GetProperty("user_info").Text("Status"));
    }

    [Fact]
    [Statement("wuts 3.2", "What is live changes with the person; beyond the contract, refresh=true asks WhatsApp in any case.")]
    public async Task Profile_follows_the_person()
    {
        var person = Gateway.WhatsApp.People.Add(new PersonSpec { About = "At work" });
        var path = $"/contacts/profile?number={person.Phone}&refresh=true";
        Assert.Equal("At work", Caller.Json(await Scene.Http.GetAsync(path)).GetProperty("data").GetProperty("user_info").Text("Status"));
        person.SetAbout("At home");
        var picture = person.SetPicture();
        var info = Caller.Json(await Scene.Http.GetAsync(path)).GetProperty("data").GetProperty("user_info");
        Assert.Equal(("At home", picture.Id), (info.Text("Status"), info.Text("PictureID")));
    }

    [Theory]
    [Statement("wuts 3.2", "An error of WhatsApp is 502 WHATSAPP_ERROR; its rate limit is 429 with Retry-After.")]
    [InlineData(500, HttpStatusCode.BadGateway, "WHATSAPP_ERROR", null)]
    [InlineData(429, HttpStatusCode.TooManyRequests, "RATE_LIMITED", 40)]
    public async Task Refusal_of_WhatsApp_is_told(int code, HttpStatusCode status, string error, int? backoff)
    {
        var linked = await Gateway.LinkAsync();
        var person = Gateway.WhatsApp.People.Add();
        using var fault = Gateway.Arm(
            new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "usync", Code = code, Backoff = backoff });
        var answer = await linked.Http.GetAsync($"/contacts/profile?number={person.Phone}");
        answer.IsWutsError(status, error);
        if (backoff is not null)
        {
            Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 30, 40);
        }
    }

    protected override Task<LinkedUser> MakeSceneAsync() => Gateway.LinkAsync(
        account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Maria, "Maria Silva", "Maria"));
}
