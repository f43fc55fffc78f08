using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class StanzaConnectionTests
{
    private static readonly Node Query = new("iq", [("to", Jid.WhatsApp), ("type", "get"), ("xmlns", "test")]);

    [Fact]
    public async Task Query_gets_the_answer_with_its_id()
    {
        await using var fixture = new ConnectionFixture();

        var first = fixture.Connection.QueryAsync(Query, CancellationToken.None);
        var second = fixture.Connection.QueryAsync(Query, CancellationToken.None);
        var firstId = (await fixture.ReceiveAsync())["id"];
        var secondId = (await fixture.ReceiveAsync())["id"];
        await fixture.SendAsync(Result(secondId));
        await fixture.SendAsync(Result(firstId));

        Assert.Equal(firstId, (await first.Within())["id"]);
        Assert.Equal(secondId, (await second.Within())["id"]);
        Assert.NotEqual(firstId, secondId);
    }

    [Fact]
    public async Task Query_ids_pack_into_four_bits_per_character()
    {
        await using var fixture = new ConnectionFixture();

        Assert.Matches("^[0-9]{1,5}\\.[0-9]{1,5}-[0-9]+$", fixture.Connection.NextId());
    }

    [Fact]
    public async Task Error_is_an_answer()
    {
        await using var fixture = new ConnectionFixture();

        var query = fixture.Connection.QueryAsync(Query, CancellationToken.None);
        var id = (await fixture.ReceiveAsync())["id"];
        await fixture.SendAsync(new Node("iq", [("id", id), ("type", "error")], [new Node("error", [("code", 404)])]));

        Assert.Equal("error", (await query.Within())["type"]);
    }

    [Fact]
    public async Task Message_waits_for_its_ack()
    {
        await using var fixture = new ConnectionFixture();

        var sent = fixture.Connection.QueryAsync(new Node("message", [("id", "3EB0"), ("to", Jid.WhatsApp)]), CancellationToken.None);
        await fixture.ReceiveAsync();
        await fixture.SendAsync(new Node("ack", [("id", "3EB0"), ("class", "message")]));

        Assert.Equal("ack", (await sent.Within()).Tag);
    }

    [Fact]
    public async Task Query_times_out_and_its_late_answer_is_ignored()
    {
        await using var fixture = new ConnectionFixture();

        var query = fixture.Connection.QueryAsync(Query, CancellationToken.None, TimeSpan.FromSeconds(5));
        var id = (await fixture.ReceiveAsync())["id"];
        fixture.Time.Advance(TimeSpan.FromSeconds(5));

        var timeout = await Assert.ThrowsAsync<WhatsAppTimeoutException>(() => query.Within());
        Assert.Equal(("test", TimeSpan.FromSeconds(5), true), (timeout.Query, timeout.Timeout, timeout.IsTransient));
        await fixture.SendAsync(Result(id));
        await AssertAliveAsync(fixture);
    }

    [Fact]
    public async Task Cancelled_query_no_longer_waits()
    {
        await using var fixture = new ConnectionFixture();
        using var cancellation = new CancellationTokenSource();

        var query = fixture.Connection.QueryAsync(Query, cancellation.Token);
        await fixture.ReceiveAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query.Within());
        await AssertAliveAsync(fixture);
    }

    [Fact]
    public async Task Every_waiter_learns_why_the_connection_ended()
    {
        await using var fixture = new ConnectionFixture();
        var queries = Enumerable.Range(0, 3).Select(_ => fixture.Connection.QueryAsync(Query, CancellationToken.None)).ToArray();
        foreach (var _ in queries)
        {
            await fixture.ReceiveAsync();
        }

        await fixture.SendAsync(new Node("stream:error", [("code", "503")]));

        foreach (var query in queries)
        {
            var lost = await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => query.Within());
            Assert.Equal(new DisconnectReason.ServiceUnavailable(503), lost.Reason);
        }

        var late = await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => fixture.Connection.QueryAsync(Query, CancellationToken.None));
        Assert.Equal(new DisconnectReason.ServiceUnavailable(503), late.Reason);
        await Assert.ThrowsAsync<WhatsAppDisconnectedException>(() => fixture.Connection.Success);
    }

    [Fact]
    public async Task Stanza_that_cannot_be_decoded_is_skipped()
    {
        await using var fixture = new ConnectionFixture();

        await fixture.SendSealedAsync(fixture.Seal([0x00, 0xF8, 0x00]));
        await fixture.SendSealedAsync(fixture.Seal([]));

        await AssertAliveAsync(fixture);
    }

    [Fact]
    public async Task Empty_frame_is_skipped_without_using_a_nonce()
    {
        await using var fixture = new ConnectionFixture();

        await fixture.SendBytesAsync([0, 0, 0]);

        await AssertAliveAsync(fixture);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Frame_that_cannot_be_decrypted_ends_the_connection(int length)
    {
        await using var fixture = new ConnectionFixture();

        await fixture.SendSealedAsync(new byte[length]);

        Assert.Equal(new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame), await fixture.Running.Within());
        Assert.True(fixture.ClientTransport.Disposed);
    }

    [Fact]
    public async Task Repeated_frame_ends_the_connection()
    {
        await using var fixture = new ConnectionFixture();
        var frame = fixture.Seal(NodeWriter.Encode(new Node("ib")));

        await fixture.SendSealedAsync(frame);
        await fixture.SendSealedAsync(frame);

        Assert.Equal(new DisconnectReason.ProtocolViolation(ProtocolFault.UndecryptableFrame), await fixture.Running.Within());
    }

    [Fact]
    public async Task Frames_are_read_whatever_pieces_they_arrive_in()
    {
        await using var fixture = new ConnectionFixture();
        var payload = fixture.Seal(NodeWriter.Encode(new Node("notification", [("id", "9"), ("from", Jid.WhatsApp)])));
        byte[] frame = [0, 0, (byte)payload.Length, .. payload];

        foreach (var piece in frame.Chunk(3))
        {
            await fixture.SendBytesAsync(piece);
        }

        Assert.Equal("9", (await fixture.NextHandledAsync())["id"]);
    }

    [Fact]
    public async Task Close_without_a_reason_is_a_network_loss()
    {
        await using var fixture = new ConnectionFixture();

        fixture.CloseByServer();

        Assert.Equal(new DisconnectReason.Network(NetworkFault.Closed), await fixture.Running.Within());
    }

    [Fact]
    public async Task Broken_transport_is_a_network_loss()
    {
        await using var fixture = new ConnectionFixture();

        fixture.BreakByServer();

        Assert.Equal(new DisconnectReason.Network(NetworkFault.Broken), await fixture.Running.Within());
    }

    [Fact]
    public async Task Half_a_frame_and_a_close_is_a_network_loss()
    {
        await using var fixture = new ConnectionFixture();

        await fixture.SendBytesAsync([0, 1, 0, 42]);
        fixture.CloseByServer();

        Assert.Equal(new DisconnectReason.Network(NetworkFault.Closed), await fixture.Running.Within());
    }

    [Fact]
    public async Task First_reason_counts()
    {
        await using var fixture = new ConnectionFixture();

        fixture.Connection.End(new DisconnectReason.Replaced());
        fixture.Connection.End(new DisconnectReason.ByUser());

        Assert.Equal(new DisconnectReason.Replaced(), await fixture.Running.Within());
    }

    [Fact]
    public async Task Stanzas_queued_before_the_end_still_leave()
    {
        await using var fixture = new ConnectionFixture();
        for (var i = 0; i < 10; i++)
        {
            await fixture.Connection.SendAsync(new Node("ib", [("id", i)]), CancellationToken.None);
        }

        fixture.Connection.End(new DisconnectReason.ByUser());

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal($"{i}", (await fixture.ReceiveAsync())["id"]);
        }

        Assert.True(await fixture.ReceivedEndAsync());
        await Assert.ThrowsAsync<WhatsAppDisconnectedException>(
            () => fixture.Connection.SendAsync(new Node("ib"), CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Peer_that_takes_nothing_cannot_hold_up_the_end()
    {
        await using var fixture = new ConnectionFixture();
        var large = new Node("ib", [], new byte[200_000]);
        await fixture.Connection.SendAsync(large, CancellationToken.None);

        fixture.Connection.End(new DisconnectReason.ByUser());
        await fixture.Time.WhenTimerDueAsync(TimeSpan.FromSeconds(2)).Within();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new DisconnectReason.ByUser(), await fixture.Running.Within());
    }

    [Fact]
    public async Task Success_sets_the_clock()
    {
        await using var fixture = new ConnectionFixture();
        var serverTime = fixture.Time.GetUtcNow().AddMinutes(7);

        await fixture.SendAsync(new Node("success", [("t", serverTime.ToUnixTimeSeconds())]));
        await fixture.Connection.Success.Within();

        Assert.Equal(TimeSpan.FromMinutes(7), fixture.ServerClock.Offset);
    }

    [Theory]
    [InlineData("4177")]
    [InlineData(null)]
    public async Task Server_ping_is_answered_with_its_id_if_it_has_one(string? id)
    {
        await using var fixture = new ConnectionFixture();

        await fixture.SendAsync(new Node("iq", [("from", Jid.WhatsApp), ("type", "get"), ("xmlns", "urn:xmpp:ping"), ("id", id)]));
        var pong = await fixture.ReceiveAsync();

        Assert.Equal(("iq", "result", id), (pong.Tag, pong["type"], pong["id"]));
    }

    private static Node Result(string? id) => new("iq", [("from", Jid.WhatsApp), ("type", "result"), ("id", id)]);

    private static async Task AssertAliveAsync(ConnectionFixture fixture)
    {
        var query = fixture.Connection.QueryAsync(Query, CancellationToken.None);
        await fixture.AnswerAsync();
        await query.Within();
    }
}
