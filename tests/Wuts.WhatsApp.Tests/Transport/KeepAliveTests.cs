using Wuts.Testing;
using Wuts.WhatsApp.Binary;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class KeepAliveTests
{
    [Theory]
    [InlineData(0.0, 20)]
    [InlineData(0.5, 25)]
    [InlineData(1.0, 30)]
    public async Task Pings_are_twenty_to_thirty_seconds_apart(double random, int seconds)
    {
        await using var fixture = new ConnectionFixture(
            new FixedRandom(random), new KeepAliveOptions { Timeout = TimeSpan.FromSeconds(19) });
        for (var i = 0; i < 3; i++)
        {
            await fixture.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(seconds)).Within();
            var ping = fixture.ReceiveAsync();
            fixture.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.False(ping.IsCompleted);
            fixture.Time.Advance(TimeSpan.FromTicks(1));

            await AnswerAsync(fixture, await ping);
        }
    }

    [Fact]
    public async Task Ping_has_no_child()
    {
        await using var fixture = new ConnectionFixture();

        var ping = await NextPingAsync(fixture);

        Assert.Equal(("iq", "get", "w:p", "s.whatsapp.net", false), (ping.Tag, ping["type"], ping["xmlns"], ping["to"], ping.HasContent));
    }

    [Fact]
    public async Task Answered_ping_proves_life_and_corrects_the_clock()
    {
        await using var fixture = new ConnectionFixture();
        Assert.Null(fixture.Connection.LastAlive);

        var ping = await NextPingAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromSeconds(4));
        await fixture.SendAsync(new Node("iq",
            [("id", ping["id"]), ("type", "result"), ("t", fixture.Time.GetUtcNow().AddSeconds(58).ToUnixTimeSeconds())]));
        await NextPingAsync(fixture);

        Assert.Equal(fixture.Time.GetUtcNow().AddSeconds(-25), fixture.Connection.LastAlive);
        Assert.Equal(TimeSpan.FromSeconds(60), fixture.ServerClock.Offset);
    }

    [Fact]
    public async Task Refused_ping_proves_life()
    {
        await using var fixture = new ConnectionFixture();

        var ping = await NextPingAsync(fixture);
        await fixture.SendAsync(new Node("iq", [("id", ping["id"]), ("type", "error")]));
        await NextPingAsync(fixture);

        Assert.NotNull(fixture.Connection.LastAlive);
    }

    [Fact]
    public async Task One_unanswered_ping_is_followed_by_another_at_once()
    {
        await using var fixture = new ConnectionFixture();
        var first = await NextPingAsync(fixture);

        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        var second = await fixture.ReceiveAsync();
        await AnswerAsync(fixture, second);
        await NextPingAsync(fixture);

        Assert.NotEqual(first["id"], second["id"]);
        Assert.False(fixture.Running.IsCompleted);
    }

    [Fact]
    public async Task Two_unanswered_pings_end_the_connection()
    {
        await using var fixture = new ConnectionFixture();

        await NextPingAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        await fixture.ReceiveAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(new DisconnectReason.Network(NetworkFault.KeepAliveTimeout), await fixture.Running.Within());
    }

    private static async Task<Node> NextPingAsync(ConnectionFixture fixture)
    {
        await fixture.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(25)).Within();
        var ping = fixture.ReceiveAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(25));
        return await ping;
    }

    private static Task AnswerAsync(ConnectionFixture fixture, Node ping) =>
        fixture.SendAsync(new Node("iq", [("from", Jid.WhatsApp), ("id", ping["id"]), ("type", "result")]));
}
