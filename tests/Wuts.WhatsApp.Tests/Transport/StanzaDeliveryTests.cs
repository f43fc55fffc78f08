using Wuts.Testing;
using Wuts.WhatsApp.Binary;
using Wuts.WhatsApp.Transport;

namespace Wuts.WhatsApp.Tests.Transport;

public sealed class StanzaDeliveryTests
{
    [Theory]
    [InlineData("message")]
    [InlineData("notification")]
    [InlineData("receipt")]
    [InlineData("call")]
    [InlineData("something-new")]
    public async Task Stanza_is_acknowledged_only_after_its_handler_has_finished(string tag)
    {
        var stored = new TaskCompletionSource();
        await using var fixture = new ConnectionFixture
        {
            Handler = async (_, _) =>
            {
                await stored.Task;
                return StanzaOutcome.Handled;
            },
        };

        await fixture.SendAsync(Stanza(tag, 1));
        await fixture.NextHandledAsync();
        await fixture.Connection.SendAsync(new Node("ib"), CancellationToken.None);
        Assert.Equal("ib", (await fixture.ReceiveAsync()).Tag);
        stored.SetResult();
        var ack = await fixture.ReceiveAsync();

        Assert.Equal(("ack", tag, "1"), (ack.Tag, ack["class"], ack["id"]));
    }

