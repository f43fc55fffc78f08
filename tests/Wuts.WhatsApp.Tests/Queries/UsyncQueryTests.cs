using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Queries;

public class UsyncQueryTests
{
    private const string Id = "12.345-6";
    private const string SessionId = "12.345-5";

    private static readonly Jid AlicePhone = Jid.Parse("491700000001@s.whatsapp.net");
    private static readonly byte[] Token = Hex.Bytes("ebb2b6396df9a130d75dd4e3");

    [Fact]
    public void Registration_query_asks_by_number_with_a_leading_plus() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-contact-pn-request"),
            UsyncQuery.Build(
                Id,
                SessionId,
                UsyncRequest.Registration([Phone("491700000001"), Phone("491700000042"), Phone("5511987654321")])));

    [Fact]
    public void Lid_addressing_is_asked_for_in_the_contact_protocol() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-contact-lidmode-request"),
            UsyncQuery.Build(Id, SessionId, new UsyncRequest
            {
                Protocols =
                    [UsyncProtocol.Contact, UsyncProtocol.Business, UsyncProtocol.DisappearingMode, UsyncProtocol.Username],
                Targets = [UsyncTarget.ByPhone(Phone("491700000001"))],
                LidAddressing = true,
            }));

    [Fact]
    public void User_info_query_carries_the_token_of_a_person() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-userinfo-request"),
            UsyncQuery.Build(Id, SessionId, UsyncRequest.UserInfo(
                [UsyncTarget.ByJid(AlicePhone) with { PrivacyToken = Token }, UsyncTarget.ByJid(Jid.Parse("100000000000002@lid"))])));

    [Fact]
    public void Lid_query_carries_a_known_lid_as_a_hint() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-lid-request"),
            UsyncQuery.Build(Id, SessionId, UsyncRequest.LidLookup(
            [
                UsyncTarget.ByJid(Jid.Parse("491700000002@s.whatsapp.net")),
                UsyncTarget.ByJid(Jid.Parse("491700000003@s.whatsapp.net")) with { KnownLid = Jid.Parse("100000000000003@lid") },
            ])));

    [Fact]
    public void Device_query_carries_the_known_list() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-devices-request"),
            UsyncQuery.Build(Id, SessionId, new UsyncRequest
            {
                Context = UsyncContext.Message,
                Protocols = [UsyncProtocol.Devices],
                Targets =
                [
                    UsyncTarget.ByJid(AlicePhone),
                    UsyncTarget.ByJid(Jid.Parse("100000000000002@lid")) with
                    {
                        KnownDevices = new KnownDeviceList("2:AbCdEfGh", 1779000000, 1779500000),
                    },
                ],
            }));

    [Fact]
    public void User_name_query_names_the_user() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("usync-username-request"),
            UsyncQuery.Build(Id, SessionId, new UsyncRequest
            {
                Protocols = [UsyncProtocol.Contact, UsyncProtocol.Username],
                Targets = [UsyncTarget.ByUsername("alice.example")],
                LidAddressing = true,
            }));

    [Theory]
    [InlineData("usync-contact-pn-response")]
    [InlineData("usync-contact-lidmode-response")]
    [InlineData("usync-contact-response-no-jid")]
    public void Registration_answers_of_every_shape_give_number_addresses_and_business_name(string name)
    {
        var answer = UsyncQuery.Parse(StanzaVectors.Node(name));

        foreach (var expected in StanzaVectors.Expect(name).GetProperty("users").EnumerateArray())
        {
            var asked = expected.TextOf("query");
            var user = answer.ByPhone(Phone(asked[1..]));
            Assert.NotNull(user);
            Assert.Equal(asked, user.AskedText);
            Assert.Equal(
                expected.GetProperty("registered").GetBoolean() ? UsyncRegistration.Registered : UsyncRegistration.NotRegistered,
                user.Registration);
            var addresses = new[] { user.PhoneJid?.ToString(), user.LidJid?.ToString() };
            foreach (var property in new[] { "jid", "pn_jid", "lid" })
            {
                if (expected.TryGetProperty(property, out var jid) && jid.ValueKind == JsonValueKind.String)
                {
                    Assert.Contains(jid.GetString(), addresses);
                }
            }

            Assert.Equal(OptionalText(expected, "verified_name"), user.VerifiedName?.Name);
            Assert.Equal(OptionalText(expected, "username"), user.Username);
            if (expected.TryGetProperty("disappearing_mode", out var timer))
            {
                Assert.Equal(TimeSpan.FromSeconds(timer.GetProperty("duration").GetInt32()), user.DisappearingTimer);
            }
        }

        AssertPairs(name, answer);
    }

    [Fact]
    public void User_info_tells_hidden_from_empty_and_lists_devices()
    {
        var answer = UsyncQuery.Parse(StanzaVectors.Node("usync-userinfo-response"));

        var alice = answer.ByJid(AlicePhone)!;
        Assert.Equal(
            new UsyncAbout.Text("Hey there! ☕", DateTimeOffset.FromUnixTimeSeconds(1770000000)), alice.About);
        Assert.Equal(new UsyncPicture.Id("1779999999"), alice.Picture);
        var devices = Assert.IsType<UsyncDevices.Listed>(alice.Devices);
        Assert.Equal([new UsyncDevice(0, null, false), new UsyncDevice(7, 3, false), new UsyncDevice(12, 5, false)], devices.Devices);
        Assert.Equal("2:AbCdEfGh", devices.Hash);
        Assert.Equal(1779000000, devices.KeyIndexTimestamp);
        Assert.Equal(Jid.Parse("100000000000001@lid"), alice.LidJid);
        Assert.Equal("Example Bakery", alice.VerifiedName!.Name);
        Assert.Equal(VerifiedLevel.High, alice.VerifiedName.Level);
        Assert.Equal(1234567890123UL, alice.VerifiedName.Serial);
        Assert.Equal("smb:wa", alice.VerifiedName.Issuer);

        var hidden = answer.ByJid(Jid.Parse("100000000000002@lid"))!;
        Assert.IsType<UsyncAbout.Hidden>(hidden.About);
        Assert.IsType<UsyncPicture.Hidden>(hidden.Picture);
        Assert.Null(hidden.PhoneJid);
        Assert.Equal(TimeSpan.FromSeconds(86400), answer.Refresh[UsyncProtocol.Picture]);
    }

    [Fact]
    public void Lid_without_value_means_unknown()
    {
        var answer = UsyncQuery.Parse(StanzaVectors.Node("usync-lid-response"));

        Assert.Equal(Jid.Parse("100000000000002@lid"), answer.ByJid(Jid.Parse("491700000002@s.whatsapp.net"))!.LidJid);
        Assert.Null(answer.ByJid(Jid.Parse("491700000003@s.whatsapp.net"))!.LidJid);
        AssertPairs("usync-lid-response", answer);
    }

    [Fact]
    public void Key_index_list_without_devices_means_that_the_known_list_holds()
    {
        var answer = UsyncQuery.Parse(StanzaVectors.Node("usync-devices-response-unchanged"));

        var listed = Assert.IsType<UsyncDevices.Listed>(answer.ByJid(AlicePhone)!.Devices);
        Assert.Equal([new UsyncDevice(0, null, false)], listed.Devices);
        Assert.Equal(new UsyncDevices.Unchanged(1779500000), answer.ByJid(Jid.Parse("100000000000002@lid"))!.Devices);
    }

    [Fact]
    public void Error_of_one_protocol_is_reported_with_its_backoff()
    {
        var answer = UsyncQuery.Parse(StanzaVectors.Node("usync-error-per-protocol"));

        Assert.Empty(answer.Users);
        Assert.Equal(
            new QueryError(429, "rate-overlimit", TimeSpan.FromHours(1)), answer.ProtocolErrors[UsyncProtocol.Contact]);
        Assert.True(answer.ProtocolErrors[UsyncProtocol.Contact].IsRateLimit);
    }

    [Fact]
    public void Every_usync_stanza_is_covered()
    {
        string[] covered =
        [
            "usync-contact-pn-request", "usync-contact-pn-response", "usync-contact-lidmode-request",
            "usync-contact-lidmode-response", "usync-contact-response-no-jid", "usync-userinfo-request",
            "usync-userinfo-response", "usync-lid-request", "usync-lid-response", "usync-devices-request",
            "usync-devices-response-unchanged", "usync-error-per-protocol", "usync-username-request",
            "usync-error-iq",
        ];
        Assert.Equal(StanzaVectors.Names("usync").Order(StringComparer.Ordinal), covered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refused_query_says_what_it_was_and_that_it_may_be_repeated()
    {
        var refused = Assert.Throws<QueryRefusedException>(() => UsyncQuery.Parse(StanzaVectors.Node("usync-error-iq")));

        Assert.True(refused.IsRateLimit);
        Assert.True(refused.IsTransient);
        Assert.Equal("usync", refused.Query);
    }

    [Fact]
    public void Answer_without_the_usync_element_is_not_understood() =>
        Assert.Throws<UnexpectedAnswerException>(() => UsyncQuery.Parse(new Node("iq", [("type", "result")])));

    [Fact]
    public void Group_address_is_refused_as_a_target() =>
        Assert.Throws<ArgumentException>(() => UsyncTarget.ByJid(Jid.Parse("120363021234567890@g.us")));

    [Fact]
    public void Too_many_and_too_few_targets_are_refused()
    {
        var target = UsyncTarget.ByJid(AlicePhone);
        var request = UsyncRequest.LidLookup([.. Enumerable.Repeat(target, UsyncRequest.MaxTargets + 1)]);

        Assert.Throws<ArgumentException>(() => UsyncQuery.Build(Id, SessionId, request));
        Assert.Throws<ArgumentException>(() => UsyncQuery.Build(Id, SessionId, request with { Targets = [] }));
        Assert.Throws<ArgumentException>(() => UsyncQuery.Build(Id, SessionId, request with { Protocols = [], Targets = [target] }));
    }

    private static PhoneNumber Phone(string digits) =>
        PhoneNumber.TryParse(digits, out var phone, out var problem) ? phone : throw new ArgumentException(problem);

    private static string? OptionalText(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static void AssertPairs(string name, UsyncAnswer answer)
    {
        if (!StanzaVectors.Expect(name).TryGetProperty("mappings", out var mappings))
        {
            return;
        }

        foreach (var mapping in mappings.EnumerateArray())
        {
            Assert.Contains(
                answer.Users,
                u => u.PhoneJid?.ToString() == mapping[0].GetString() && u.LidJid?.ToString() == mapping[1].GetString());
        }
    }
}
