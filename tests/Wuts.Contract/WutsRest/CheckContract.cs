using System.Net;
using System.Text.Json;
using Wuts.Simulator;
using Wuts.Simulator.Faults;

namespace Wuts.Contract.WutsRest;

/// <summary>Which numbers are on WhatsApp. Contract wuts 3.5.</summary>
public abstract class CheckContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    [Fact]
    [Statement("wuts 3.5", "The document's request: each cleaned number is mapped to whether it is registered, in the order of the request.")]
    public async Task Numbers_are_mapped_to_whether_they_are_registered() =>
        (await Scene.Http.PostAsync("/contact/check", """{"numbers":["5511999999999","+55 11 70000-0003"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511999999999":true,"5511700000003":false}}""");

    [Fact]
    [Statement("wuts 3.5", "Duplicates after cleaning collapse, in the order of the request.")]
    public async Task Duplicates_collapse() =>
        (await Scene.Http.PostAsync("/contact/check", """{"numbers":["5511700000004","(55) 11999999999","+5511999999999","5511700000004"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511700000004":false,"5511999999999":true}}""");

    [Fact]
    [Statement("wuts 3.5", "The key is the requested number, also when WhatsApp knows the person by another one.")]
    public async Task Key_is_the_requested_number()
    {
        Gateway.WhatsApp.People.Add(new PersonSpec { Phone = "551187654321" });
        (await Scene.Http.PostAsync("/contact/check", """{"numbers":["5511987654321"]}"""))
            .Is(HttpStatusCode.OK, """{"success":true,"data":{"5511987654321":true}}""");
    }

    [Fact]
    [Statement("wuts 3.5", "Successful answers also feed the store: the number resolves to its LID, for which WhatsApp is not asked again.")]
    public async Task Answer_feeds_the_store()
    {
        var linked = await Gateway.LinkAsync();
        var person = Gateway.WhatsApp.People.Add();
        Assert.Equal(HttpStatusCode.OK, (await linked.Http.PostAsync("/contact/check", $$"""{"numbers":["{{person.Phone}}"]}""")).Status);
        using var silent = Gateway.Arm(new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "usync", Code = 500 });
        var item = Caller.Json(await linked.Http.PostAsync("/contacts/resolve", $$"""{"jids":["{{person.Phone}}"]}""")).GetProperty("items")[0];
        Assert.Equal(person.Lid.ToString(), item.Text("lid_jid"));
    }

    [Theory]
    [Statement("wuts 3.5", "An entry that is not 10 to 15 digits, a JID among them, is 400 with its index; entries are required.")]
    [InlineData("""{"numbers":["5511999999999","123456789"]}""", "numbers[1]")]
    [InlineData("""{"numbers":["1234567890123456"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["5511999999999@s.whatsapp.net"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["05511999999999"]}""", "numbers[0]")]
    [InlineData("""{"numbers":["55119٩999999"]}""", "numbers[0]")]
    [InlineData("""{"numbers":[5511999999999]}""", "numbers[0]")]
    [InlineData("""{"numbers":"5511999999999"}""", "numbers")]
    [InlineData("""{"numbers":[]}""", "numbers")]
    [InlineData("", "numbers")]
    public async Task Numbers_are_checked(string body, string field) => (await Scene.Http.PostAsync("/contact/check", body)).IsInvalid(field);

    [Theory]
    [Statement("wuts 3.5", "160 numbers are taken, 161 are not.")]
    [InlineData(160)]
    [InlineData(161)]
    public async Task Number_of_entries_is_limited(int count)
    {
        // Each question to WhatsApp is about 20 numbers, and 8 may be asked at once.
        var linked = await Gateway.LinkAsync();
        var numbers = Enumerable.Range(0, count).Select(i => $"55219{i:D8}").ToArray();
        var answer = await linked.Http.PostAsync("/contact/check", JsonSerializer.Serialize(new { numbers }));
        if (count > 160)
        {
            answer.IsInvalid("numbers");
            return;
        }

        var data = Caller.Json(answer).GetProperty("data");
        Assert.Equal(numbers, data.EnumerateObject().Select(entry => entry.Name));
        Assert.All(data.EnumerateObject(), entry => Assert.Equal(JsonValueKind.False, entry.Value.ValueKind));
    }

    [Theory]
    [Statement("wuts 3.5", "It is all or nothing: a query that fails gives no partial map.")]
    [InlineData(500, HttpStatusCode.BadGateway, "WHATSAPP_ERROR")]
    [InlineData(429, HttpStatusCode.TooManyRequests, "RATE_LIMITED")]
    public async Task Failed_check_has_no_partial_answer(int code, HttpStatusCode status, string error)
    {
        var linked = await Gateway.LinkAsync();
        using var fault = Gateway.Arm(new Fault.RequestError { Account = linked.Account.Phone, Xmlns = "usync", Code = code, Backoff = 60 });
        (await linked.Http.PostAsync("/contact/check", """{"numbers":["5511999999999","5511700000003"]}""")).IsWutsError(status, error);
    }

    protected override Task<LinkedUser> MakeSceneAsync() => Gateway.LinkAsync();
}
