using System.Text.Json;
using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Identity;

namespace Wuts.WhatsApp.Tests.Identity;

public class IdentityTests
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AddressPair Own = Pair("491700000000", "100000000000099");
    private static readonly AddressPair Alice = Pair("491700000001", "100000000000001");
    private static readonly AddressPair AliceMoved = Pair("491700000001", "100000000000010");

    [Fact]
    public void Unknown_addresses_open_a_pair() =>
        Assert.IsType<IdentityDecision.Open>(IdentityRules.Decide(Seen(Alice, ObservationSource.Group), null, null, Own));

    [Theory]
    [InlineData(ObservationSource.Group, ObservationSource.UserQuery, true)]
    [InlineData(ObservationSource.UserQuery, ObservationSource.Group, false)]
    public void Known_pair_is_confirmed(ObservationSource known, ObservationSource seen, bool better)
    {
        var current = Current(Alice, known);

        Assert.Equal(new IdentityDecision.Confirm(better), IdentityRules.Decide(Seen(Alice, seen), current, current, Own));
    }

    [Theory]
    [InlineData(ObservationSource.UserQuery)]
    [InlineData(ObservationSource.AppStateContact)]
    [InlineData(ObservationSource.LidMigration)]
    [InlineData(ObservationSource.Blocklist)]
    public void Query_and_directed_sources_overrule(ObservationSource source)
    {
        var current = Current(Alice, ObservationSource.Group);

        var replaced = Assert.IsType<IdentityDecision.Replace>(IdentityRules.Decide(Seen(AliceMoved, source), current, null, Own));

        Assert.Equal([current], replaced.Ended);
        Assert.True(replaced.PhoneHasNewLid);
    }

    [Theory]
    [InlineData(ObservationSource.MessageHeader)]
    [InlineData(ObservationSource.Group)]
    [InlineData(ObservationSource.Notification)]
    public void Weak_contradiction_keeps_the_pair_and_asks_the_server(ObservationSource source) =>
        Assert.Equal(
            new IdentityDecision.AskServer(Alice.Phone),
            IdentityRules.Decide(Seen(AliceMoved, source), Current(Alice, ObservationSource.UserQuery), null, Own));

    [Fact]
    public void Anything_beats_history_and_history_beats_nothing()
    {
        var fromHistory = Current(Alice, ObservationSource.History);

        Assert.IsType<IdentityDecision.Replace>(
            IdentityRules.Decide(Seen(AliceMoved, ObservationSource.Group), fromHistory, null, Own));
        Assert.IsType<IdentityDecision.Ignore>(
            IdentityRules.Decide(Seen(AliceMoved, ObservationSource.History), fromHistory, null, Own));
    }

    [Fact]
    public void Directed_source_that_is_older_than_a_query_changes_nothing()
    {
        var current = new CurrentPair(Alice, ObservationSource.UserQuery, Noon.AddHours(1));

        Assert.IsType<IdentityDecision.Ignore>(
            IdentityRules.Decide(Seen(AliceMoved, ObservationSource.AppStateContact), current, null, Own));
    }

    [Fact]
    public void Pair_that_joins_two_known_people_ends_both_pairs()
    {
        var ofPhone = Current(Alice, ObservationSource.Group);
        var ofLid = Current(Pair("491700000002", "100000000000010"), ObservationSource.Group);

        var replaced = Assert.IsType<IdentityDecision.Replace>(
            IdentityRules.Decide(Seen(AliceMoved, ObservationSource.UserQuery), ofPhone, ofLid, Own));

        Assert.Equal([ofPhone, ofLid], replaced.Ended);
    }

    [Fact]
    public void Number_that_a_known_lid_moves_to_does_not_count_as_reassigned()
    {
        var ofLid = Current(Alice, ObservationSource.Group);
        var moved = Pair("491700000010", "100000000000001");

        var replaced = Assert.IsType<IdentityDecision.Replace>(
            IdentityRules.Decide(Seen(moved, ObservationSource.UserQuery), null, ofLid, Own));

        Assert.False(replaced.PhoneHasNewLid);
    }

    [Theory]
    [InlineData("491700000000", "100000000000001")]
    [InlineData("491700000001", "100000000000099")]
    public void Own_addresses_are_never_paired_with_foreign_ones(string phone, string lid) =>
        Assert.IsType<IdentityDecision.Ignore>(
            IdentityRules.Decide(Seen(Pair(phone, lid), ObservationSource.UserQuery), null, null, Own));

    [Theory]
    [InlineData("1@s.whatsapp.net", "2@s.whatsapp.net")]
    [InlineData("1@lid", "2@lid")]
    [InlineData("1@lid", "2@g.us")]
    [InlineData("s.whatsapp.net", "2@lid")]
    [InlineData("0@s.whatsapp.net", "2@lid")]
    [InlineData("13135550002@s.whatsapp.net", "2@lid")]
    [InlineData("100000000000001@s.whatsapp.net", "100000000000001@lid")]
    public void Addresses_that_are_no_pair_are_refused(string one, string other)
    {
        Assert.False(AddressPair.TryCreate(Jid.Parse(one), Jid.Parse(other), out _));
        Assert.False(AddressPair.TryCreate(Jid.Parse(other), Jid.Parse(one), out _));
    }

    [Fact]
    public void Pair_is_normalised_whatever_the_order_device_or_host()
    {
        Assert.True(AddressPair.TryCreate(Jid.Parse("100000000000001:99@hosted.lid"), Jid.Parse("491700000001:7@s.whatsapp.net"), out var pair));

        Assert.Equal(Alice, pair);
    }

    [Fact]
    public void Contact_hash_matches_the_vectors()
    {
        foreach (var vector in Misc("contact_notification_hash"))
        {
            Assert.Equal(vector.TextOf("hash"), ContactHash.Of(new Jid(vector.TextOf("user"), JidServers.Lid)));
        }
    }

    [Fact]
    public void Token_expiry_matches_the_vectors()
    {
        foreach (var vector in Misc("tc_token_expiry"))
        {
            var now = Time(vector, "now");
            Assert.Equal(Time(vector, "cutoff"), PrivacyTokens.Cutoff(now));
            Assert.True(PrivacyTokens.IsExpired(Time(vector, "expired_example"), now));
            Assert.False(PrivacyTokens.IsExpired(Time(vector, "valid_example"), now));
        }
    }

    [Fact]
    public void Own_token_is_due_once_per_bucket()
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(604_800 * 2940L);

        Assert.False(PrivacyTokens.IsIssueDue(start, start.AddDays(7).AddSeconds(-1)));
        Assert.True(PrivacyTokens.IsIssueDue(start, start.AddDays(7)));
    }

    [Fact]
    public void Client_side_token_matches_the_vectors()
    {
        var salt = VectorFile.Open("misc.json").GetProperty("cs_token").HexOf("nct_salt");
        foreach (var vector in Misc("cs_token"))
        {
            Assert.Equal(vector.TextOf("token"), Hex.Text(PrivacyTokens.ClientSideToken(salt, Jid.Parse(vector.TextOf("lid")))));
        }
    }

    [Fact]
    public void Lid_migration_prefers_the_latest_lid()
    {
        var vector = VectorFile.Open("misc.json").GetProperty("lid_migration");

        var migration = LidMigration.Parse(vector.HexOf("payload"));

        Assert.Equal(
            vector.GetProperty("expect").GetProperty("mappings").EnumerateArray().Select(m => (m[0].GetString(), m[1].GetString())),
            migration.Pairs.Select(p => ((string?)p.Phone.ToString(), (string?)p.Lid.ToString())));
        Assert.Equal(
            vector.GetProperty("expect").GetProperty("chat_db_migration_timestamp").GetInt64(),
            migration.MigratedAt!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public void Malformed_lid_migration_is_refused() =>
        Assert.Throws<WhatsAppException>(() => LidMigration.Parse([0x0a, 0x7f]));

    private static JsonElement.ArrayEnumerator Misc(string name) =>
        VectorFile.Open("misc.json").GetProperty(name).GetProperty("cases").EnumerateArray();

    private static DateTimeOffset Time(JsonElement element, string property) =>
        DateTimeOffset.FromUnixTimeSeconds(element.GetProperty(property).GetInt64());

    private static AddressPair Pair(string phone, string lid) =>
        AddressPair.TryCreate(new Jid(phone, JidServers.User), new Jid(lid, JidServers.Lid), out var pair)
            ? pair
            : throw new ArgumentException("no pair");

    private static Observation Seen(AddressPair pair, ObservationSource source) => new(pair, source, Noon);

    private static CurrentPair Current(AddressPair pair, ObservationSource source) => new(pair, source, Noon.AddDays(-1));
}