    [Fact]
    public async Task Stanzas_of_one_class_are_handled_in_order_and_one_at_a_time()
    {
        var atWork = 0;
        var handled = new List<string>();
        await using var fixture = new ConnectionFixture
        {
            Handler = async (stanza, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref atWork));
                await Task.Yield();
                handled.Add(stanza["id"]!);
                Interlocked.Decrement(ref atWork);
                return StanzaOutcome.Handled;
            },
        };

        for (var i = 0; i < 50; i++)
        {
            await fixture.SendAsync(Stanza("notification", i));
        }

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal($"{i}", (await fixture.ReceiveAsync())["id"]);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), handled);
    }

    [Fact]
    public async Task Slow_class_does_not_hold_up_the_others()
    {
        var release = new TaskCompletionSource();
        await using var fixture = new ConnectionFixture
        {
            Handler = async (stanza, _) =>
            {
                if (stanza.Tag == "message")
                {
                    await release.Task;
                }

                return StanzaOutcome.Handled;
            },
        };

        await fixture.SendAsync(Stanza("message", 1));
        await fixture.SendAsync(Stanza("notification", 2));

        Assert.Equal("notification", (await fixture.ReceiveAsync())["class"]);
        release.SetResult();
        Assert.Equal("message", (await fixture.ReceiveAsync())["class"]);
    }

    [Fact]
    public async Task Handler_may_ask_the_server()
    {
        await using var fixture = new ConnectionFixture();
        fixture.Handler = async (_, cancellationToken) =>
        {
            await fixture.Connection.QueryAsync(KeepAlive.BuildPing(), cancellationToken);
            return StanzaOutcome.Handled;
        };

        await fixture.SendAsync(Stanza("notification", 1));
        await fixture.AnswerAsync();

        Assert.Equal("ack", (await fixture.ReceiveAsync()).Tag);
    }

    [Fact]
    public async Task Handler_that_answered_itself_is_not_followed_by_an_ack()
    {
        await using var fixture = new ConnectionFixture { Handler = (_, _) => Task.FromResult(StanzaOutcome.Answered) };

        await fixture.SendAsync(Stanza("message", 1));
        await fixture.NextHandledAsync();
        fixture.Handler = (_, _) => Task.FromResult(StanzaOutcome.Handled);
        await fixture.SendAsync(Stanza("message", 2));

        Assert.Equal("2", (await fixture.ReceiveAsync())["id"]);
    }

    [Fact]
    public async Task Rejected_stanza_gets_a_negative_ack()
    {
        await using var fixture = new ConnectionFixture { Handler = (_, _) => Task.FromResult(StanzaOutcome.Rejected(491)) };

        await fixture.SendAsync(Stanza("message", 1));

        Assert.Equal("491", (await fixture.ReceiveAsync())["error"]);
    }

    [Fact]
    public async Task Ack_of_a_message_names_the_own_device()
    {
        await using var fixture = new ConnectionFixture { OwnDevice = Jid.Parse("15550001234:7@s.whatsapp.net") };

        await fixture.SendAsync(Stanza("message", 1));

        Assert.Equal("15550001234:7@s.whatsapp.net", (await fixture.ReceiveAsync())["from"]);
    }

    [Fact]
    public async Task Poison_is_acknowledged_so_that_it_does_not_come_back()
    {
        await using var fixture = new ConnectionFixture { Handler = (_, _) => throw new FormatException("bad") };

        await fixture.SendAsync(Stanza("notification", 1));
        Assert.Equal("500", (await fixture.ReceiveAsync())["error"]);

        fixture.Handler = (_, _) => throw new WhatsAppException("unreadable");
        await fixture.SendAsync(Stanza("notification", 2));
        Assert.Equal("487", (await fixture.ReceiveAsync())["error"]);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_never_acknowledged()
    {
        await using var fixture = new ConnectionFixture { Handler = (_, _) => throw new WhatsAppStoreException("The disk is full.") };

        await fixture.SendAsync(Stanza("message", 1));

        Assert.Equal(new DisconnectReason.StorageFailed(), await fixture.Running.Within());
        Assert.True(await fixture.ReceivedEndAsync());
    }

    [Fact]
    public async Task What_could_not_be_stored_is_tried_again_in_its_place_and_acknowledged_when_it_is_stored()
    {
        var fails = true;
        await using var fixture = new ConnectionFixture(storagePatience: TimeSpan.FromMinutes(1))
        {
            Handler = (stanza, _) => fails && stanza.Tag == "message"
                ? throw new WhatsAppStoreException("The database is away.")
                : Task.FromResult(StanzaOutcome.Handled),
        };

        await fixture.SendAsync(Stanza("message", 1));
        await fixture.SendAsync(Stanza("message", 2));
        await fixture.NextHandledAsync();

        // Other kinds do not wait.
        await fixture.SendAsync(Stanza("notification", 3));
        Assert.Equal("3", (await fixture.ReceiveAsync())["id"]);
        for (var pause = 100; pause < 2000; pause *= 2)
        {
            var due = TimeSpan.FromMilliseconds(Math.Min(pause, 1000));
            await fixture.Time.WhenTimerDueAsync(due).Within();
            fixture.Time.Advance(due);
            Assert.Equal("1", (await fixture.NextHandledAsync(stanza => stanza.Tag == "message"))["id"]);
        }

        fails = false;
        await fixture.Time.WhenTimerDueAsync(StorageRetry.LongestPause).Within();
        fixture.Time.Advance(StorageRetry.LongestPause);
        Assert.Equal("1", (await fixture.ReceiveAsync())["id"]);
        Assert.Equal("2", (await fixture.ReceiveAsync())["id"]);
    }

    [Fact]
    public async Task A_connection_is_given_up_when_storing_fails_for_too_long()
    {
        await using var fixture = new ConnectionFixture(storagePatience: TimeSpan.FromMilliseconds(150))
        {
            Handler = (_, _) => throw new WhatsAppStoreException("The database is away."),
        };

        await fixture.SendAsync(Stanza("message", 1));
        foreach (var pause in (int[])[100, 200])
        {
            await fixture.Time.WhenTimerDueAsync(TimeSpan.FromMilliseconds(pause)).Within();
            Assert.False(fixture.Running.IsCompleted);
            fixture.Time.Advance(TimeSpan.FromMilliseconds(pause));
        }

        Assert.Equal(new DisconnectReason.StorageFailed(), await fixture.Running.Within());
        Assert.True(await fixture.ReceivedEndAsync());
    }

    [Fact]
    public async Task A_connection_that_ends_does_not_wait_for_the_store()
    {
        await using var fixture = new ConnectionFixture(storagePatience: TimeSpan.FromMinutes(1))
        {
            Handler = (_, _) => throw new WhatsAppStoreException("The database is away."),
        };
        await fixture.SendAsync(Stanza("message", 1));
        await fixture.NextHandledAsync();
        await fixture.Time.WhenTimerDueAsync(TimeSpan.FromMilliseconds(100)).Within();

        fixture.Connection.End(new DisconnectReason.ByUser());

        Assert.Equal(new DisconnectReason.ByUser(), await fixture.Running.Within());
        Assert.True(await fixture.ReceivedEndAsync());
    }

    [Fact]
    public async Task Handler_at_work_is_cancelled_and_awaited_when_the_connection_ends()
    {
        var cancelled = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var fixture = new ConnectionFixture
        {
            Handler = async (_, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(cancelled.SetResult);
                await finish.Task;
                return StanzaOutcome.Handled;
            },
        };
        await fixture.SendAsync(Stanza("message", 1));
        await fixture.SendAsync(Stanza("message", 2));
        await fixture.NextHandledAsync();

        fixture.CloseByServer();
        await cancelled.Task.Within();
        Assert.False(fixture.Running.IsCompleted);
        finish.SetResult();
        await fixture.Running.Within();

        // The first was handled, but the connection is gone: no ack. The second was never handed out.
        Assert.True(await fixture.ReceivedEndAsync());
    }

    [Fact]
    public async Task Flood_is_handled_completely_although_the_reader_pauses()
    {
        var release = new TaskCompletionSource();
        await using var fixture = new ConnectionFixture
        {
            Handler = async (_, _) =>
            {
                await release.Task;
                return StanzaOutcome.Handled;
            },
        };
        var flood = Task.Run(async () =>
        {
            for (var i = 0; i < 4 * Backpressure.QuietLimit; i++)
            {
                // Large enough that the pipe between the two can hold only a few.
                await fixture.SendAsync(new Node("message", [("id", i), ("from", Jid.WhatsApp)], new byte[4096]));
            }
        });
        await fixture.NextHandledAsync();

        release.SetResult();
        for (var i = 0; i < 4 * Backpressure.QuietLimit; i++)
        {
            Assert.Equal($"{i}", (await fixture.ReceiveAsync())["id"]);
        }

        await flood.Within();
    }

    [Fact]
    public async Task Paused_reader_still_delivers_the_answer_that_a_handler_waits_for()
    {
        await using var fixture = new ConnectionFixture();
        var paused = new TaskCompletionSource();
        fixture.Handler = async (stanza, cancellationToken) =>
        {
            if (stanza["id"] == "0")
            {
                await paused.Task;
                await fixture.Connection.QueryAsync(KeepAlive.BuildPing(), cancellationToken);
            }

            return StanzaOutcome.Handled;
        };
        for (var i = 0; i < Backpressure.QuietLimit + 8; i++)
        {
            await fixture.SendAsync(Stanza("message", i));
        }

        paused.SetResult();
        await fixture.AnswerAsync();

        Assert.Equal("0", (await fixture.ReceiveAsync())["id"]);
    }

    private static Node Stanza(string tag, int id) => new(tag, [("id", id), ("from", Jid.WhatsApp)]);
}
