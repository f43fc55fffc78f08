using System.Net;

namespace Wuts.Contract.WutsRest;

/// <summary>What is answered when WhatsApp does not answer. Contract wuts 1.5.</summary>
public abstract class SilenceContract(GatewayUnderTest gateway) : ContractTests(gateway)
{
    [Theory]
    [Statement("wuts 1.5", "When WhatsApp does not answer in time it is 504 WHATSAPP_TIMEOUT, never an empty answer.")]
    [InlineData("/contacts/profile")]
    [InlineData("/contacts/profile-picture")]
    [InlineData("/contacts/5511999999999/picture")]
    [InlineData("/contact/check")]
    [InlineData("/contacts/block")]
    [InlineData("/appstate/sync")]
    [InlineData("/groups/120363039999999990@g.us")]
    [InlineData("/groups/120363039999999991@g.us/invite")]
    public async Task Silence_is_a_timeout(string path) => (await Gateway.Silence).During(path)
        .IsWutsError(HttpStatusCode.GatewayTimeout, "WHATSAPP_TIMEOUT", "WhatsApp did not answer in time");

    [Fact]
    [Statement("wuts 3.4", "A lookup that WhatsApp does not answer leaves the input as it is, which still gets its item.")]
    public async Task Unanswered_lookup_leaves_the_input_as_it_is() => (await Gateway.Silence).During("/contacts/resolve").Is(HttpStatusCode.OK, """
        {"success":true,"count":1,"items":[{"input":"5511888888888","input_jid":"5511888888888@s.whatsapp.net",
         "resolved_jid":"5511888888888@s.whatsapp.net","jid":"5511888888888@s.whatsapp.net","phone_number":"5511888888888"}]}
        """);

    [Theory]
    [Statement("wuts 1.5", "A timeout is not remembered: the same call is answered as soon as WhatsApp answers.")]
    [InlineData("/contacts/profile", HttpStatusCode.OK)]
    [InlineData("/contacts/profile-picture", HttpStatusCode.OK)]
    [InlineData("/contacts/5511999999999/picture", HttpStatusCode.OK)]
    [InlineData("/contact/check", HttpStatusCode.OK)]
    [InlineData("/contacts/block", HttpStatusCode.OK)]
    [InlineData("/groups/120363039999999990@g.us", HttpStatusCode.NotFound)]
    [InlineData("/groups/120363039999999991@g.us/invite", HttpStatusCode.NotFound)]
    public async Task Timeout_is_not_remembered(string path, HttpStatusCode expected)
    {
        var answer = (await Gateway.Silence).After(path);
        Assert.True(answer.Status == expected, answer.Text);
    }
}
