using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Media;
using Wuts.WhatsApp.Tests.Stanzas;

namespace Wuts.WhatsApp.Tests.Media;

public class MediaConnectionTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Query_is_the_documented_one() =>
        StanzaVectors.AssertSame(StanzaVectors.Node("media-conn-request"), MediaConnectionQuery.Build("12.345-6"));

    [Fact]
    public void Answer_is_read_with_fallbacks_behind_all_hosts()
    {
        var connection = MediaConnectionQuery.Parse(StanzaVectors.Node("media-conn-response"));
        var expected = StanzaVectors.Expect("media-conn-response");
        string[] hosts = [.. expected.GetProperty("hosts").EnumerateArray().Select(h => h.GetString()!)];

        Assert.Equal([.. hosts, "media.cdn.whatsapp.net"], connection.Hosts);
        Assert.Equal(expected.TextOf("auth"), connection.Auth);
        Assert.Equal(expected.GetProperty("ttl").GetInt32(), connection.TimeToLive.TotalSeconds);
        Assert.Equal(TimeSpan.FromSeconds(21600), connection.AuthTimeToLive);
        Assert.DoesNotContain(connection.Auth, connection.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, StanzaVectors.Names("media").Count());
    }

    [Theory]
    [InlineData("host.example/path")]
    [InlineData("user@host.example")]
    [InlineData("host.example:8080")]
    [InlineData("")]
    [InlineData("a b")]
    public void Host_that_is_no_name_is_left_out(string host)
    {
        var answer = Answer([("ttl", "60")], new Node("host", [("hostname", host)]), new Node("host", [("hostname", "good.example")]));

        Assert.Equal(["good.example"], MediaConnectionQuery.Parse(answer).Hosts);
    }

    [Theory]
    [InlineData("300", 300)]
    [InlineData(null, 60)]
    [InlineData("x", 60)]
    [InlineData("999999999", 86400)]
    public void Time_to_live_is_bounded(string? ttl, int seconds) =>
        Assert.Equal(seconds, MediaConnectionQuery.Parse(Answer([("ttl", ttl)])).TimeToLive.TotalSeconds);

    [Fact]
    public void Refused_query_and_strange_answer_are_exceptions()
    {
        var refused = new Node("iq", [("type", "error")], [new Node("error", [("code", "500")])]);

        Assert.Throws<QueryRefusedException>(() => MediaConnectionQuery.Parse(refused));
        Assert.Throws<UnexpectedAnswerException>(() => MediaConnectionQuery.Parse(new Node("iq", [("type", "result")])));
    }

    [Fact]
    public async Task Hosts_are_asked_for_once_until_they_are_old()
    {
        var queries = 0;
        using var hosts = new MediaConnectionHosts(_ => Task.FromResult(Connection($"host{++queries}.example")), _time);

        var first = await hosts.GetAsync(refresh: false, default);
        _time.Advance(TimeSpan.FromSeconds(299));
        var second = await hosts.GetAsync(refresh: false, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        var third = await hosts.GetAsync(refresh: false, default);
        var fourth = await hosts.GetAsync(refresh: true, default);

        Assert.Same(first, second);
        Assert.Equal(["https://host1.example/", "https://mmg.whatsapp.net/"], first.Select(h => h.AbsoluteUri));
        Assert.Equal("host2.example", third[0].Host);
        Assert.Equal("host3.example", fourth[0].Host);
    }

    [Fact]
    public async Task Callers_at_the_same_time_share_one_query()
    {
        var queries = 0;
        var answer = new TaskCompletionSource<MediaConnection>();
        using var hosts = new MediaConnectionHosts(
            _ =>
            {
                queries++;
                return answer.Task;
            },
            _time);

        var callers = Enumerable.Range(0, 5).Select(_ => hosts.GetAsync(refresh: true, default).AsTask()).ToList();
        answer.SetResult(Connection("one.example"));
        await Task.WhenAll(callers).Within();

        Assert.Equal(1, queries);
    }

    [Fact]
    public async Task Failed_query_leaves_the_host_that_always_works_and_is_asked_again()
    {
        var queries = 0;
        using var hosts = new MediaConnectionHosts(
            _ => ++queries == 1 ? Task.FromException<MediaConnection>(new WhatsAppException("gone")) : Task.FromResult(Connection("one.example")),
            _time);

        Assert.Equal("mmg.whatsapp.net", Assert.Single(await hosts.GetAsync(refresh: false, default)).Host);
        Assert.Equal("one.example", (await hosts.GetAsync(refresh: false, default))[0].Host);
    }

    private static MediaConnection Connection(string host) => new([host], TimeSpan.FromSeconds(300), "", null);

    private static Node Answer((string, AttributeValue)[] attributes, params Node[] hosts) =>
        new("iq", [("type", "result")], [new Node("media_conn", attributes, hosts)]);
}
