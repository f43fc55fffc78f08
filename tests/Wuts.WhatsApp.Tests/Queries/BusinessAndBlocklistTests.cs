using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Queries;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Queries;

public class BusinessAndBlocklistTests
{
    private const string Id = "12.345-6";

    [Fact]
    public void Business_profile_query_is_written_as_documented() =>
        StanzaVectors.AssertSame(
            StanzaVectors.Node("biz-profile-request"),
            BusinessProfileQuery.Build(Id, Jid.Parse("491700000001:3@s.whatsapp.net")));

    [Fact]
    public void Business_profile_is_read_completely()
    {
        var expected = StanzaVectors.Expect("biz-profile-response");

        var profile = BusinessProfileQuery.Parse(StanzaVectors.Node("biz-profile-response"))!;

        Assert.Equal(expected.TextOf("jid"), profile.Jid.ToString());
        Assert.Equal(expected.TextOf("address"), profile.Address);
        Assert.Equal(expected.TextOf("description"), profile.Description);
        Assert.Equal(expected.TextOf("email"), profile.Email);
        Assert.Equal(expected.GetProperty("websites").EnumerateArray().Select(w => w.GetString()), profile.Websites);
        Assert.Equal(
            expected.GetProperty("categories").EnumerateArray().Select(c => new BusinessCategory(c.TextOf("id"), c.TextOf("name"))),
            profile.Categories);
        Assert.Equal(
            expected.GetProperty("options").EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetString()!), profile.Options);
        Assert.Equal("Europe/Berlin", profile.HoursTimeZone);
        Assert.Equal(
            [
                new BusinessHours("mon", "specific_hours", "420", "1080"),
                new BusinessHours("tue", "open_24h", "", ""),
                new BusinessHours("wed", "appointment_only", "", ""),
            ],
            profile.Hours);
        Assert.Equal(("52.5", "13.4"), (profile.Latitude, profile.Longitude));
    }

    [Fact]
    public void Missing_business_profile_is_no_failure()
    {
        Assert.Null(BusinessProfileQuery.Parse(StanzaVectors.Node("biz-profile-response-none")));
        Assert.Null(BusinessProfileQuery.Parse(Error(404)));
        Assert.Throws<QueryRefusedException>(() => BusinessProfileQuery.Parse(Error(500)));
    }

    [Fact]
    public void Blocklist_queries_are_written_as_documented()
    {
        var lid = Jid.Parse("100000000000005@lid");
        var phone = Jid.Parse("491700000005@s.whatsapp.net");

        StanzaVectors.AssertSame(StanzaVectors.Node("blocklist-get-request"), BlocklistQuery.Build(Id));
        StanzaVectors.AssertSame(StanzaVectors.Node("blocklist-block-request"), BlocklistQuery.BuildChange(Id, true, lid, phone));
        StanzaVectors.AssertSame(StanzaVectors.Node("blocklist-unblock-request"), BlocklistQuery.BuildChange(Id, false, lid, phone));
    }

    [Fact]
    public void Blocklist_keeps_every_address_that_the_server_gives()
    {
        var list = BlocklistQuery.Parse(StanzaVectors.Node("blocklist-get-response"));

        Assert.Equal("1779000000000", list.Hash);
        Assert.Equal(
            [
                new BlockedPerson(null, Jid.Parse("100000000000005@lid")),
                new BlockedPerson(Jid.Parse("491700000006@s.whatsapp.net"), Jid.Parse("100000000000006@lid")),
                new BlockedPerson(Jid.Parse("491700000007@s.whatsapp.net"), null),
            ],
            list.People);
    }

    [Fact]
    public void Change_gives_the_new_list_or_says_that_it_has_to_be_read()
    {
        var applied = Assert.IsType<BlocklistChange.Applied>(
            BlocklistQuery.ParseChange(StanzaVectors.Node("blocklist-set-response")));

        Assert.Equal(2, applied.List.People.Count);
        Assert.Equal(
            new BlocklistChange.AppliedWithoutList("1779000000001"),
            BlocklistQuery.ParseChange(StanzaVectors.Node("blocklist-set-response-matched")));
        Assert.Equal(
            406,
            Assert.IsType<BlocklistChange.Rejected>(BlocklistQuery.ParseChange(StanzaVectors.Node("blocklist-set-error-406"))).Error.Code);
        Assert.Throws<QueryRefusedException>(() => BlocklistQuery.ParseChange(Error(429)));
    }

    [Fact]
    public void Privacy_queries_are_written_and_read_as_documented()
    {
        StanzaVectors.AssertSame(StanzaVectors.Node("privacy-get-request"), PrivacyQueries.BuildSettings(Id));
        StanzaVectors.AssertSame(
            StanzaVectors.Node("tokens-issue-request"),
            PrivacyQueries.BuildIssueToken(Id, Jid.Parse("100000000000001@lid"), DateTimeOffset.FromUnixTimeSeconds(1780000000)));

        var settings = PrivacyQueries.ParseSettings(StanzaVectors.Node("privacy-get-response"));
        var expected = StanzaVectors.Expect("privacy-get-response");
        Assert.Equal(expected.TextOf("profile"), settings["profile"]);
        Assert.Equal(expected.TextOf("last"), settings["last"]);
        Assert.Equal(expected.TextOf("about"), settings["status"]);
        Assert.Throws<UnexpectedAnswerException>(() => PrivacyQueries.ParseSettings(new Node("iq", [("type", "result")])));
    }

    [Fact]
    public void Clean_repeats_the_timestamp_as_received() =>
        StanzaVectors.AssertSame(StanzaVectors.Node("clean-groups"), DirtyQuery.BuildClean(Id, "groups", "1780000000"));

    [Fact]
    public void Presence_is_written_as_documented()
    {
        StanzaVectors.AssertSame(StanzaVectors.Node("presence-available"), Presence.Build(true, "Own Name"));
        StanzaVectors.AssertSame(StanzaVectors.Node("presence-unavailable"), Presence.Build(false, "Own Name"));
        StanzaVectors.AssertSame(
            StanzaVectors.Node("presence-subscribe"),
            Presence.BuildSubscribe(
                Jid.Parse("100000000000001:3@lid"),
                new PrivacyToken(Hex.Bytes("ebb2b6396df9a130d75dd4e3"), DateTimeOffset.UnixEpoch)));
        Assert.Throws<ArgumentException>(() => Presence.Build(true, " "));
    }

    private static Node Error(int code) => new("iq", [("type", "error")], [new Node("error", [("code", code), ("text", "x")])]);
}
