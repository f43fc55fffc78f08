using System.Net;
using System.Text.Json;
using Wuts.Simulator;

namespace Wuts.Contract.WutsRest;

/// <summary>Which LID is which number, for a batch. Contract wuts 3.4, and what we add to it.</summary>
public abstract class ResolveContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    /// <summary>Bodies that are refused, with the fields that are wrong, separated by bars.</summary>
    public static TheoryData<string, string> BadBodies => new()
    {
        { """{"jids":["5511999999999","120363039000000000@g.us"]}""", "jids[1]" },
        { """{"jids":["1@newsletter","abc"]}""", "jids[0]|jids[1]" },
        { """{"jids":[""]}""", "jids[0]" },
        { """{"jids":[5511999999999]}""", "jids[0]" },
        { """{"jids":[]}""", "jids" },
        { "{}", "jids" },
        { """{"jids":"5511999999999"}""", "jids" },
        { """{"jids":["5511999999999"],"group_jid":"5511999999999@s.whatsapp.net"}""", "group_jid" },
        { """{"jids":["5511999999999"],"group_jid":"120363039000000000"}""", "group_jid" },
    };

    [Fact]
    [Statement("wuts 3.4", "The document's request: one item per input in its order, keys as documented; LID and number of one person are not merged.")]
    public async Task Every_input_has_an_item()
    {
        const string Joao = """
            "resolved_jid":"5511888888888@s.whatsapp.net","jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888",
            "lid_jid":"112233445566778@lid","full_name":"Joao Pereira","push_name":"Joao"
            """;
        var answer = await AskAsync("5511999999999", "5511888888888@s.whatsapp.net", "112233445566778@lid");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":3,"items":[
             {"input":"5511999999999","input_jid":"5511999999999@s.whatsapp.net","resolved_jid":"5511999999999@s.whatsapp.net",
              "jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","lid_jid":"150199452311775@lid","first_name":"Maria",
              "full_name":"Maria Silva","push_name":"Maria"},
             {"input":"5511888888888@s.whatsapp.net","input_jid":"5511888888888@s.whatsapp.net",{{{Joao}}}},
             {"input":"112233445566778@lid","input_jid":"112233445566778@lid",{{{Joao}}}}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.4", "Exact duplicates of an input collapse; different spellings of one address stay.")]
    public async Task Duplicates_collapse()
    {
        string[] inputs = ["5511999999999", "+55 11 99999-9999", "5511999999999", "5511999999999:7@c.us"];
        Assert.Equal(
            ["5511999999999", "+55 11 99999-9999", "5511999999999:7@c.us"], Items(await AskAsync(inputs)).Select(item => item.Text("input")));
    }

    [Fact]
    [Statement("wuts 3.4", "What is not stored is looked up; registration is not tested: an unregistered number still gets an item.")]
    public async Task Unknown_numbers_are_looked_up()
    {
        var person = Gateway.WhatsApp.People.Add();
        (await AskAsync(person.Phone!, "5511700000002")).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":2,"items":[
             {"input":"{{{person.Phone}}}","input_jid":"{{{person.Jid}}}","resolved_jid":"{{{person.Jid}}}","jid":"{{{person.Jid}}}",
              "phone_number":"{{{person.Phone}}}","lid_jid":"{{{person.Lid}}}"},
             {"input":"5511700000002","input_jid":"5511700000002@s.whatsapp.net","resolved_jid":"5511700000002@s.whatsapp.net",
              "jid":"5511700000002@s.whatsapp.net","phone_number":"5511700000002"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.4", "A LID with unknown number is resolved to itself, without phone_number; a number whose LID is not told has no lid_jid.")]
    public async Task Unknown_pair_is_resolved_to_itself()
    {
        var secret = Gateway.WhatsApp.People.Add(new PersonSpec { LidIsKnown = false });
        (await AskAsync(secret.Lid.ToString(), secret.Phone!)).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":2,"items":[
             {"input":"{{{secret.Lid}}}","input_jid":"{{{secret.Lid}}}","resolved_jid":"{{{secret.Lid}}}","jid":"{{{secret.Lid}}}",
              "lid_jid":"{{{secret.Lid}}}"},
             {"input":"{{{secret.Phone}}}","input_jid":"{{{secret.Jid}}}","resolved_jid":"{{{secret.Jid}}}","jid":"{{{secret.Jid}}}",
              "phone_number":"{{{secret.Phone}}}"}]}
            """);
    }

    [Fact]
    [Statement("wuts 3.4", "first_name and business_name are added when known.")]
    public async Task Names_are_added_when_known() => (await AskAsync("5511966666666")).Is(HttpStatusCode.OK, $$$"""
        {"success":true,"count":1,"items":[{"input":"5511966666666","input_jid":"5511966666666@s.whatsapp.net",
         "resolved_jid":"5511966666666@s.whatsapp.net","jid":"5511966666666@s.whatsapp.net","phone_number":"5511966666666",
         "lid_jid":"{{{Gateway.People.Shop.Lid}}}","first_name":"Silva","full_name":"Silva Shop","push_name":"Silva",
         "business_name":"Silva Comercio"}]}
        """);

    [Theory]
    [Statement("wuts 3.4", "A group, a newsletter or a malformed input is 400 with its index; missing or empty is 400 on jids.")]
    [MemberData(nameof(BadBodies))]
    public async Task Inputs_are_checked(string body, string fields) =>
        (await Scene.Http.PostAsync("/contacts/resolve", body)).IsInvalid(fields.Split('|'));

    [Theory]
    [Statement("wuts 3.4", "160 mixed inputs are taken, each with its item; 161 are not.")]
    [InlineData(160)]
    [InlineData(161)]
    public async Task Number_of_inputs_is_limited(int count)
    {
        var people = Enumerable.Range(0, (count + 1) / 2).Select(_ => Gateway.WhatsApp.People.Add()).ToList();
        var inputs = people.SelectMany(person => new[] { person.Phone!, person.Lid.ToString() }).Take(count).ToArray();
        var answer = await AskAsync(inputs);
        if (count > 160)
        {
            answer.IsInvalid("jids");
            return;
        }

        var items = Items(answer).ToList();
        Assert.Equal(inputs, items.Select(item => item.Text("input")));
        Assert.All(items.Where((_, i) => i % 2 == 0).Zip(people), pair => Assert.Equal(pair.Second.Lid.ToString(), pair.First.Text("lid_jid")));
    }

    [Fact]
    [Statement("wuts 3.4", "group_jid adds the participants of the group as a source of pairs; who is not in it is still returned.")]
    public async Task Group_is_a_further_source()
    {
        var member = Gateway.WhatsApp.People.Add();
        Group? group = null;
        var linked = await Gateway.LinkAsync(account => group = Gateway.WhatsApp.Groups.Create(
            new GroupSpec { Creator = Gateway.WhatsApp.People.Of(account), Members = [member], Announce = false }));
        var answer = await linked.Http.PostAsync(
            "/contacts/resolve", $$"""{"jids":["{{member.Lid}}","5511999999999"],"group_jid":"{{group!.Jid}}"}""");
        Assert.Equal([member.Phone, "5511999999999"], Items(answer).Select(item => item.Text("phone_number")));
    }

    [Theory]
    [Statement("wuts 3.4", "A group that does not exist, or that we are not in, is 404 GROUP_NOT_FOUND.")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Group_must_be_ones_own(bool exists)
    {
        var group = exists ? Gateway.WhatsApp.Groups.Create(new GroupSpec { Creator = Gateway.People.Joao }).Jid.ToString() : "120363039999999999@g.us";
        (await Scene.Http.PostAsync("/contacts/resolve", $$"""{"jids":["5511999999999"],"group_jid":"{{group}}"}"""))
            .IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
    }

    [Fact]
    [Statement("wuts 3.4", "Beyond the contract: explain=true says what each pair rests on, and what was before it.")]
    public async Task Explanation_shows_source_and_history()
    {
        var person = Gateway.WhatsApp.People.Add();
        var body = $$"""{"jids":["{{person.Phone}}"]}""";
        (await Scene.Http.PostAsync("/contacts/resolve?explain=true", body)).Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":1,"items":[{"input":"{{{person.Phone}}}","input_jid":"{{{person.Jid}}}","resolved_jid":"{{{person.Jid}}}",
             "jid":"{{{person.Jid}}}","phone_number":"{{{person.Phone}}}","lid_jid":"{{{person.Lid}}}","history":[
              {"phone_jid":"{{{person.Jid}}}","lid_jid":"{{{person.Lid}}}","source":"user_query","confidence":"high",
               "first_seen":"<any>","last_seen":"<any>"}]}]}
            """);
        Assert.DoesNotContain("history", (await Scene.Http.PostAsync("/contacts/resolve?explain=false", body)).Text, StringComparison.Ordinal);
        (await Scene.Http.PostAsync("/contacts/resolve?explain=perhaps", body)).IsInvalid("explain");
    }

    protected override async Task<LinkedUser> MakeSceneAsync()
    {
        var linked = await Gateway.LinkAsync(account =>
        {
            account.Handset.History.IsOn = true;
            var book = Gateway.WhatsApp.ContactsOf(account);
            book.Save(Gateway.People.Maria, "Maria Silva", "Maria");
            book.Save(Gateway.People.Joao, "Joao Pereira");
            book.Save(Gateway.People.Shop, "Silva Shop", "Silva");
        });
        await Eventually.IsAsync(
            async () => (await linked.Http.GetAsync("/contacts")).Text,
            text => text.Split("push_name").Length == 4 && text.Contains("business_name", StringComparison.Ordinal));
        return linked;
    }

    private Task<ApiAnswer> AskAsync(params string[] inputs) =>
        Scene.Http.PostAsync("/contacts/resolve", JsonSerializer.Serialize(new { jids = inputs }));

    private static IEnumerable<JsonElement> Items(ApiAnswer answer) => Caller.Json(answer).GetProperty("items").EnumerateArray();
}
