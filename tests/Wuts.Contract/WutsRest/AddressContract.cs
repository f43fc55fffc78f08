using System.Net;

namespace Wuts.Contract.WutsRest;

/// <summary>What addresses and numbers may be written as. Contract wuts 1.6.</summary>
public abstract class AddressContract(GatewayUnderTest gateway) : ContractTests<LinkedUser>(gateway)
{
    /// <summary>Texts that are no address anywhere.</summary>
    public static TheoryData<string> NotAddresses =>
    [
        "5511999999999@example.com",
        "120363039000000000@newsletter",
        "status@broadcast",
        "5511999999999@hosted",
        "@s.whatsapp.net",
        "s.whatsapp.net",
        "5511999999999@",
        "a@b@lid",
        "11 22@lid",
        ":1@lid",
        "112233445566778:x@lid",
        "112233445566778:@lid",
        "05511999999@s.whatsapp.net",
        "+5511999999999@s.whatsapp.net",
    ];

    [Theory]
    [Statement("wuts 1.6", "Spaces, dashes, parentheses and a leading + are dropped from a number.")]
    [InlineData("5511999999999")]
    [InlineData("+55 (11) 99999-9999")]
    [InlineData(" 5511999999999 ")]
    [InlineData("55-11-99999-9999")]
    [InlineData("(55)11999999999")]
    public async Task Numbers_are_normalised(string number) => Assert.Equal(
        "5511999999999@s.whatsapp.net",
        Caller.Json(await Scene.Http.GetAsync($"/contacts/profile?number={Uri.EscapeDataString(number)}")).Text("data", "jid"));

    [Theory]
    [Statement("wuts 1.6", "A number has 10 to 15 digits, the first not 0, and nothing else in it.")]
    [InlineData("123456789")]
    [InlineData("1234567890123456")]
    [InlineData("0511999999999")]
    [InlineData("55+11999999999")]
    [InlineData("++5511999999999")]
    [InlineData("55.11.999999999")]
    [InlineData("٥٥١١٩٩٩٩٩٩٩٩٩")]
    [InlineData("5511999999999@s.whatsapp.net")]
    public async Task Other_numbers_are_refused(string number) =>
        (await Scene.Http.GetAsync($"/contacts/profile?number={Uri.EscapeDataString(number)}")).IsInvalid("number");

    [Theory]
    [Statement("wuts 1.6", "A jid without @ is a phone number; c.us becomes s.whatsapp.net; the server is lower-cased; a device part is dropped.")]
    [InlineData("5511999999999", "5511999999999@s.whatsapp.net")]
    [InlineData("+55 11 99999-9999", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@s.whatsapp.net", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@S.WhatsApp.Net", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999@c.us", "5511999999999@s.whatsapp.net")]
    [InlineData("5511999999999:12@s.whatsapp.net", "5511999999999@s.whatsapp.net")]
    [InlineData("150199452311775@lid", "150199452311775@lid")]
    [InlineData("150199452311775:4@LID", "150199452311775@lid")]
    public async Task Addresses_are_normalised(string text, string expected)
    {
        var answer = await Scene.Http.PostAsync("/contacts/resolve", $$"""{"jids":["{{text}}"]}""");
        answer.Is(HttpStatusCode.OK, $$$"""
            {"success":true,"count":1,"items":[{"input":"{{{text}}}","input_jid":"{{{expected}}}","resolved_jid":"5511999999999@s.whatsapp.net",
             "jid":"5511999999999@s.whatsapp.net","phone_number":"5511999999999","lid_jid":"150199452311775@lid","full_name":"Maria Silva"}]}
            """);
    }

    [Theory]
    [Statement("wuts 1.6", "Any other server, and what has not the form of its kind, is refused.")]
    [InlineData("120363039000000000@g.us")]
    [MemberData(nameof(NotAddresses))]
    public async Task Other_addresses_are_refused(string text)
    {
        (await Scene.Http.GetAsync($"/contacts/profile?jid={Uri.EscapeDataString(text)}")).IsInvalid("jid");
        (await Scene.Http.PostAsync("/contacts/resolve", $$"""{"jids":["{{text}}"]}""")).IsInvalid("jids[0]");
        (await Scene.Http.PostAsync("/contacts/block", $$"""{"jid":"{{text}}"}""")).IsInvalid("jid");
    }

    [Theory]
    [Statement("wuts 1.6", "A group's address has 15 to 25 digits, or a number and a time with a dash between.")]
    [InlineData("123456789012345@g.us", true)]
    [InlineData("1234567890123456789012345@g.us", true)]
    [InlineData("5511999999999-1400000000@g.us", true)]
    [InlineData("12345678901234@g.us", false)]
    [InlineData("12345678901234567890123456@g.us", false)]
    [InlineData("120363039000000000", false)]
    [InlineData("abc@g.us", false)]
    public async Task Groups_have_addresses_of_their_own(string text, bool isGroup)
    {
        var answer = await Scene.Http.GetAsync($"/groups/{text}");
        if (isGroup)
        {
            answer.IsWutsError(HttpStatusCode.NotFound, "GROUP_NOT_FOUND");
        }
        else
        {
            answer.IsInvalid("jid");
        }
    }

    protected override Task<LinkedUser> MakeSceneAsync() =>
        Gateway.LinkAsync(account => Gateway.WhatsApp.ContactsOf(account).Save(Gateway.People.Maria, "Maria Silva"));
}
